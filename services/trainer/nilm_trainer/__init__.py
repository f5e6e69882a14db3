"""Trains, evaluates and exports NILM models."""
