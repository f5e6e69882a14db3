"""How a model's inputs and outputs are spread, and how far that is from what it was trained on.

Three histograms: the mains, how sure the model is of a state, and the power where it says on. Two
of a kind are compared by the population stability index (Siddiqi: Credit risk scorecards, 2006):
sum of (p - q) ln(p / q) over the bins, the symmetric form of the Kullback-Leibler divergence. As a
rule of thumb under 0.1 is no change and over 0.25 a large one. Without any change it is still
about (B - 1) (1 / N + 1 / M) for B bins and N and M samples (Yurdakul, Naranjo: J. Risk Model
Validation 14, 2020), so it says nothing of too few.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
Counts = tuple[int, ...]

MAINS_EDGES_W = tuple(50.0 * 2.0**k for k in range(8))
"""Between the bins of mains power, W: octaves from 50 W to 6.4 kW."""
PROBABILITY_EDGES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
"""Between the bins of the probability of being on."""
POWER_EDGES_W = tuple(50.0 * 2.0 ** (k / 2) for k in range(15))
"""Between the bins of power where on, W: half octaves from 50 W to 6.4 kW."""

LEAST_CELLS = 4_320
"""Cells of mains that a comparison needs: three days of one building at 60 s."""
LEAST_CANDIDATES = 100
"""Cells in which the appliance may be on that a comparison of outputs needs."""

_PRIOR_COUNT = 0.5
"""Added to each bin, so that an empty one has a logarithm."""


@dataclass(frozen=True, slots=True)
class ModelStatistics:
    """What went into a model and came out of it, as counts of cells."""

    mains: Counts = (0,) * (len(MAINS_EDGES_W) + 1)
    """By mains power, between `MAINS_EDGES_W`."""
    probability: Counts = (0,) * (len(PROBABILITY_EDGES) + 1)
    """By the probability of being on that was reported, between `PROBABILITY_EDGES`."""
    power: Counts = (0,) * (len(POWER_EDGES_W) + 1)
    """By the power where it is reported on, between `POWER_EDGES_W`."""
    on_power_sum_w: float = 0.0
    """Sum of that power, W."""

    @property
    def cells(self) -> int:
        """Number of cells."""
        return sum(self.mains)

    @property
    def on_share(self) -> float:
        """Share of the cells that are reported on, 0 to 1; 0 without cells."""
        return sum(self.power) / max(self.cells, 1)

    @property
    def mean_on_power_w(self) -> float:
        """Mean power of the cells that are reported on, W; 0 without one."""
        return self.on_power_sum_w / max(sum(self.power), 1)

    def __add__(self, other: "ModelStatistics") -> "ModelStatistics":
        """Returns the statistics of both lots of cells."""
        return ModelStatistics(
            _sum(self.mains, other.mains),
            _sum(self.probability, other.probability),
            _sum(self.power, other.power),
            self.on_power_sum_w + other.on_power_sum_w,
        )


@dataclass(frozen=True, slots=True)
class Drift:
    """Population stability indexes against training; None where there are too few cells."""

    mains_psi: float | None
    """Of the mains power."""
    probability_psi: float | None
    """Of the probability of being on, among the cells where the appliance may be on at all."""
    power_psi: float | None
    """Of the power, among the cells that are reported on."""

    @property
    def largest(self) -> float | None:
        """The largest of those that are known; None where none is."""
        known = [self.mains_psi, self.probability_psi, self.power_psi]
        return max((each for each in known if each is not None), default=None)


def statistics_of(
    mains_w: FloatArray, power_w: FloatArray, confidence: FloatArray
) -> ModelStatistics:
    """Counts the cells of an interval.

    Args:
        mains_w: Mains power of each cell, W, shape (n,).
        power_w: Power that was reported, W, shape (n,); above 0 is on, NaN is left out.
        confidence: Probability that the reported state is right, 0 to 1, shape (n,).
    """
    known = ~(np.isnan(mains_w) | np.isnan(power_w))
    mains_w, power_w, confidence = mains_w[known], power_w[known], confidence[known]
    is_on = power_w > 0.0
    probability = np.where(is_on, confidence, 1.0 - confidence)
    return ModelStatistics(
        _counts(mains_w, MAINS_EDGES_W),
        _counts(probability, PROBABILITY_EDGES),
        _counts(power_w[is_on], POWER_EDGES_W),
        float(power_w[is_on].sum(dtype=np.float64)),
    )


def drift_between(training: ModelStatistics, present: ModelStatistics) -> Drift:
    """Compares what a model meets now with what it met in training."""
    return Drift(
        _psi(training.mains, present.mains, LEAST_CELLS),
        _psi(training.probability[1:], present.probability[1:], LEAST_CANDIDATES),
        _psi(training.power, present.power, LEAST_CANDIDATES),
    )


def population_stability_index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Returns how far two histograms over the same bins are apart, 0 (alike) and above.

    Args:
        expected: Counts of the bins, shape (B,).
        actual: Counts of the bins, shape (B,).
    """
    p, q = (np.asarray(each, dtype=np.float64) + _PRIOR_COUNT for each in (expected, actual))
    p, q = p / p.sum(), q / q.sum()
    return float(((p - q) * np.log(p / q)).sum())


def _psi(expected: Counts, actual: Counts, least: int) -> float | None:
    if min(sum(expected), sum(actual)) < least:
        return None
    return population_stability_index(expected, actual)


def _counts(values: FloatArray, edges: Sequence[float]) -> Counts:
    bins = np.searchsorted(edges, values, side="right")
    return tuple(np.bincount(bins, minlength=len(edges) + 1).tolist())


def _sum(one: Counts, other: Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))
