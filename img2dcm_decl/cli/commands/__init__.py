"""The commands as users see them: names, options, help. Each returns what is to be done, which is done elsewhere."""
