"""Models in memory: architectures, registry, bundles, dense evaluation, calibration, metrics.

The way of an estimate: `registry` names a model, `bundle` reads and checks it, `store` holds the
one that serves for each appliance, `dense` evaluates it on mains power, `postprocess` makes its
numbers agree with each other and with the mains.
"""
