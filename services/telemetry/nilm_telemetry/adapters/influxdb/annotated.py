"""Annotated CSV, in which InfluxDB answers, read column by column.

See https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv. The client's own parser
makes an object of each row, which is a hundred times slower.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float64Array

_TIME = pa.timestamp("ns", tz="UTC")
_TYPES: dict[str, Any] = {
    "double": pa.float64(),
    "long": pa.int64(),
    "unsignedLong": pa.uint64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "dateTime:RFC3339": _TIME,
    "dateTime:RFC3339Nano": _TIME,
}
_LINE_END = b"\r\n"
_BLANK_LINE = b"\r\n\r\n"


class FluxAnswerError(Exception):
    """The query failed after its answer had begun, or the answer is no annotated CSV."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one shape, as they came."""

    columns: Mapping[str, Any]
    """Arrow arrays by name."""
    count: int

    def times_us(self, name: str = "_time") -> Int64Array:
        """Returns a column of times."""
        nanoseconds = self.columns[name].cast(pa.int64()).to_numpy()
        return cast("Int64Array", nanoseconds // 1_000)

    def integers(self, name: str = "_value") -> Int64Array:
        """Returns a column of integers."""
        return cast("Int64Array", self.columns[name].to_numpy())

    def floats(self, name: str = "_value") -> Float64Array:
        """Returns a column of numbers."""
        return cast("Float64Array", self.columns[name].to_numpy().astype(np.float64, copy=False))

    def texts(self, name: str = "_value") -> list[str]:
        """Returns a column of texts."""
        return cast("list[str]", self.columns[name].to_pylist())

    def where(self, name: str, text: str) -> "Rows":
        """Returns the rows in which a column of texts has one value."""
        mask = pa.array(np.array(self.texts(name), object) == text)
        columns = {each: column.filter(mask) for each, column in self.columns.items()}
        return Rows(columns, len(columns[name]))


def parse(data: bytes) -> list[Rows]:
    """Returns the rows of an answer, one entry for each shape in turn; none where none came.

    Raises:
        FluxAnswerError: The answer tells of an error, or is no annotated CSV.
    """
    blocks = [block for block in data.split(_BLANK_LINE) if block.strip()]
    return [rows for block in blocks if (rows := _block(block.lstrip(_LINE_END))).count]


def _block(block: bytes) -> Rows:
    annotations: dict[str, list[str]] = {}
    while block.startswith(b"#"):
        line, _, block = block.partition(_LINE_END)
        cells = next(csv.reader([line.decode()]))
        annotations[cells[0]] = cells
    header, _, block = block.partition(_LINE_END)
    names = next(csv.reader([header.decode()]), [])
    if "error" in names:
        raise FluxAnswerError(_error(names, block))
    types = annotations.get("#datatype")
    if types is None or len(types) != len(names):
        raise FluxAnswerError(f"the answer has no data types: {header[:100]!r}")
    names[0] = "#"
    unknown = {kind for kind in types[1:] if kind not in _TYPES}
    if unknown:
        raise FluxAnswerError(f"the answer has the unknown type {unknown.pop()!r}")
    if not block:
        return Rows({}, 0)
    column_types = {name: _TYPES[kind] for name, kind in zip(names[1:], types[1:], strict=True)}
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=column_types,
                include_columns=[name for name in names[1:] if name not in ("result", "table")],
                strings_can_be_null=False,
            ),
        ).combine_chunks()
    except pa.ArrowInvalid as error:
        raise FluxAnswerError(f"the answer cannot be read: {error}") from error
    return Rows(
        {name: table.column(name).combine_chunks() for name in table.column_names}, table.num_rows
    )


def _error(names: list[str], block: bytes) -> str:
    row = next(csv.DictReader(io.StringIO(block.decode()), fieldnames=names), {})
    return str(row.get("error") or "the query failed")
