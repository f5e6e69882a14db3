"""What the ports are in the world: SQL, files, argon2id and JWT."""
