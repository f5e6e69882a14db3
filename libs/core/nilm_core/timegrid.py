"""Regular time grids, resampling onto them, and energy without integrating over gaps.

Times inside arrays are int64 microseconds since the Unix epoch, UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]
Float64Array = npt.NDArray[np.float64]

MAX_GAP = timedelta(minutes=5)
"""A reading holds until the next one; longer than this apart is a gap."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR = 3_600_000_000.0


def to_us(time: datetime) -> int:
    """Returns a UTC-aware time as microseconds since the epoch, exactly.

    Raises:
        ValueError: `time` has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError("time must be UTC-aware")
    return (time - _EPOCH) // _MICROSECOND


def from_us(time_us: int) -> datetime:
    """Returns microseconds since the epoch as a UTC-aware time, exactly."""
    return _EPOCH + timedelta(microseconds=int(time_us))


def span_us(span: timedelta) -> int:
    """Returns a span in whole microseconds."""
    return span // _MICROSECOND


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """`count` cells of one `period`, the first starting at `start`: [start, start + period), ...

    Raises:
        ValueError: The period is not positive, the count negative or the start without a zone.
    """

    start: datetime
    period: timedelta
    count: int

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start must be UTC-aware")
        if self.period <= timedelta(0):
            raise ValueError("period must be positive")
        if self.count < 0:
            raise ValueError("count must not be negative")

    @classmethod
    def covering(cls, start: datetime, end: datetime, period: timedelta) -> "TimeGrid":
        """Returns the epoch-aligned grid whose cells cover [start, end)."""
        step = span_us(period)
        if step <= 0:
            raise ValueError("period must be positive")
        first = to_us(start) // step
        last = -(-to_us(end) // step)
        return cls(from_us(first * step), period, max(0, last - first))

    @property
    def end(self) -> datetime:
        """The end of the last cell."""
        return self.start + self.count * self.period

    def times_us(self) -> Int64Array:
        """Returns the start of each cell, shape (count,)."""
        step = span_us(self.period)
        return to_us(self.start) + step * np.arange(self.count, dtype=np.int64)


def hold_intervals(
    times_us: Int64Array, end_us: int, max_gap: timedelta = MAX_GAP
) -> tuple[Int64Array, Int64Array]:
    """Returns for each reading the interval that it holds for.

    A reading holds until the next one, or until `end_us` for the last. Where that is longer than
    `max_gap` there is a gap, and the reading holds for nothing.

    Args:
        times_us: Strictly increasing times, shape (n,).
        end_us: Where the last reading's interval ends at the latest.
        max_gap: The longest time between two readings that is not a gap.

    Returns:
        Starts and ends, each of shape (n,); end equals start where there is a gap.
    """
    ends = np.append(times_us[1:], max(end_us, int(times_us[-1]))) if times_us.size else times_us
    gap = ends - times_us > span_us(max_gap)
    return times_us, np.where(gap, times_us, ends)


def integrate_wh(
    times_us: Int64Array,
    power_w: Float64Array,
    start_us: int,
    end_us: int,
    max_gap: timedelta = MAX_GAP,
) -> tuple[float, float]:
    """Integrates held readings over [start_us, end_us), gaps left out.

    Args:
        times_us: Strictly increasing times, shape (n,).
        power_w: Power at each time, W, shape (n,).
        start_us: Start of the interval.
        end_us: End of the interval.
        max_gap: The longest time between two readings that is not a gap.

    Returns:
        The energy in Wh and the covered fraction of the interval, 0 to 1.
    """
    if end_us <= start_us or not times_us.size:
        return 0.0, 0.0
    starts, ends = hold_intervals(times_us, end_us, max_gap)
    held_us = np.clip(np.minimum(ends, end_us) - np.maximum(starts, start_us), 0, None)
    energy = float(np.dot(power_w, held_us)) / _MICROSECONDS_PER_HOUR
    return energy, float(held_us.sum()) / (end_us - start_us)


def resample_mean(
    times_us: Int64Array, power_w: Float64Array, grid: TimeGrid, max_gap: timedelta = MAX_GAP
) -> Float64Array:
    """Averages held readings over the cells of a grid.

    The mean is weighted by the time that each reading holds for, so an irregular meter is not
    biased towards its busy moments.

    Args:
        times_us: Strictly increasing times, shape (n,).
        power_w: Power at each time, W, shape (n,).
        grid: The cells to average over.
        max_gap: The longest time between two readings that is not a gap.

    Returns:
        Mean power per cell, W, shape (grid.count,); NaN where less than half a cell is covered.
    """
    out = np.full(grid.count, np.nan)
    if not times_us.size or not grid.count:
        return out
    starts, ends = hold_intervals(times_us, to_us(grid.end), max_gap)
    edges = np.append(grid.times_us(), to_us(grid.end))
    covered_us = np.diff(held_until(starts, ends, np.ones_like(power_w), edges))
    energy_wus = np.diff(held_until(starts, ends, power_w, edges))
    enough = covered_us * 2 >= span_us(grid.period)
    out[enough] = energy_wus[enough] / covered_us[enough]
    return out


def held_until(
    starts: Int64Array, ends: Int64Array, weight: Float64Array, edges: Int64Array
) -> Float64Array:
    """Returns the integral of the held weight from the first reading to each edge."""
    total = np.concatenate(([0.0], np.cumsum(weight * (ends - starts))))
    index = np.searchsorted(starts, edges, side="right") - 1
    inside = np.clip(index, 0, None)
    partial = weight[inside] * (np.minimum(edges, ends[inside]) - starts[inside])
    return np.where(index < 0, 0.0, total[inside] + partial)
