"""Comma-separated values with a header row, UTF-8."""

import csv
from collections.abc import Generator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from nilm_core.errors import InvalidArgumentError
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.domain.validation import Rejection, RejectionReason
from nilm_telemetry.files.base import ROWS_AT_ONCE, FileOptions, FileRows, epoch_us

_MISSING = frozenset({"", "nan", "null", "none", "na", "n/a"})
_SHOWN_CHARS = 40


class CsvFile:
    """See `nilm_telemetry.files.base.ReadingFile`. Empty lines are no rows."""

    total_rows = 0

    def __init__(self, path: Path, options: FileOptions) -> None:
        self._path = path
        self._options = options

    def rows(self) -> Generator[FileRows, None, None]:
        """Yields the rows; a row that cannot be read is named and left out."""
        try:
            with self._path.open(newline="", encoding="utf-8-sig") as file:
                reader = csv.reader(file)
                time_at, power_at = self._columns(next(reader, []))
                lines = (line for line in reader if line)
                first_row = 0
                while batch := list(islice(lines, ROWS_AT_ONCE)):
                    yield self._read(batch, first_row, time_at, power_at)
                    first_row += len(batch)
        except (UnicodeDecodeError, csv.Error) as error:
            raise InvalidArgumentError.of_field(
                "options.format", f"the file is no CSV in UTF-8 ({error}); check the format"
            ) from error

    def _columns(self, header: Sequence[str]) -> tuple[int, int]:
        names = [name.strip() for name in header]
        wanted = {
            "options.time_column": self._options.time_column,
            "options.power_column": self._options.power_column,
        }
        for field, name in wanted.items():
            if name not in names:
                shown = ", ".join(name[:_SHOWN_CHARS] for name in names[:20])
                raise InvalidArgumentError.of_field(
                    field, f"the file has no column {name!r}; its header row has: {shown}"
                )
        return names.index(self._options.time_column), names.index(self._options.power_column)

    def _read(
        self, batch: list[list[str]], first_row: int, time_at: int, power_at: int
    ) -> FileRows:
        zone = self._options.zone
        times: list[int] = []
        powers: list[float] = []
        index: list[int] = []
        unreadable: list[Rejection] = []
        missing = 0
        for row, line in enumerate(batch, start=first_row):
            try:
                text = line[power_at].strip()
                if text.lower() in _MISSING:
                    missing += 1
                    continue
                power = float(text)
                time_us = epoch_us(line[time_at].strip(), zone)
            except (ValueError, IndexError, OverflowError):
                unreadable.append(_unreadable(row, line))
                continue
            times.append(time_us)
            powers.append(power)
            index.append(row)
        power_w = np.array(powers, np.float64) * self._options.watts_per_unit
        return FileRows(
            row_count=len(batch),
            missing_count=missing,
            row_index=np.array(index, np.int64),
            readings=Readings(np.array(times, np.int64), power_w),
            unreadable=unreadable,
        )


def _unreadable(row: int, line: Sequence[str]) -> Rejection:
    shown = ",".join(line)[:_SHOWN_CHARS]
    return Rejection(
        row,
        RejectionReason.UNREADABLE,
        f"cannot be read: {shown!r}; a time (ISO 8601 or Unix seconds) and a number are needed",
    )
