"""Readings, buckets and rejections."""

from collections.abc import Mapping, Sequence

import numpy as np
from google.protobuf.duration_pb2 import Duration

from nilm.telemetry.v1 import reading_pb2 as reading_pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import to_us
from nilm_rpc.convert import from_timestamp, timestamp_of_us, to_duration, to_timestamp
from nilm_telemetry.domain.buckets import Buckets
from nilm_telemetry.domain.readings import MeterExtent, Readings
from nilm_telemetry.domain.validation import Rejection, RejectionReason

MAX_ROWS = 10_000
"""Most readings of one request."""
MAX_POINTS = 20_000
_FAR_US = 2**62
"""Offsets beyond this are in the future anyway, and could overflow."""

REASONS: Mapping[RejectionReason, reading_pb.RejectionReason] = {
    RejectionReason.NOT_FINITE: reading_pb.REJECTION_REASON_NOT_FINITE,
    RejectionReason.OUT_OF_RANGE: reading_pb.REJECTION_REASON_OUT_OF_RANGE,
    RejectionReason.IN_FUTURE: reading_pb.REJECTION_REASON_IN_FUTURE,
    RejectionReason.TOO_OLD: reading_pb.REJECTION_REASON_TOO_OLD,
    RejectionReason.UNKNOWN_METER: reading_pb.REJECTION_REASON_UNKNOWN_METER,
    RejectionReason.UNREADABLE: reading_pb.REJECTION_REASON_UNREADABLE,
}


def readings_from(message: reading_pb.ReadingColumns, field: str = "readings") -> Readings:
    """Returns the rows of a message in the order they came.

    Raises:
        InvalidArgumentError: There are none, too many, or not as many powers as offsets.
    """
    count = len(message.offset_us)
    if not 1 <= count <= MAX_ROWS:
        raise InvalidArgumentError.of_field(
            f"{field}.offset_us", f"must have 1 to {MAX_ROWS:,} values; send more in several calls"
        )
    if len(message.power_w) != count:
        raise InvalidArgumentError.of_field(
            f"{field}.power_w",
            f"has {len(message.power_w)} values for {count} offsets; send one for each",
        )
    if not message.HasField("start_time"):
        raise InvalidArgumentError.of_field(f"{field}.start_time", "is needed")
    start_us = to_us(from_timestamp(message.start_time, f"{field}.start_time"))
    offsets = np.fromiter(message.offset_us, np.int64, count)
    power_w = np.fromiter(message.power_w, np.float32, count)
    np.minimum(offsets, _FAR_US, out=offsets)
    return Readings(start_us + offsets, power_w)


def readings_to(readings: Readings, start_us: int) -> reading_pb.ReadingColumns:
    """Returns readings as offsets from a time."""
    return reading_pb.ReadingColumns(
        start_time=timestamp_of_us(start_us),
        offset_us=(readings.times_us - start_us).tolist(),
        power_w=readings.power_w.tolist(),
    )


def buckets_to(buckets: Buckets) -> reading_pb.ReadingBuckets:
    """Returns buckets as a message."""
    return reading_pb.ReadingBuckets(
        start_time=to_timestamp(buckets.grid.start),
        bucket_period=to_duration(buckets.grid.period),
        min_w=buckets.min_w.tolist(),
        max_w=buckets.max_w.tolist(),
        mean_w=buckets.mean_w.tolist(),
        count=buckets.count.tolist(),
    )


def rejected_to(rejected: Sequence[Rejection]) -> list[reading_pb.RejectedReading]:
    """Returns the rejected rows as messages."""
    return [
        reading_pb.RejectedReading(
            index=rejection.index, reason=REASONS[rejection.reason], message=rejection.message
        )
        for rejection in rejected
    ]


def latest_to(extent: MeterExtent) -> reading_pb.LatestReading:
    """Returns a meter's newest reading as a message."""
    return reading_pb.LatestReading(
        building_id=extent.series.building_id,
        meter_id=extent.series.meter_id,
        reading_time=timestamp_of_us(extent.last_us),
        power_w=extent.last_w,
    )


def max_points_from(max_points: int) -> int:
    """Returns `max_points` of a request; 0 asks for what is stored as it is.

    Raises:
        InvalidArgumentError: It is out of bounds.
    """
    if not 0 <= max_points <= MAX_POINTS:
        raise InvalidArgumentError.of_field(
            "max_points", f"must be 1 to {MAX_POINTS:,}, or 0 for raw values"
        )
    return max_points


def heartbeat_from(period: Duration, is_present: bool) -> float:
    """Returns the seconds between heartbeats.

    Raises:
        InvalidArgumentError: It is out of bounds.
    """
    if not is_present:
        return 15.0
    seconds = period.seconds + period.nanos / 1e9
    if not 1.0 <= seconds <= 60.0:  # noqa: PLR2004 the contract's bounds
        raise InvalidArgumentError.of_field("heartbeat_period", "must be 1 s to 60 s")
    return seconds
