"""Which readings are accepted, and what is told of the others."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from nilm_core.timegrid import Int64Array, span_us, to_us
from nilm_telemetry.domain.readings import AnyFloatArray, Readings

MAX_POWER_W = 10_000_000.0
MAX_AHEAD = timedelta(minutes=5)
"""How far a meter's clock may be ahead of the server's."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_EARLIEST_US = to_us(EARLIEST)
_MAX_AHEAD_US = span_us(MAX_AHEAD)


class RejectionReason(StrEnum):
    """Why a reading was not stored."""

    NOT_FINITE = "NOT_FINITE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    IN_FUTURE = "IN_FUTURE"
    TOO_OLD = "TOO_OLD"
    UNKNOWN_METER = "UNKNOWN_METER"
    UNREADABLE = "UNREADABLE"


MESSAGES = {
    RejectionReason.NOT_FINITE: "the power is NaN or infinite; leave a missing reading out",
    RejectionReason.OUT_OF_RANGE: "the power is outside ±10,000,000 W; check the unit",
    RejectionReason.IN_FUTURE: "the time is more than 5 minutes ahead; check the meter's clock",
    RejectionReason.TOO_OLD: "the time is before the year 2000; check the meter's clock",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that was not stored."""

    index: int
    """Its index in what the caller sent, from 0."""
    reason: RejectionReason
    message: str


def validate(
    readings: Readings, now: datetime, first_index: int = 0
) -> tuple[Readings, list[Rejection]]:
    """Parts the rows that are stored from those that are not.

    Args:
        readings: Rows in any order.
        now: The server's time.
        first_index: Index of the first row in what the caller sent.

    Returns:
        The good rows as float32, in the order they came, and the others by index.
    """
    mask, rejected = check_rows(readings.times_us, readings.power_w, now)
    if not rejected:
        return Readings(readings.times_us, readings.power_w.astype(np.float32, copy=False)), []
    good = Readings(readings.times_us[mask], readings.power_w[mask].astype(np.float32))
    return good, [
        Rejection(first_index + index, reason, MESSAGES[reason]) for index, reason in rejected
    ]


def check_rows(
    times_us: Int64Array, power_w: AnyFloatArray, now: datetime
) -> tuple[np.ndarray, list[tuple[int, RejectionReason]]]:
    """Returns which rows are good, shape (n,), and the index and reason of each of the others."""
    latest_us = to_us(now) + _MAX_AHEAD_US
    good = np.abs(power_w) <= MAX_POWER_W  # false for NaN too
    good &= times_us >= _EARLIEST_US
    good &= times_us <= latest_us
    if good.all():
        return good, []
    return good, [
        (int(index), _reason(int(times_us[index]), float(power_w[index]), latest_us))
        for index in np.flatnonzero(~good)
    ]


def _reason(time_us: int, power_w: float, latest_us: int) -> RejectionReason:
    if not np.isfinite(power_w):
        return RejectionReason.NOT_FINITE
    if abs(power_w) > MAX_POWER_W:
        return RejectionReason.OUT_OF_RANGE
    if time_us > latest_us:
        return RejectionReason.IN_FUTURE
    return RejectionReason.TOO_OLD
