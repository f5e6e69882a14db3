"""What the use cases need from outside: stores, and the crafts of security."""
