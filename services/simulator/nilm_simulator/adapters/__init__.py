"""How the simulator reaches the other services."""
