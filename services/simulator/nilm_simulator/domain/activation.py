"""One use of an appliance: power in steps from a moment on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nilm_simulator.domain.noise import Float64Array, Int64Array

_US_PER_S = 1_000_000

Step = tuple[float, float]
"""Duration, s, and power, W."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Power that is constant in each step and 0 W outside."""

    start_us: int
    """When the first step begins."""
    ends_us: Int64Array
    """End of each step, increasing, shape (steps,)."""
    levels_w: Float64Array
    """Power of each step, W, at least 0, shape (steps,)."""

    @classmethod
    def of_steps(cls, start_us: int, steps: Sequence[Step]) -> "Activation":
        """Returns the activation of steps that follow one another."""
        durations_s, levels_w = np.array(steps, dtype=np.float64).reshape(-1, 2).T
        ends_us = start_us + np.cumsum(np.rint(durations_s * _US_PER_S)).astype(np.int64)
        return cls(start_us, ends_us, levels_w)

    @property
    def end_us(self) -> int:
        """When the last step ends."""
        return int(self.ends_us[-1])


def power_at(activations: Iterable[Activation], times_us: Int64Array) -> Float64Array:
    """Returns the sum of the activations' power, W, at increasing times, shape (n,)."""
    power_w = np.zeros(times_us.shape)
    for activation in activations:
        first, last = np.searchsorted(times_us, [activation.start_us, activation.end_us])
        if first < last:
            step = np.searchsorted(activation.ends_us, times_us[first:last], side="right")
            power_w[first:last] += activation.levels_w[step]
    return power_w


def without_overlaps(activations: Iterable[Activation], pause_s: float) -> list[Activation]:
    """Returns the activations in order, less those that begin before the last one has rested."""
    kept: list[Activation] = []
    for activation in sorted(activations, key=lambda each: each.start_us):
        if not kept or activation.start_us >= kept[-1].end_us + pause_s * _US_PER_S:
            kept.append(activation)
    return kept
