"""Where attributes come from: templates, study and series sources, keys, and the rules for what is missing."""
