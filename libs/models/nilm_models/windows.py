"""Normalised input, what stands for missing samples, and which time a window speaks of.

A missing sample is NaN. As context it becomes 0 after normalisation, which is the mean of the
training mains, and so does everything beyond the ends of an interval. For a sample whose own
mains power is missing there is no estimate.
"""

from datetime import timedelta

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
Float32Array = npt.NDArray[np.float32]

FILL = 0.0
"""Value of a missing sample after normalisation."""


def normalise(mains_w: FloatArray, mean_w: float, std_w: float) -> Float32Array:
    """Returns (mains - mean) / std with missing samples filled, in the shape of `mains_w`.

    Args:
        mains_w: Mains power, W; NaN is missing.
        mean_w: Mean of the training mains, W.
        std_w: Standard deviation of the training mains, W.
    """
    scaled = (np.asarray(mains_w, dtype=np.float32) - np.float32(mean_w)) / np.float32(std_w)
    filled: Float32Array = np.nan_to_num(scaled, copy=False, nan=FILL)
    return filled


def pad_half_window(normalised: Float32Array, window: int) -> Float32Array:
    """Returns (n,) as (n + window - 1,), filled on both sides, so each sample is a midpoint."""
    return np.pad(normalised, window // 2, constant_values=FILL)


def context_span(sample_period: timedelta, window: int) -> timedelta:
    """Returns how much mains before and after an interval its estimates depend on."""
    return (window // 2) * sample_period
