"""Conversions that every servicer needs; each error names the field as the caller wrote it."""

from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import from_us, span_us, to_us

_US_PER_S = 1_000_000
_NS_PER_US = 1_000
_NS_PER_S = 1_000_000_000
_LAST_S = 253_402_300_799  # 9999-12-31T23:59:59Z, the greatest that Timestamp allows


def to_timestamp(time: datetime) -> Timestamp:
    """Returns a UTC-aware time as a Timestamp."""
    return timestamp_of_us(to_us(time))


def timestamp_of_us(time_us: int) -> Timestamp:
    """Returns microseconds since the epoch as a Timestamp."""
    seconds, micros = divmod(time_us, _US_PER_S)
    return Timestamp(seconds=seconds, nanos=micros * _NS_PER_US)


def from_timestamp(timestamp: Timestamp, field: str) -> datetime:
    """Returns a Timestamp as a UTC-aware time, to the microsecond.

    Raises:
        InvalidArgumentError: It is before 1970 or after 9999, or no Timestamp at all.
    """
    if not 0 <= timestamp.seconds <= _LAST_S or not 0 <= timestamp.nanos < _NS_PER_S:
        raise InvalidArgumentError.of_field(field, "must be a time from 1970 to 9999")
    return from_us(timestamp.seconds * _US_PER_S + timestamp.nanos // _NS_PER_US)


def to_duration(span: timedelta) -> Duration:
    """Returns a span as a Duration."""
    seconds, micros = divmod(span_us(span), _US_PER_S)
    return Duration(seconds=seconds, nanos=micros * _NS_PER_US)


def from_duration(duration: Duration, field: str) -> timedelta:
    """Returns a positive Duration as a span, to the microsecond.

    Raises:
        InvalidArgumentError: It is not positive, or beyond a hundred years.
    """
    span_is_sane = 0 <= duration.seconds <= 100 * 366 * 86_400
    span = (
        timedelta(seconds=duration.seconds, microseconds=duration.nanos // _NS_PER_US)
        if span_is_sane
        else timedelta(0)
    )
    if span <= timedelta(0):
        raise InvalidArgumentError.of_field(field, "must be a positive span of time")
    return span


def interval(
    start: Timestamp,
    end: Timestamp,
    *,
    longest: timedelta | None = None,
    start_field: str = "start_time",
    end_field: str = "end_time",
) -> tuple[datetime, datetime]:
    """Returns the half-open interval of two needed Timestamps.

    Raises:
        InvalidArgumentError: One is absent, the end is not later, or it is longer than `longest`.
    """
    for timestamp, field in ((start, start_field), (end, end_field)):
        if timestamp == Timestamp():
            raise InvalidArgumentError.of_field(field, "is needed")
    start_time = from_timestamp(start, start_field)
    end_time = from_timestamp(end, end_field)
    if end_time <= start_time:
        raise InvalidArgumentError.of_field(end_field, f"must be later than {start_field}")
    if longest is not None and end_time - start_time > longest:
        raise InvalidArgumentError.of_field(
            end_field, f"must be at most {longest.days} days after {start_field}"
        )
    return start_time, end_time


def require_text(value: str, field: str, max_length: int) -> str:
    """Returns a text without the white space around it.

    Raises:
        InvalidArgumentError: Nothing is left, or it is too long.
    """
    text = value.strip()
    if not 1 <= len(text) <= max_length:
        raise InvalidArgumentError.of_field(field, f"must have 1 to {max_length} characters")
    return text
