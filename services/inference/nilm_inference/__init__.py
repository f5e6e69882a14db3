"""Models in memory: single windows, whole intervals and the live loop."""
