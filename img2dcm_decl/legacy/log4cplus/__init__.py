"""log4cplus settings files, which img2dcm's `--log-config` names: their text -> frozen settings. Nothing is opened."""
