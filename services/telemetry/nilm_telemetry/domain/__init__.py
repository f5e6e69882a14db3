"""What readings, predictions and summaries are, whatever store keeps them."""
