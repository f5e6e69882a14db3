"""Runs torch beside the event loop, and batches single windows across callers."""
