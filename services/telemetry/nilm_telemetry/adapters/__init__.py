"""Stores and clients behind the ports: one file or folder for each."""
