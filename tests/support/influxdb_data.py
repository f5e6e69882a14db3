"""What the stand-in for InfluxDB has stored: rows from line protocol, tables to annotated CSV."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Value = float | int | str | bool
Tags = tuple[tuple[str, str], ...]

_TYPES = {float: "double", int: "long", str: "string", bool: "boolean"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINE = re.compile(
    r"""(?P<measurement>(?:[^\\, ]|\\.)+)
        (?P<tags>(?:,(?:[^\\,= ]|\\.)+=(?:[^\\,= ]|\\.)+)*)
        [ ](?P<fields>(?:[^"\\ ]|\\.|"(?:[^"\\]|\\.)*")+)
        [ ](?P<time>-?\d+)""",
    re.VERBOSE | re.DOTALL,
)
_TAG = re.compile(r",((?:[^\\,= ]|\\.)+)=((?:[^\\,= ]|\\.)+)")
_FIELD = re.compile(r'((?:[^\\,= ]|\\.)+)=("(?:[^"\\]|\\.)*"|[^,]+)(?:,|$)', re.DOTALL)


class RefusedError(Exception):
    """What a real server would answer with HTTP 400."""


@dataclass
class Series:
    """One field of one set of tags."""

    measurement: str
    tags: Tags
    name: str
    rows: dict[int, Value] = field(default_factory=dict)
    """Values by time in microseconds."""


@dataclass
class Bucket:
    series: dict[tuple[str, Tags, str], Series] = field(default_factory=dict)

    def write(self, text: str) -> int:
        """Stores lines; returns how many those were.

        Raises:
            RefusedError: A line cannot be read, or a field has another type than before.
        """
        count = 0
        for line in text.split("\n"):
            if line:
                self._write(line)
                count += 1
        return count

    def _write(self, line: str) -> None:
        match = _LINE.fullmatch(line)
        if match is None:
            raise RefusedError(f"unable to parse '{line}'")
        tags = tuple(
            sorted((_plain(key), _plain(value)) for key, value in _TAG.findall(match["tags"]))
        )
        fields = _FIELD.findall(match["fields"])
        if not fields:
            raise RefusedError(f"unable to parse '{line}': missing fields")
        for name, text in fields:
            value = _value(text)
            key = (_plain(match["measurement"]), tags, _plain(name))
            series = self.series.setdefault(key, Series(*key))
            known = next(iter(series.rows.values()), value)
            if type(known) is not type(value):
                raise RefusedError(
                    f'partial write: field type conflict: input field "{name}" on measurement '
                    f'"{series.measurement}" is type {_TYPES[type(value)]}, already exists as '
                    f"type {_TYPES[type(known)]} dropped=1"
                )
            series.rows[int(match["time"])] = value


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _value(text: str) -> Value:
    if text.startswith('"'):
        return re.sub(r'\\(["\\])', r"\1", text[1:-1])
    if text in ("t", "T", "true", "f", "F", "false"):
        return text[0] in "tT"
    try:
        return int(text[:-1]) if text.endswith("i") else _finite(float(text))
    except ValueError as error:
        raise RefusedError(f"unable to parse field value '{text}'") from error


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("no field holds NaN or infinity")
    return value


@dataclass
class Table:
    """Rows of one group, in the order of a query's answer."""

    key: dict[str, str]
    rows: list[dict[str, Value | datetime]]

    def map(
        self,
        change: Callable[[list[dict[str, Value | datetime]]], list[dict[str, Value | datetime]]],
    ) -> "Table":
        return Table(self.key, change(self.rows))


def tables_of(bucket: Bucket, start_us: int, stop_us: int) -> Iterator[Table]:
    """Yields a table for each series with rows in [start, stop)."""
    for series in bucket.series.values():
        key = {"_measurement": series.measurement, "_field": series.name, **dict(series.tags)}
        rows: list[dict[str, Value | datetime]] = [
            {"_time": moment(time), "_value": series.rows[time]}
            for time in sorted(series.rows)
            if start_us <= time < stop_us
        ]
        yield Table(key, rows)


def moment(time_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time_us)


def microseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)


def annotated_csv(results: Mapping[str, Sequence[Table]]) -> str:
    """Returns results by name as a server answers them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for name, tables in results.items():
        shape: list[tuple[str, str]] | None = None
        for number, table in enumerate(tables):
            if not table.rows:
                continue
            columns = list(table.rows[0].items())
            typed = [(each, _type(value)) for each, value in columns]
            typed += [(each, "string") for each in table.key]
            if typed != shape:
                if shape is not None:
                    writer.writerow([])
                shape = typed
                is_key = ["false"] * len(columns) + ["true"] * len(table.key)
                writer.writerow(["#datatype", "string", "long", *(kind for _, kind in typed)])
                writer.writerow(["#group", "false", "false", *is_key])
                writer.writerow(["#default", name, "", *("" for _ in typed)])
                writer.writerow(["", "result", "table", *(each for each, _ in typed)])
            for row in table.rows:
                cells = [_text(row[each]) for each, _ in columns]
                writer.writerow(["", "", number, *cells, *table.key.values()])
        if shape is not None:
            writer.writerow([])
    return out.getvalue()


def _type(value: Value | datetime) -> str:
    return "dateTime:RFC3339" if isinstance(value, datetime) else _TYPES[type(value)]


def _text(value: Value | datetime) -> str:
    if isinstance(value, datetime):
        whole, _, fraction = f"{value:%Y-%m-%dT%H:%M:%S.%f}".partition(".")
        fraction = fraction.rstrip("0")
        return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"
    return str(value).lower() if isinstance(value, bool) else str(value)
