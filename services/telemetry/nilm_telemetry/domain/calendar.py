"""Local days and months of a building, over quarter hours.

Since 2000 every zone is a multiple of a quarter hour from UTC, zones of 30 and 45 minutes included,
so each quarter hour lies in one local day. Days have 23 to 25 hours where clocks change.
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from nilm_core.timegrid import Int64Array, from_us
from nilm_telemetry.domain.quarters import DAY_US

_MINUTE_US = 60_000_000
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday: three days after Monday."""


class Period(StrEnum):
    """How a summary is cut."""

    WHOLE = "WHOLE"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class LocalQuarters:
    """The local clock at the start of each quarter hour."""

    day: Int64Array
    """Local date, days since 1970-01-01, never decreasing, shape (n,)."""
    minute: Int64Array
    """Local minute of the day, 0 to 1,439, shape (n,)."""

    @property
    def weekday(self) -> Int64Array:
        """ISO weekday, 1 (Monday) to 7 (Sunday), shape (n,)."""
        return (self.day + _EPOCH_WEEKDAY) % 7 + 1


def local_quarters(quarters_us: Int64Array, zone: ZoneInfo) -> LocalQuarters:
    """Returns the local clock of quarter hours.

    Args:
        quarters_us: Starts of consecutive quarter hours, shape (n,).
        zone: The building's time zone.
    """
    local_us = quarters_us + _offsets_us(quarters_us, zone)
    # where clocks go back over midnight, the hour that is lived twice stays in the later day
    day = np.maximum.accumulate(local_us // DAY_US) if len(local_us) else local_us
    return LocalQuarters(day, local_us % DAY_US // _MINUTE_US)


def period_starts(local: LocalQuarters, period: Period) -> Int64Array:
    """Returns the index of the first quarter of each period, increasing."""
    if period is Period.WHOLE:
        return np.zeros(1, np.int64)
    label = local.day
    if period is Period.MONTH:
        label = label.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.flatnonzero(np.append(True, label[1:] != label[:-1]))


def _offsets_us(quarters_us: Int64Array, zone: ZoneInfo) -> Int64Array:
    """Returns the offset from UTC at each quarter hour.

    Offsets are asked once a UTC day, and quarter by quarter in the days in which they change.
    """
    offsets = np.empty_like(quarters_us)
    days = quarters_us // DAY_US
    firsts = np.flatnonzero(np.append(True, days[1:] != days[:-1])).tolist()
    for first, end in zip(firsts, [*firsts[1:], len(quarters_us)], strict=True):
        before = _offset_us(int(quarters_us[first]), zone)
        if before == _offset_us(int(quarters_us[end - 1]), zone):
            offsets[first:end] = before
        else:
            offsets[first:end] = [_offset_us(int(time), zone) for time in quarters_us[first:end]]
    return offsets


def _offset_us(time_us: int, zone: ZoneInfo) -> int:
    offset = from_us(time_us).astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 a ZoneInfo always has one
    return int(offset.total_seconds()) * 1_000_000
