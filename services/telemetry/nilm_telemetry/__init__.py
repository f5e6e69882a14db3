"""Readings and predictions: written, imported, queried, watched and exported."""
