"""The simulated household: power as a pure function of seed, time zone and time."""
