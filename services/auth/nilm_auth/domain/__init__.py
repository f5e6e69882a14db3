"""What accounts and buildings are, and the rules that hold for them."""
