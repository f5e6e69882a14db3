"""One file a command; each holds it as `command`."""
