"""`nilm up`: all services and the gateway as children of one process, in the foreground."""
