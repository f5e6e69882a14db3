"""Reads columns of a delimited text file piece by piece, whatever its size."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from nilm_core.errors import DataCorruptionError, FailedPreconditionError

_BLOCK_BYTES = 2 << 20


def header_of(path: Path, separator: str) -> list[str]:
    """Returns the names in the first line.

    Raises:
        FailedPreconditionError: There is no such file.
        DataCorruptionError: It is no text, or empty.
    """
    _check_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file, delimiter=separator), None)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error
    if not header:
        raise DataCorruptionError(f"{path}: is empty, it has not even a header")
    return header


def first_value(path: Path, separator: str, column: str) -> str:
    """Returns the text of a column in the first row below the header, or '' without one."""
    _check_file(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file, delimiter=separator), None)
    return "" if row is None else (row[column] or "")


def read_columns(
    path: Path,
    types: Mapping[str, pa.DataType],
    *,
    separator: str,
    names: Sequence[str] | None = None,
    time_pattern: str | None = None,
) -> Iterator[pa.RecordBatch]:
    """Reads some columns, a piece at a time.

    Args:
        path: The file.
        types: The columns to read and what is in them; an empty field is null.
        separator: Character between two fields.
        names: Names of all columns of a file without a header; None where it has one.
        time_pattern: Pattern of strptime for times, by default ISO 8601.

    Raises:
        FailedPreconditionError: There is no such file.
        DataCorruptionError: A row or a field is not as it should be; the message names it.
    """
    _check_file(path)
    try:
        yield from pacsv.open_csv(
            path,
            # one thread: only then an error names its row
            pacsv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=names),
            pacsv.ParseOptions(delimiter=separator),
            pacsv.ConvertOptions(
                column_types=dict(types),
                include_columns=list(types),
                strings_can_be_null=True,
                timestamp_parsers=[time_pattern] if time_pattern else None,
            ),
        )
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise DataCorruptionError(
            f"{path}: cannot be read: {reason}; mend or remove the row"
        ) from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise FailedPreconditionError(f"{path}: no such file; is $NILM_DATA set?")
