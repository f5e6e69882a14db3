"""The use cases: what the service does, whatever it stands on."""
