"""From a network's raw numbers to estimates that agree with each other and with the mains."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
Float32Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


def gate_power(raw_w: FloatArray, is_on: BoolArray, mains_w: FloatArray) -> Float32Array:
    """Makes power agree with state: 0 W where off, and never above the mains where on.

    Args:
        raw_w: What the network says, W, any shape.
        is_on: Where the appliance is reported on, same shape.
        mains_w: Mains power of the same samples, W, same shape; NaN is missing.

    Returns:
        Power in W, same shape, at least 0; NaN where the mains is missing.
    """
    ceiling = np.maximum(mains_w, 0.0)
    power = np.where(is_on, np.clip(raw_w, 0.0, ceiling), 0.0)
    gated: Float32Array = np.where(np.isnan(mains_w), np.nan, power).astype(np.float32)
    return gated


def confidence(power_w: FloatArray, on_probability: FloatArray) -> Float32Array:
    """Returns the calibrated probability that the reported state is right.

    Args:
        power_w: Gated power, W, any shape; what is above 0 is reported on.
        on_probability: Calibrated probability of being on, same shape.

    Returns:
        0 to 1, same shape; below 0.5 only where the model reports its appliance on sooner than
        at even odds.
    """
    p = np.asarray(on_probability, dtype=np.float32)
    certain: Float32Array = np.where(np.asarray(power_w) > 0.0, p, np.float32(1.0) - p)
    return certain


def fit_breakdown(
    mains_w: FloatArray, power_w: Mapping[str, FloatArray]
) -> dict[str, Float32Array]:
    """Scales appliances down where together they exceed the mains.

    What is left of the mains afterwards is its unexplained part.

    Args:
        mains_w: Mains power, W, shape (n,); NaN is missing.
        power_w: Power of each appliance by its id, W, shape (n,); NaN is no estimate.

    Returns:
        The appliances in the same order, each of shape (n,); no sum exceeds the mains, estimates
        that are NaN stay so and all are NaN where the mains is missing.
    """
    total = np.zeros(mains_w.shape, dtype=np.float64)
    for power in power_w.values():
        total += np.nan_to_num(power, nan=0.0)
    available = np.maximum(np.asarray(mains_w, dtype=np.float64), 0.0)
    scale = np.where(total > available, available / np.where(total > 0.0, total, 1.0), 1.0)
    scale = np.where(np.isnan(available), np.nan, scale)
    return {
        appliance_id: (power * scale).astype(np.float32) for appliance_id, power in power_w.items()
    }
