"""The RPCs: convert in, call, convert out."""
