"""Apache Parquet: a time column, a power column, and `outage` where the logger was down."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.domain.validation import Rejection, RejectionReason
from nilm_telemetry.files.base import ROWS_AT_ONCE, FileOptions, FileRows, epoch_us

OUTAGE_COLUMN = "outage"
"""Where this boolean column is true the row counts as missing."""
_US = pa.timestamp("us", tz="UTC")
_NO_TIME = np.iinfo(np.int64).min


class ParquetReadings:
    """See `nilm_telemetry.files.base.ReadingFile`."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self._options = options
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise _unlike(error) from error
        names = self._file.schema_arrow.names
        wanted = {
            "options.time_column": options.time_column,
            "options.power_column": options.power_column,
        }
        for field, name in wanted.items():
            if name not in names:
                raise InvalidArgumentError.of_field(
                    field, f"the file has no column {name!r}; it has: {', '.join(names)}"
                )
        self._has_outage = OUTAGE_COLUMN in names and pa.types.is_boolean(
            self._file.schema_arrow.field(OUTAGE_COLUMN).type
        )
        self._columns = [*wanted.values(), *([OUTAGE_COLUMN] if self._has_outage else [])]

    @property
    def total_rows(self) -> int:
        """The file's rows."""
        return int(self._file.metadata.num_rows)

    def rows(self) -> Generator[FileRows, None, None]:
        """Yields the rows; a row without a time is named and left out."""
        first_row = 0
        try:
            for batch in self._file.iter_batches(ROWS_AT_ONCE, columns=self._columns):
                yield self._read(batch, first_row)
                first_row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _unlike(error) from error

    def _read(self, batch: pa.RecordBatch, first_row: int) -> FileRows:
        times_us = self._times_us(batch.column(self._options.time_column))
        power = self._power(batch.column(self._options.power_column))
        is_missing = np.isnan(power)
        if self._has_outage:
            outage = pc.fill_null(batch.column(OUTAGE_COLUMN), fill_value=False)
            is_missing |= outage.to_numpy(zero_copy_only=False)
        has_no_time = (times_us == _NO_TIME) & ~is_missing
        index = np.flatnonzero(~is_missing & ~has_no_time)
        return FileRows(
            row_count=batch.num_rows,
            missing_count=int(np.count_nonzero(is_missing)),
            row_index=first_row + index,
            readings=Readings(times_us[index], power[index] * self._options.watts_per_unit),
            unreadable=[
                Rejection(
                    first_row + int(row), RejectionReason.UNREADABLE, "has no time that can be read"
                )
                for row in np.flatnonzero(has_no_time)
            ],
        )

    def _power(self, column: pa.Array) -> npt.NDArray[np.float64]:
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
            raise InvalidArgumentError.of_field(
                "options.power_column",
                f"column {self._options.power_column!r} holds {column.type}, not numbers",
            )
        values: npt.NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return values

    def _times_us(self, column: pa.Array) -> Int64Array:
        """Returns the times, `_NO_TIME` where there is none."""
        kind = column.type
        if pa.types.is_timestamp(kind):
            if kind.tz is None:
                zone = str(self._options.zone)
                column = pc.assume_timezone(
                    column, zone, ambiguous="earliest", nonexistent="earliest"
                )
            numbers = column.cast(_US, safe=False).cast(pa.int64())
            times: Int64Array = numbers.fill_null(_NO_TIME).to_numpy(zero_copy_only=False)
            return times
        if pa.types.is_floating(kind) or pa.types.is_integer(kind):
            seconds = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
            usable = np.abs(seconds) < 1e12  # noqa: PLR2004 far beyond any date
            micros = np.rint(np.where(usable, seconds, 0.0) * 1e6).astype(np.int64)
            return np.where(usable, micros, _NO_TIME)
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return np.array([self._text_us(text) for text in column.to_pylist()], np.int64)
        raise InvalidArgumentError.of_field(
            "options.time_column",
            f"column {self._options.time_column!r} holds {kind}, not times",
        )

    def _text_us(self, text: str | None) -> int:
        try:
            return epoch_us(text or "", self._options.zone)
        except (ValueError, OverflowError):
            return int(_NO_TIME)


def _unlike(error: Exception) -> InvalidArgumentError:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InvalidArgumentError.of_field(
        "options.format", f"the file is no readable Parquet file ({text}); check the format"
    )
