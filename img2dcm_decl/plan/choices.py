"""The settings of a plan that say one of a few words, and these words."""

#: How much is said, from the least; at `off` it is nothing.
LEVELS = ("off", "fatal", "error", "warn", "info", "debug", "trace")
CHOICES: dict[str, tuple[str, ...]] = {
    "images.progressive": ("accept", "reject"),
    "images.extended": ("accept", "reject"),
    "images.jfif": ("optional", "required"),
    "images.app_segments": ("remove", "keep"),
    "images.comments": ("keep", "remove"),
    "encoding.file_format": ("part10", "dataset"),
    "encoding.group_length": ("recalculate", "create", "remove"),
    "encoding.sequence_length": ("explicit", "undefined"),
    "existing": ("error", "replace", "skip"),
    "logging.level": LEVELS,
    "logging.format": ("text", "json"),
    "uids.method": ("fresh", "derived"),
}
"""By their paths in a saved plan."""
