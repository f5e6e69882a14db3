"""What inference speaks of: readings, predictions, chunks of an interval, and progress."""
