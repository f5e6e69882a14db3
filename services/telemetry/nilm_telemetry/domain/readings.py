"""Readings of a meter, columnar."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from nilm_core.access import MeterKind
from nilm_core.timegrid import Int64Array

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
AnyFloatArray = Float32Array | Float64Array


@dataclass(frozen=True, slots=True)
class MeterSeries:
    """The series of readings of one meter, and what a store keeps about it."""

    building_id: str
    meter_id: str
    kind: MeterKind


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings at any times."""

    times_us: Int64Array
    """Microseconds since the epoch, UTC, shape (n,)."""
    power_w: AnyFloatArray
    """Power at each time, W, shape (n,); float32 once it was accepted."""

    def __len__(self) -> int:
        return len(self.times_us)

    @classmethod
    def empty(cls) -> Self:
        """Returns no readings."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float32))

    def between(self, start_us: int, end_us: int) -> Self:
        """Returns the readings of [start_us, end_us)."""
        inside = (self.times_us >= start_us) & (self.times_us < end_us)
        return type(self)(self.times_us[inside], self.power_w[inside])


@dataclass(frozen=True, slots=True)
class MeterExtent:
    """How far the readings of one meter reach."""

    series: MeterSeries
    first_us: int
    """Time of the first reading."""
    last_us: int
    """Time of the newest reading."""
    last_w: float
    """Power of the newest reading, W."""


def last_of_each(times_us: Int64Array) -> Int64Array | slice:
    """Returns what selects the last row of each time, in time order.

    Args:
        times_us: Times in the order in which they were written, shape (n,).

    Returns:
        Indexes into `times_us`, or a slice of all where it is in order already.
    """
    if np.all(times_us[1:] > times_us[:-1]):
        return slice(None)
    order: Int64Array = np.argsort(times_us, kind="stable")
    ordered = times_us[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)
    last: Int64Array = order[is_last]
    return last
