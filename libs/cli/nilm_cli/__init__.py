"""The `nilm` command line."""
