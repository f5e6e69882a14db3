"""What the service does, by noun."""
