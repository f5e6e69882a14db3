"""Trains, evaluates and exports models: a config and a seed in, a registry entry out."""
