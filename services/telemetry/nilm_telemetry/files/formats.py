"""The formats by name. Parquet's library is loaded on first use: it costs 40 MB of memory."""

from collections.abc import Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from nilm_telemetry.files.base import FileOptions, ReadingFile, SeriesFileWriter


class FileFormat(StrEnum):
    """A form of file."""

    CSV = "CSV"
    PARQUET = "PARQUET"


_READERS = {
    FileFormat.CSV: ("nilm_telemetry.files.csv_reader", "CsvFile"),
    FileFormat.PARQUET: ("nilm_telemetry.files.parquet_reader", "ParquetReadings"),
}
_WRITERS = {
    FileFormat.CSV: ("nilm_telemetry.files.csv_writer", "CsvWriter"),
    FileFormat.PARQUET: ("nilm_telemetry.files.parquet_writer", "ParquetWriter"),
}


def open_file(file_format: FileFormat, path: Path, options: FileOptions) -> ReadingFile:
    """Opens a file of readings.

    Raises:
        InvalidArgumentError: The file is not what its options say.
    """
    module, name = _READERS[file_format]
    file: ReadingFile = getattr(import_module(module), name)(path, options)
    return file


def new_writer(file_format: FileFormat, names: Sequence[str]) -> SeriesFileWriter:
    """Returns what writes a new file of `time` and columns of these names."""
    module, name = _WRITERS[file_format]
    writer: SeriesFileWriter = getattr(import_module(module), name)(names)
    return writer
