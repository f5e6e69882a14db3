"""Quarter hours: what energy, cost and peaks are added up from.

A reading holds until the next one of its meter; more than `MAX_GAP` apart is a gap, in which
nothing is used (see `nilm_core.timegrid`). The newest reading holds to the end of its quarter hour
where that is within `MAX_GAP`, so a day that was read to its end is covered to its end.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from nilm_core.timegrid import (
    MAX_GAP,
    Float64Array,
    Int64Array,
    held_until,
    hold_intervals,
    span_us,
)
from nilm_telemetry.domain.predictions import MAX_CELL, CellColumns
from nilm_telemetry.domain.readings import Float32Array, Readings

QUARTER_US = 900_000_000
DAY_US = 86_400_000_000
US_PER_HOUR = 3_600_000_000.0

READING_REACH_US = span_us(MAX_GAP)
"""How far beyond a quarter its readings can matter to it."""
PREDICTION_REACH_US = span_us(MAX_CELL)
"""How far beyond a quarter its predictions can matter to it."""


@dataclass(frozen=True, slots=True)
class ReadingQuarters:
    """Quarter hours of one meter that have a reading or are covered by one, in time order."""

    start_us: Int64Array
    """Start of each quarter, shape (n,)."""
    energy_wh: Float64Array
    covered_us: Int64Array
    """How much of the quarter readings hold for."""
    min_w: Float32Array
    """NaN where `count` is 0, as in `max_w`."""
    max_w: Float32Array
    max_time_us: Int64Array
    """When the greatest was first read; 0 where `count` is 0."""
    sum_w: Float64Array
    """Sum of the readings, W."""
    count: Int64Array

    def __len__(self) -> int:
        return len(self.start_us)

    @classmethod
    def empty(cls) -> Self:
        """Returns no quarters."""
        none, nothing, low = np.empty(0, np.int64), np.empty(0), np.empty(0, np.float32)
        return cls(none, nothing, none, low, low, none, nothing, none)


@dataclass(frozen=True, slots=True)
class PredictionQuarters:
    """Quarter hours of one appliance that are covered by predictions, in time order."""

    start_us: Int64Array
    energy_wh: Float64Array
    covered_us: Int64Array
    on_us: Int64Array
    """How much of the quarter the appliance was said to be on."""
    on_confidence_us: Float64Array
    """Integral of the confidence over the time that it was said to be on."""

    def __len__(self) -> int:
        return len(self.start_us)

    @classmethod
    def empty(cls) -> Self:
        """Returns no quarters."""
        none, nothing = np.empty(0, np.int64), np.empty(0)
        return cls(none, nothing, none, none, nothing)


def quarter_floor(time_us: int) -> int:
    """Returns the start of the quarter hour that holds a time."""
    return time_us - time_us % QUARTER_US


def quarter_ceil(time_us: int) -> int:
    """Returns the first start of a quarter hour at or after a time."""
    return -(-time_us // QUARTER_US) * QUARTER_US


def reading_quarters(
    readings: Readings, start_us: int, end_us: int, newest_us: int
) -> ReadingQuarters:
    """Adds readings up by quarter hours.

    Args:
        readings: In time order, with those `READING_REACH_US` before and after the interval.
        start_us: First quarter; a multiple of `QUARTER_US`.
        end_us: First quarter after; a multiple of `QUARTER_US`.
        newest_us: Time of the meter's newest reading.
    """
    if not len(readings) or end_us <= start_us:
        return ReadingQuarters.empty()
    times = readings.times_us
    power = readings.power_w.astype(np.float64)
    last_us = int(times[-1])
    holds_until_us = quarter_floor(last_us) + QUARTER_US if last_us >= newest_us else last_us
    starts, ends = hold_intervals(times, holds_until_us)
    edges = np.arange(start_us, end_us + 1, QUARTER_US, dtype=np.int64)
    energy_wus = np.diff(held_until(starts, ends, power, edges))
    covered_us = np.diff(held_until(starts, ends, np.ones_like(power), edges))
    first, last = np.searchsorted(times, (start_us, end_us))
    statistics = _statistics(times[first:last], power[first:last], start_us, len(edges) - 1)
    minimum, maximum, max_time, total, count = statistics
    present = (count > 0) | (covered_us > 0)
    return ReadingQuarters(
        edges[:-1][present],
        energy_wus[present] / US_PER_HOUR,
        np.rint(covered_us[present]).astype(np.int64),
        minimum[present],
        maximum[present],
        max_time[present],
        total[present],
        count[present],
    )


def _statistics(
    times_us: Int64Array, power_w: Float64Array, start_us: int, quarters: int
) -> tuple[Float32Array, Float32Array, Int64Array, Float64Array, Int64Array]:
    """Returns least, greatest, time of the greatest, sum and count of the readings by quarter."""
    minimum = np.full(quarters, np.nan, np.float32)
    maximum = np.full(quarters, np.nan, np.float32)
    max_time = np.zeros(quarters, np.int64)
    total = np.zeros(quarters)
    count = np.zeros(quarters, np.int64)
    if times_us.size:
        index = (times_us - start_us) // QUARTER_US
        firsts = np.flatnonzero(np.append(True, index[1:] != index[:-1]))
        filled = index[firsts]
        minimum[filled] = np.minimum.reduceat(power_w, firsts)
        maximum[filled] = np.maximum.reduceat(power_w, firsts)
        total[filled] = np.add.reduceat(power_w, firsts)
        count[filled] = np.diff(np.append(firsts, index.size))
        at_peak = np.flatnonzero(power_w == maximum[index])
        peaks, first_at = np.unique(index[at_peak], return_index=True)
        max_time[peaks] = times_us[at_peak[first_at]]
    return minimum, maximum, max_time, total, count


def prediction_quarters(cells: CellColumns, start_us: int, end_us: int) -> PredictionQuarters:
    """Adds predicted cells up by quarter hours; a cell that runs into the next one is cut there.

    Args:
        cells: In time order, with those `PREDICTION_REACH_US` before and after the interval.
        start_us: First quarter; a multiple of `QUARTER_US`.
        end_us: First quarter after; a multiple of `QUARTER_US`.
    """
    if not cells.times_us.size or end_us <= start_us:
        return PredictionQuarters.empty()
    edges = np.arange(start_us, end_us + 1, QUARTER_US, dtype=np.int64)
    ends = cells.times_us + cells.period_us
    ends[:-1] = np.minimum(ends[:-1], cells.times_us[1:])
    power = cells.power_w.astype(np.float64)
    is_on = (power > 0).astype(np.float64)
    energy_wus, covered_us, on_us, sure_us = (
        np.diff(held_until(cells.times_us, ends, weight, edges))
        for weight in (power, np.ones_like(power), is_on, is_on * cells.confidence)
    )
    present = covered_us > 0
    return PredictionQuarters(
        edges[:-1][present],
        energy_wus[present] / US_PER_HOUR,
        np.rint(covered_us[present]).astype(np.int64),
        np.rint(on_us[present]).astype(np.int64),
        sure_us[present],
    )
