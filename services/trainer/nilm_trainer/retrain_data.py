"""A building's own data: what its meters measured and what its people said, as labels.

Only what is known is a label; all the rest of the time is context. Where a meter of the appliance
has readings these count. Elsewhere a person's word counts, the newest one where two overlap: where
the appliance did not run its power is 0 W; where it ran it is what was estimated there, or, where
no estimate says on, what the mains rose by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]

_BASE_SPAN = timedelta(minutes=15)
"""The least mains so long before and after a run is what was there without it."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of a time."""

    start: datetime
    end: datetime
    """First instant after."""
    ran: bool
    """Whether the appliance ran."""
    said: datetime
    """When it was said."""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What is known of one appliance of a building, on the model's own regular grid."""

    building_id: str
    start: datetime
    """Start of the first cell, UTC."""
    sample_period: timedelta
    """Length of each cell."""
    mains_w: Float32Array
    """Mains power, W, shape (n,); NaN is missing."""
    measured_w: Float32Array
    """Power by the appliance's own meter, W, shape (n,); NaN where there is none."""
    estimated_w: Float32Array
    """Power by the model that served, W, shape (n,); NaN where there is none."""
    words: Sequence[Word] = ()
    """What people said of the appliance."""

    @property
    def end(self) -> datetime:
        """End of the last cell."""
        return self.start + self.mains_w.size * self.sample_period


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of an appliance, and the times that tell most."""

    truth_w: Float32Array
    """Power, W, shape (n,); NaN where it is not known."""
    runs: tuple[slice, ...]
    """Cells of each time of being on, in time order."""
    rejected: tuple[slice, ...]
    """Cells of each time of which it was said that it did not run, in time order."""

    @property
    def telling(self) -> list[slice]:
        """Runs and rejected times, by their start."""
        return sorted((*self.runs, *self.rejected), key=lambda cells: cells.start)


def labels_of(record: OwnRecord, on_threshold_w: float) -> Labels:
    """Returns what is known of an appliance that is on above a threshold, W."""
    truth_w = np.full(record.mains_w.size, np.nan, dtype=np.float32)
    rejected = []
    for word in sorted(record.words, key=lambda each: each.said):
        cells = _cells(record, word)
        if cells.start >= cells.stop:
            continue
        truth_w[cells] = _run_power_w(record, cells, on_threshold_w) if word.ran else 0.0
        if not word.ran:
            rejected.append(cells)
    measured = ~np.isnan(record.measured_w)
    truth_w[measured] = record.measured_w[measured]
    truth_w[np.isnan(record.mains_w)] = np.nan
    # one that a newer word or a meter contradicts is none
    rejected = [each for each in rejected if np.nan_to_num(truth_w[each], nan=-1.0).max() == 0.0]
    return Labels(truth_w, _stretches(truth_w > on_threshold_w), tuple(rejected))


def _cells(record: OwnRecord, word: Word) -> slice:
    """Returns the cells that lie in a word's time by half or more."""
    first = round((word.start - record.start) / record.sample_period)
    last = round((word.end - record.start) / record.sample_period)
    return slice(max(0, first), min(record.mains_w.size, max(last, first + 1)))


def _run_power_w(record: OwnRecord, cells: slice, on_threshold_w: float) -> Float32Array:
    estimated_w = np.nan_to_num(record.estimated_w[cells])
    if (estimated_w > on_threshold_w).any():
        return estimated_w
    reach = _BASE_SPAN // record.sample_period
    before = record.mains_w[max(0, cells.start - reach) : cells.start]
    after = record.mains_w[cells.stop : cells.stop + reach]
    around = np.concatenate([before, after])
    base_w = float(np.nanmin(around)) if not np.isnan(around).all() else 0.0
    risen: Float32Array = np.maximum(record.mains_w[cells] - np.float32(base_w), 0.0)
    return risen


def _stretches(is_on: npt.NDArray[np.bool_]) -> tuple[slice, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_on, [False]))))
    return tuple(
        slice(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)
    )
