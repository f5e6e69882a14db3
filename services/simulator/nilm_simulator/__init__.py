"""A simulated household with known ground truth."""
