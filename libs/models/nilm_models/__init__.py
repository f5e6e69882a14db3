"""NILM models: architectures, registry, bundles, windows, dense evaluation and metrics."""
