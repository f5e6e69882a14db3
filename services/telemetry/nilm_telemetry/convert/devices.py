"""Devices and their readings, by the names of the REST bodies."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from nilm.telemetry.v1 import device_service_pb2 as pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import to_us
from nilm_rpc.convert import from_timestamp, interval, require_text, timestamp_of_us, to_timestamp
from nilm_telemetry.convert.readings import MAX_ROWS
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.domain.validation import Rejection, RejectionReason
from nilm_telemetry.service.devices import Device, DeviceRow
from nilm_telemetry.service.statistics import DatedStatistics

_MAX_ID_LENGTH = 63
_DEFAULT_SPAN = timedelta(days=1)
_FIELDS = tuple(field.name for field in pb.DeviceReading.DESCRIPTOR.fields)
_FIELD_OF = {
    RejectionReason.NOT_FINITE: "energy_watts",
    RejectionReason.OUT_OF_RANGE: "energy_watts",
    RejectionReason.IN_FUTURE: "timestamp",
    RejectionReason.TOO_OLD: "timestamp",
}


def device_id_from(device_id: str, field: str = "device_id") -> str:
    """Returns the id of a device.

    Raises:
        InvalidArgumentError: It is empty or too long.
    """
    return require_text(device_id, field, _MAX_ID_LENGTH)


def row_from(request: pb.CreateDeviceReadingRequest, now: datetime) -> DeviceRow:
    """Returns the row of a request; measured now, where it says no time."""
    time = from_timestamp(request.timestamp, "timestamp") if request.HasField("timestamp") else now
    return DeviceRow(device_id_from(request.device_id), to_us(time), request.energy_watts)


def rows_from(readings: Sequence[pb.DeviceReading]) -> list[DeviceRow]:
    """Returns the rows of a batch.

    Raises:
        InvalidArgumentError: There are none, too many, or one has no device or time.
    """
    if not 1 <= len(readings) <= MAX_ROWS:
        raise InvalidArgumentError.of_field(
            "readings", f"must have 1 to {MAX_ROWS:,} readings; send more in several calls"
        )
    return [_row(reading, f"readings[{index}]") for index, reading in enumerate(readings)]


def _row(reading: pb.DeviceReading, field: str) -> DeviceRow:
    if not reading.HasField("timestamp"):
        raise InvalidArgumentError.of_field(f"{field}.timestamp", "is needed")
    time = from_timestamp(reading.timestamp, f"{field}.timestamp")
    device_id = device_id_from(reading.device_id, f"{field}.device_id")
    return DeviceRow(device_id, to_us(time), reading.energy_watts)


def refuse(rejected: Sequence[Rejection]) -> None:
    """Refuses a single reading that was rejected.

    Raises:
        InvalidArgumentError: It was; the error names the field.
    """
    if rejected:
        raise InvalidArgumentError.of_field(_FIELD_OF[rejected[0].reason], rejected[0].message)


def rejected_to(
    rejected: Iterable[Rejection], rows: Sequence[DeviceRow]
) -> list[pb.RejectedDeviceReading]:
    """Returns the rejected rows of a batch as messages."""
    return [
        pb.RejectedDeviceReading(
            index=one.index, device_id=rows[one.index].device_id, message=one.message
        )
        for one in rejected
    ]


def span_from(
    start: Timestamp | None, end: Timestamp | None, now: datetime
) -> tuple[datetime, datetime]:
    """Returns the interval of a request: up to now, and from a day before, where absent.

    Raises:
        InvalidArgumentError: The end is not later than the start.
    """
    end_time = now if end is None else from_timestamp(end, "end_time")
    start_time = end_time - _DEFAULT_SPAN if start is None else from_timestamp(start, "start_time")
    return interval(to_timestamp(start_time), to_timestamp(end_time))


def mask_from(mask: FieldMask) -> tuple[str, ...]:
    """Returns the fields of a reading to answer.

    Raises:
        InvalidArgumentError: The mask names a field that a reading lacks.
    """
    for path in mask.paths:
        if path not in _FIELDS:
            raise InvalidArgumentError.of_field(
                "fields", f"{path!r} is no field of a reading; they are: {', '.join(_FIELDS)}"
            )
    return tuple(mask.paths) or _FIELDS


def readings_to(
    device_id: str, readings: Readings, fields: Sequence[str] = _FIELDS
) -> list[pb.DeviceReading]:
    """Returns readings as messages with these fields alone."""
    messages = []
    for time_us, power_w in zip(readings.times_us.tolist(), readings.power_w.tolist(), strict=True):
        values = {
            "device_id": device_id,
            "timestamp": timestamp_of_us(time_us) if "timestamp" in fields else None,
            "energy_watts": power_w,
        }
        messages.append(pb.DeviceReading(**{name: values[name] for name in fields}))
    return messages


def device_to(device: Device) -> pb.Device:
    """Returns a device as a message."""
    return pb.Device(
        device_id=device.meter.meter_id,
        building_id=device.building_id,
        display_name=device.meter.display_name,
    )


def stats_to(device_id: str, dated: DatedStatistics) -> pb.DeviceStats:
    """Returns a device's statistics as a message."""
    statistics = dated.statistics
    return pb.DeviceStats(
        device_id=device_id,
        count=statistics.count,
        min_watts=statistics.min_w,
        max_watts=statistics.max_w,
        avg_watts=statistics.mean_w,
        energy_kwh=statistics.energy_kwh,
        first_timestamp=None if dated.first_us is None else timestamp_of_us(dated.first_us),
        last_timestamp=None if dated.last_us is None else timestamp_of_us(dated.last_us),
    )
