"""What the service does, in terms of its ports."""
