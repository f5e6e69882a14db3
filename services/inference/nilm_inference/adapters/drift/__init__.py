"""Where the weeks of models are counted."""
