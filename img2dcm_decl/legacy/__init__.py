"""img2dcm argument lists: what they mean, as recipes."""
