"""Plan -> files: one object after another, with the standard library alone."""
