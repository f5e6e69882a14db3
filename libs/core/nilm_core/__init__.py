"""What every package may use: errors, units, the time grid, ids and the clock."""
