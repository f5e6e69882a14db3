"""Calibrated probabilities: Platt scaling, fitted on data that trained nothing.

Platt: Probabilistic outputs for support vector machines, 1999. The scaled logit is
slope * logit + intercept; with intercept 0 it is temperature scaling (Guo et al., ICML 2017).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]

_ITERATIONS = 100
_TOLERANCE = 1e-10
_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns on-logits into probabilities that are as often right as they say.

    Raises:
        ValueError: The slope is not positive, or a number is not finite.
    """

    slope: float = 1.0
    """Factor on the logit, above 0."""
    intercept: float = 0.0
    """Added to the scaled logit."""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.slope) and np.isfinite(self.intercept)):
            raise ValueError("slope and intercept must be finite")
        if self.slope <= 0.0:
            raise ValueError("slope must be positive")

    def probability(self, logit: FloatArray) -> npt.NDArray[np.float64]:
        """Returns the calibrated probability of being on, 0 to 1, in the shape of `logit`."""
        scaled = self.slope * np.asarray(logit, dtype=np.float64) + self.intercept
        return 0.5 * (1.0 + np.tanh(0.5 * scaled))


def fit_calibration(logit: FloatArray, is_on: BoolArray) -> Calibration:
    """Fits slope and intercept by maximum likelihood (Newton's method).

    Targets are smoothed as Platt proposes, so data that a model separates perfectly still gives
    finite numbers.

    Args:
        logit: On-logits, shape (n,), from data that neither trained nor tests the model.
        is_on: The truth, shape (n,).

    Raises:
        ValueError: The data hold no sample that is on, or none that is off, or the logits do not
            grow with the truth.
    """
    on_count = int(np.count_nonzero(is_on))
    off_count = is_on.size - on_count
    if not on_count or not off_count:
        raise ValueError("calibration needs samples that are on and samples that are off")
    target = np.where(is_on, (on_count + 1) / (on_count + 2), 1 / (off_count + 2))
    design = np.stack([np.asarray(logit, dtype=np.float64), np.ones(logit.size)], axis=1)  # (n, 2)
    weights = np.array([1.0, 0.0])
    for _ in range(_ITERATIONS):
        p = 0.5 * (1.0 + np.tanh(0.5 * (design @ weights)))
        gradient = design.T @ (p - target)
        curvature = design.T @ (design * (p * (1.0 - p))[:, None]) + _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        weights -= step
        if float(np.abs(step).max()) < _TOLERANCE:
            break
    return Calibration(slope=float(weights[0]), intercept=float(weights[1]))


def expected_calibration_error(
    probability: FloatArray, is_on: BoolArray, bin_count: int = 15
) -> float:
    """Returns the mean gap between what is promised and what comes true.

    Samples are put in bins of equal width by their probability; the gap of each bin is weighted
    by its share of the samples (Naeini et al., AAAI 2015).

    Args:
        probability: Probability of being on, shape (n,).
        is_on: The truth, shape (n,).
        bin_count: Number of bins.

    Returns:
        0 (perfect) to 1; NaN where there is no sample.
    """
    if not probability.size:
        return float("nan")
    index = np.minimum((probability * bin_count).astype(np.int64), bin_count - 1)
    promised = np.bincount(index, weights=probability, minlength=bin_count)
    happened = np.bincount(index, weights=is_on.astype(np.float64), minlength=bin_count)
    return float(np.abs(promised - happened).sum() / probability.size)
