"""Readings as they come out of a file, piece by piece, and their order in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_core.errors import DataCorruptionError
from nilm_core.timegrid import from_us

Int64Array = npt.NDArray[np.int64]
Float64Array = npt.NDArray[np.float64]

_LATE_ROWS = 200_000
"""How many rows late a reading may come in a file that is read piece by piece."""
_EARLIEST_US = 631_152_000_000_000
"""1990-01-01: no meter of the field is older."""
_LATEST_US = 4_102_444_800_000_000
"""2100-01-01."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Some readings of several recordings that share their times."""

    times_us: Int64Array
    """When each was taken, microseconds since the epoch, UTC, shape (n,)."""
    power_w: Float64Array
    """Power, W, shape (n, recordings); NaN where there is none."""

    def __len__(self) -> int:
        """Returns the number of readings."""
        return int(self.times_us.size)

    def slice(self, first: int | None, last: int | None) -> "Readings":
        """Returns the readings [first, last)."""
        return Readings(self.times_us[first:last], self.power_w[first:last])


def in_order(pieces: Iterable[Readings], source: str) -> Iterator[Readings]:
    """Sorts readings by time; of several at the same time the last in the file is kept.

    The memory needed does not grow with the file: a reading may come late by up to 200,000 rows,
    and a shorter file may be in any order.

    Args:
        pieces: The readings as they stand in the file.
        source: Name of the file, and of the recording in it, for errors.

    Raises:
        DataCorruptionError: A reading comes later than that, or at a time that cannot be.
    """
    held: list[Readings] = []
    rows = 0
    done_us = _EARLIEST_US - 1
    for piece in pieces:
        if not len(piece):
            continue
        _check_times(piece, done_us, source)
        held.append(piece)
        rows += len(piece)
        if rows < 2 * _LATE_ROWS:
            continue
        merged = _sorted(held)
        last = max(0, len(merged) - _LATE_ROWS)
        if last:
            done_us = int(merged.times_us[last - 1])
            yield merged.slice(0, last)
        held = [merged.slice(last, None)]
        rows = len(held[0])
    if held:
        yield _sorted(held)


def _check_times(piece: Readings, done_us: int, source: str) -> None:
    first, last = int(piece.times_us.min()), int(piece.times_us.max())
    if first < _EARLIEST_US or last >= _LATEST_US:
        wrong = first if first < _EARLIEST_US else last
        raise DataCorruptionError(
            f"{source}: holds the time {wrong / 1e6:.0f} s since 1970, which is not of 1990 to"
            " 2100; are column and unit of the times right?"
        )
    if first <= done_us:
        raise DataCorruptionError(
            f"{source}: the reading of {from_us(first)} comes more than {_LATE_ROWS} rows late;"
            " sort the file by time"
        )


def _sorted(held: list[Readings]) -> Readings:
    times_us = np.concatenate([each.times_us for each in held])
    power_w = np.concatenate([each.power_w for each in held])
    if times_us.size > 1 and np.any(np.diff(times_us) <= 0):
        order = np.argsort(times_us, kind="stable")
        times_us, power_w = times_us[order], power_w[order]
        is_last = np.append(np.diff(times_us) > 0, True)
        times_us, power_w = times_us[is_last], power_w[is_last]
    return Readings(times_us, power_w)
