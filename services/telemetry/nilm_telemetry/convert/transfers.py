"""Files: options in, progress out."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.protobuf.timestamp_pb2 import Timestamp

from nilm.telemetry.v1 import transfer_service_pb2 as pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.units import WATTS_PER_UNIT
from nilm_rpc.convert import from_timestamp, timestamp_of_us
from nilm_telemetry.convert.readings import rejected_to
from nilm_telemetry.domain.readings import MeterSeries
from nilm_telemetry.files.base import FileOptions
from nilm_telemetry.files.formats import FileFormat
from nilm_telemetry.service.importing import ImportPlan, ImportProgress

MAX_CHUNK_BYTES = 1 << 20
_FORMATS = {
    pb.FILE_FORMAT_CSV: FileFormat.CSV,
    pb.FILE_FORMAT_PARQUET: FileFormat.PARQUET,
}
_UNITS = {
    pb.POWER_UNIT_UNSPECIFIED: WATTS_PER_UNIT["W"],
    pb.POWER_UNIT_W: WATTS_PER_UNIT["W"],
    pb.POWER_UNIT_KW: WATTS_PER_UNIT["kW"],
}


def format_from(value: pb.FileFormat, field: str) -> FileFormat:
    """Returns the form of a file.

    Raises:
        InvalidArgumentError: It is none that is known.
    """
    if value not in _FORMATS:
        raise InvalidArgumentError.of_field(field, "must be FILE_FORMAT_CSV or FILE_FORMAT_PARQUET")
    return _FORMATS[value]


def plan_from(options: pb.ImportOptions, series: MeterSeries) -> ImportPlan:
    """Returns what an import's first message asks for.

    Raises:
        InvalidArgumentError: An option is wrong.
    """
    if options.power_unit not in _UNITS:
        raise InvalidArgumentError.of_field(
            "options.power_unit", "must be POWER_UNIT_W or POWER_UNIT_KW"
        )
    start = (
        from_timestamp(options.start_time, "options.start_time")
        if options.HasField("start_time")
        else None
    )
    end = (
        from_timestamp(options.end_time, "options.end_time")
        if options.HasField("end_time")
        else None
    )
    if start is not None and end is not None and end <= start:
        raise InvalidArgumentError.of_field("options.end_time", "must be later than start_time")
    file_options = FileOptions(
        time_column=options.time_column or "time",
        power_column=options.power_column or "aggregate_w",
        watts_per_unit=_UNITS[options.power_unit],
        zone=_zone(options.time_zone or "UTC"),
    )
    file_format = format_from(options.format, "options.format")
    return ImportPlan(series, file_format, file_options, start, end)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgumentError.of_field(
            "options.time_zone", f"{name!r} is no IANA time zone, such as Europe/London"
        ) from None


def progress_to(progress: ImportProgress) -> pb.ImportReadingsResponse:
    """Returns how far an import is; the rejected rows are named at its end alone."""
    return pb.ImportReadingsResponse(
        row_count=progress.row_count,
        accepted_count=progress.accepted_count,
        missing_count=progress.missing_count,
        rejected_count=progress.rejected_count,
        rejected=rejected_to(progress.rejected) if progress.done else [],
        total_row_count=progress.total_row_count,
        done=progress.done,
        first_time=_optional(progress.first_us),
        last_time=_optional(progress.last_us),
    )


def _optional(time_us: int | None) -> Timestamp | None:
    return None if time_us is None else timestamp_of_us(time_us)
