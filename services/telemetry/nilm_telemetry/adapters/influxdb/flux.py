"""Flux: templates with typed parameters, and nothing else.

No text of a caller is ever put into a query. Ids are refused unless they are made of a-z, 0-9, `_`
and `-`; times, spans and counts are integers that are formatted here; everything else is one of the
names in this adapter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from types import MappingProxyType
from typing import Any

from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_core.timegrid import from_us

MIN_TIME_US = -(2**63) // 1_000 + 1
MAX_TIME_US = (2**63) // 1_000 - 1
"""Times are kept in nanoseconds, so they end in the year 2262."""

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def resource_id(field: str, text: object) -> str:
    """Returns an id that may stand in a query or a line.

    Raises:
        InvalidArgumentError: It is none.
    """
    if not isinstance(text, str) or not is_resource_id(text):
        raise InvalidArgumentError.of_field(field, "must be 1 to 63 of a-z, 0-9, `_` and `-`")
    return text


def bucket_name(text: object) -> str:
    """Returns the name of a bucket.

    Raises:
        InvalidArgumentError: It has other characters than letters, digits, `_`, `.` and `-`.
    """
    if not isinstance(text, str) or not _BUCKET.fullmatch(text):
        raise InvalidArgumentError.of_field(
            "bucket", "must be 1 to 100 of letters, digits, `_`, `.` and `-`"
        )
    return text


@dataclass(frozen=True, slots=True)
class Series:
    """Which series of a measurement are asked for."""

    measurement: str
    fields: tuple[str, ...]
    tags: Mapping[str, Sequence[str]]
    """For each tag the ids of which it has one; a tag without ids may have any value."""


def series(measurement: str, *fields: str, **tags: str) -> Series:
    """Returns the series of one value for each tag."""
    return Series(measurement, fields, {name: (value,) for name, value in tags.items()})


def _bucket(value: object) -> str:
    return f'"{bucket_name(value)}"'


def _time(value: object) -> str:
    time_us = min(max(_integer(value), MIN_TIME_US), MAX_TIME_US)
    return f"{from_us(time_us):%Y-%m-%dT%H:%M:%S.%f}Z"


def _span(value: object) -> str:
    span_us = _integer(value)
    if span_us < 0:
        raise ValueError("a span must not be negative")
    return f"{span_us}us"


def _count(value: object) -> str:
    count = _integer(value)
    if count <= 0:
        raise ValueError("a count must be positive")
    return str(count)


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("not a name of this adapter")
    return value


def _quoted(value: object) -> str:
    return f'"{_name(value)}"'


def _columns(value: object) -> str:
    if not isinstance(value, tuple):
        raise TypeError("columns come as a tuple")
    return f"[{', '.join(_column(each) for each in value)}]"


def _column(value: str) -> str:
    # Flux's own columns begin with an underscore
    return f'"_{_name(value[1:])}"' if value.startswith("_") else _quoted(value)


def _predicate(value: object) -> str:
    if not isinstance(value, Series):
        raise TypeError("series are asked for by a Series")
    terms = [f"r._measurement == {_quoted(value.measurement)}"]
    if value.fields:
        terms.append(_any_of("_field", [_quoted(each) for each in value.fields]))
    for tag, ids in value.tags.items():
        if ids:
            terms.append(_any_of(_name(tag), [f'"{resource_id(tag, each)}"' for each in ids]))
    return " and ".join(terms)


def _any_of(column: str, literals: Sequence[str]) -> str:
    terms = " or ".join(f"r.{column} == {literal}" for literal in literals)
    return terms if len(literals) == 1 else f"({terms})"


def _integer(value: object) -> int:
    # a bool is an int too, and numpy's integers are none
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("must be an integer")
    return value


_FORMATS: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        "bucket": _bucket,
        "target": _bucket,
        "start": _time,
        "stop": _time,
        "every": _span,
        "offset": _span,
        "limit": _count,
        "function": _name,
        "series": _predicate,
        "columns": _columns,
        "field": _quoted,
        "name": _quoted,
        "task": _bucket,
    }
)
"""How each parameter is checked and written, by its name."""


class FluxTemplate:
    """One query; each `$name` in it is a parameter of the type that its name has in `_FORMATS`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._template = Template(text)
        self.parameters = frozenset(self._template.get_identifiers())

    def render(self, **values: Any) -> str:
        """Returns the query.

        Raises:
            InvalidArgumentError: An id is none.
            TypeError: A parameter is missing, unknown or of another type.
            ValueError: A parameter is outside its bounds.
        """
        if values.keys() != self.parameters:
            raise TypeError(f"parameters are {sorted(self.parameters)}, not {sorted(values)}")
        return self._template.substitute(
            {name: _FORMATS[name](value) for name, value in values.items()}
        )


_SELECTED = """from(bucket: $bucket)
  |> range(start: $start, stop: $stop)
  |> filter(fn: (r) => $series)
"""

ROWS = FluxTemplate(_SELECTED + "  |> keep(columns: $columns)\n")
"""All rows."""

PAGE = FluxTemplate(_SELECTED + "  |> limit(n: $limit)\n  |> keep(columns: $columns)\n")
"""The first rows of each series, which are in time order."""

FIRST = FluxTemplate(_SELECTED + "  |> first()\n  |> keep(columns: $columns)\n")
"""The first row of each series."""

LAST = FluxTemplate(_SELECTED + "  |> last()\n  |> keep(columns: $columns)\n")
"""The newest row of each series."""

WINDOWS = FluxTemplate(
    _SELECTED
    + """  |> aggregateWindow(
      every: $every, offset: $offset, fn: $function, createEmpty: false, timeSrc: "_start")
  |> keep(columns: ["_time", "_value"])
"""
)
"""One statistic by window; the time is the window's start, or the interval's within the first."""

DOWNSAMPLE = FluxTemplate(
    _SELECTED
    + """  |> aggregateWindow(every: $every, fn: $function, createEmpty: false, timeSrc: "_start")
  |> set(key: "_field", value: $field)
  |> to(bucket: $target)
  |> count()
  |> yield(name: $name)
"""
)
"""Keeps one statistic by window in another bucket; the answer is a count, and needs no room."""

TASK_HEAD = FluxTemplate(
    """import "date"

option task = {name: $task, every: 1h, offset: 5m}

stop = date.truncate(t: now(), unit: 1h)
start = date.truncate(t: date.sub(from: stop, d: 6h), unit: 1d)
"""
)
"""What each task begins with; it runs for the hour, five minutes after it."""

TASK_STATISTIC = FluxTemplate(
    DOWNSAMPLE.text.replace("start: $start, stop: $stop", "start: start, stop: stop")
)
"""Keeps one statistic by window of all meters."""
