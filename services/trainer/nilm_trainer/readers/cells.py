"""Means of irregular readings over the 30 s grid, gathered piece by piece."""

from dataclasses import dataclass

import numpy as np

from nilm_core.timegrid import held_until
from nilm_trainer.household import ROW_PERIOD
from nilm_trainer.readers.readings import Float64Array, Int64Array, Readings

CELL_US = ROW_PERIOD // ROW_PERIOD.resolution


@dataclass(frozen=True, slots=True)
class Cells:
    """Means over consecutive cells of the epoch's 30 s grid."""

    first: int
    """Number of the first cell since the epoch."""
    power_w: Float64Array
    """Mean power, W, shape (n, recordings); NaN where less than half of a cell is covered."""

    def on(self, first: int, count: int) -> Float64Array:
        """Returns the cells [first, first + count), NaN where there are none."""
        out = np.full((count, self.power_w.shape[1]), np.nan)
        begin, end = max(first, self.first), min(first + count, self.first + len(self.power_w))
        if begin < end:
            out[begin - first : end - first] = self.power_w[begin - self.first : end - self.first]
        return out


class CellMeans:
    """Averages readings over cells, weighted by the time that each of them stands for.

    A reading stands until the next one, as in `nilm_core.timegrid`: where that is later than
    `max_gap_us` there is a gap. The last one stands as long as the one before it did. A reading
    without a value, one that was refused for instance, ends the one before it and stands for
    nothing.
    """

    def __init__(self, recordings: int, max_gap_us: int, until_us: int | None = None) -> None:
        """Starts empty.

        Args:
            recordings: How many share the times of the readings.
            max_gap_us: The longest time that a reading stands for.
            until_us: No reading stands beyond it.
        """
        self._recordings = recordings
        self._max_gap_us = max_gap_us
        self._until_us = until_us
        self._pieces: list[tuple[int, Float64Array, Float64Array]] = []
        self._last: Readings | None = None
        self._last_interval_us = 0

    def add(self, readings: Readings) -> None:
        """Adds readings at strictly increasing times, later than all before."""
        if not len(readings):
            return
        times_us, power_w = readings.times_us, readings.power_w
        if self._last is not None:
            times_us = np.concatenate([self._last.times_us, times_us])
            power_w = np.concatenate([self._last.power_w, power_w])
        self._last = Readings(times_us[-1:].copy(), power_w[-1:].copy())
        if times_us.size < 2:  # noqa: PLR2004 - an interval has two ends
            return
        self._last_interval_us = int(times_us[-1] - times_us[-2])
        # a long gap is cut out, so that its cells need no memory
        cuts = np.flatnonzero(np.diff(times_us) > self._max_gap_us) + 1
        for times, powers in zip(np.split(times_us, cuts), np.split(power_w, cuts), strict=True):
            self._add_run(times, powers)

    def finish(self) -> Cells | None:
        """Returns the means, or None where no reading stands for any time."""
        if self._last is not None and 0 < self._last_interval_us <= self._max_gap_us:
            end_us = int(self._last.times_us[0]) + self._last_interval_us
            if self._until_us is not None:
                end_us = min(end_us, self._until_us)
            closing = np.full((1, self._recordings), np.nan)
            self.add(Readings(np.array([end_us], dtype=np.int64), closing))
        if not self._pieces:
            return None
        first = min(begin for begin, _, _ in self._pieces)
        end = max(begin + len(covered) for begin, covered, _ in self._pieces)
        covered_us = np.zeros((end - first, self._recordings))
        energy_wus = np.zeros((end - first, self._recordings))
        for begin, covered, energy in self._pieces:
            covered_us[begin - first : begin - first + len(covered)] += covered
            energy_wus[begin - first : begin - first + len(energy)] += energy
        means = np.full(covered_us.shape, np.nan)
        np.divide(energy_wus, covered_us, out=means, where=covered_us * 2 >= CELL_US)
        return Cells(first, means)

    def _add_run(self, times_us: Int64Array, power_w: Float64Array) -> None:
        """Adds readings none of which is more than `max_gap_us` after the one before."""
        if times_us.size < 2:  # noqa: PLR2004 - an interval has two ends
            return
        first, end = int(times_us[0]) // CELL_US, -(-int(times_us[-1]) // CELL_US)
        edges = np.arange(first, end + 1, dtype=np.int64) * CELL_US
        # the last reading of the run stands for nothing here: it comes again with the next piece
        ends = np.append(times_us[1:], times_us[-1])
        covered, energy = (
            np.stack([np.diff(held_until(times_us, ends, each, edges)) for each in weights.T], 1)
            for weights in (np.isfinite(power_w).astype(np.float64), np.nan_to_num(power_w))
        )
        self._pieces.append((first, covered, energy))
