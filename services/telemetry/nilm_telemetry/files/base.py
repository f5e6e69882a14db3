"""What every file format has in common."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float32Array, Readings
from nilm_telemetry.domain.validation import Rejection

ROWS_AT_ONCE = 20_000
"""Rows that are read, checked and stored together."""


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file is to be read."""

    time_column: str
    power_column: str
    watts_per_unit: float
    """Factor from the power column to W."""
    zone: tzinfo
    """Zone of times that carry none; of an hour that is lived twice, the first is meant."""


@dataclass(frozen=True, slots=True)
class FileRows:
    """Some consecutive rows of a file."""

    row_count: int
    """All of them: those without a value and those that could not be read, too."""
    missing_count: int
    """Rows without a value: gaps, and no error."""
    row_index: Int64Array
    """Index in the file of each reading, from 0, shape (n,)."""
    readings: Readings
    """Shape (n,)."""
    unreadable: list[Rejection]


class ReadingFile(Protocol):
    """A file that is being read."""

    @property
    def total_rows(self) -> int:
        """Its data rows, or 0 where that is not known beforehand."""
        ...

    def rows(self) -> Generator[FileRows, None, None]:
        """Yields its rows, a bounded number at a time.

        Raises:
            InvalidArgumentError: The file is not what its options say.
        """
        ...


class SeriesFileWriter(Protocol):
    """Makes a file of `time` and the columns that it was opened with, part by part."""

    def write(self, times_us: Int64Array, *columns: Float32Array) -> bytes:
        """Adds rows, a column each for the names of the file; returns the bytes that are ready."""
        ...

    def finish(self) -> bytes:
        """Returns the last bytes of the file."""
        ...


def epoch_us(text: str, zone: tzinfo) -> int:
    """Returns a written time as microseconds since the epoch.

    Args:
        text: ISO 8601, or Unix seconds.
        zone: Zone of an ISO time without an offset.

    Raises:
        ValueError: It is neither.
        OverflowError: It is too far away.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return round(float(text) * 1e6)
    if time.tzinfo is None:
        time = time.replace(tzinfo=zone)
    return round(time.timestamp() * 1e6)
