"""As much of Flux as the templates of the adapter use, evaluated over what was stored."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.support.influxdb_data import (
    Bucket,
    RefusedError,
    Series,
    Table,
    Value,
    microseconds,
    moment,
    tables_of,
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)
      | (?P<span>\d+(?:us|s|m|h|d)\b)
      | (?P<int>\d+)
      | (?P<text>"[^"\\]*")
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>\|>|=>|==|[(){}\[\],:.=])""",
    re.VERBOSE,
)
_SPANS = {
    "us": 1,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
}


def _span(text: str) -> timedelta:
    number = text.rstrip("usmhd")
    return timedelta(microseconds=int(number) * _SPANS[text[len(number) :]])


_LITERALS: Mapping[str, Callable[[str], Any]] = {
    "text": lambda text: text[1:-1],
    "int": int,
    "time": datetime.fromisoformat,
    "span": _span,
}
_FUNCTIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "count": len,
    "mean": lambda values: sum(values) / len(values),
}


@dataclass
class Flux:
    """Evaluates one script.

    Args:
        buckets: What is stored, by name.
        now: What `now()` answers.
    """

    buckets: Mapping[str, Bucket]
    now: datetime

    def run(self, script: str) -> dict[str, list[Table]]:
        """Returns the results by name, as far as they were yielded; else one, `_result`.

        Raises:
            RefusedError: The script is none of those that this understands.
        """
        self._tokens = list(_tokens(script))
        self._at = 0
        self._names: dict[str, Any] = {name: name for name in _FUNCTIONS}
        self._names |= {"true": True, "false": False}
        self._results: dict[str, list[Table]] = {}
        while self._at < len(self._tokens):
            self._statement()
        return self._results

    def _statement(self) -> None:
        if self._peek() == "import":
            self._take("import")
            self._next()
        elif self._peek() == "option":
            self._take("option")
            self._next()
            self._take("=")
            self._expression()
        elif self._peek(1) == "=":
            name = self._next()
            self._take("=")
            self._names[name] = self._expression()
        else:
            value = self._expression()
            if value is not None:
                self._results["_result"] = value

    def _expression(self) -> Any:
        value = self._primary()
        while self._peek() == "|>":
            self._take("|>")
            function = self._next()
            value = getattr(self, f"_{_snake(function)}")(value, **self._arguments())
        return value

    def _primary(self) -> Any:
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind in _LITERALS:
            return _LITERALS[kind](text)
        inner = {"[": self._list, "{": self._record, "(": self._function}.get(text)
        return inner() if inner is not None else self._named(text)

    def _function(self) -> Callable[[Mapping[str, str]], bool]:
        """Reads what is left of `(r) => predicate`."""
        self._take("r")
        self._take(")")
        self._take("=>")
        return self._either()

    def _named(self, name: str) -> Any:
        if self._peek() == ".":
            self._take(".")
            name = f"{name}_{self._next()}"
        if self._peek() == "(":
            return getattr(self, f"_{name}")(**self._arguments())
        if name not in self._names:
            raise RefusedError(f"undefined identifier {name}")
        return self._names[name]

    def _list(self) -> list[Any]:
        out = []
        while self._peek() != "]":
            out.append(self._expression())
            if self._peek() == ",":
                self._take(",")
        self._take("]")
        return out

    def _record(self) -> dict[str, Any]:
        out = {}
        while self._peek() != "}":
            name = self._next()
            self._take(":")
            out[name] = self._expression()
            if self._peek() == ",":
                self._take(",")
        self._take("}")
        return out

    def _arguments(self) -> dict[str, Any]:
        self._take("(")
        out: dict[str, Any] = {}
        while self._peek() != ")":
            name = self._next()
            self._take(":")
            out[_snake(name)] = self._expression()
            if self._peek() == ",":
                self._take(",")
        self._take(")")
        return out

    def _either(self) -> Callable[[Mapping[str, str]], bool]:
        terms = [self._both()]
        while self._peek() == "or":
            self._take("or")
            terms.append(self._both())
        return lambda key: any(term(key) for term in terms)

    def _both(self) -> Callable[[Mapping[str, str]], bool]:
        terms = [self._comparison()]
        while self._peek() == "and":
            self._take("and")
            terms.append(self._comparison())
        return lambda key: all(term(key) for term in terms)

    def _comparison(self) -> Callable[[Mapping[str, str]], bool]:
        if self._peek() == "(":
            self._take("(")
            inner = self._either()
            self._take(")")
            return inner
        self._take("r")
        self._take(".")
        column = self._next()
        self._take("==")
        literal = self._primary()
        return lambda key: key.get(column) == literal

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][1] if at < len(self._tokens) else ""

    def _next(self) -> str:
        text = self._peek()
        self._at += 1
        return text

    def _take(self, text: str) -> None:
        if self._next() != text:
            raise RefusedError(f"expected {text} at token {self._at}")

    def _from(self, bucket: str) -> str:
        if bucket not in self.buckets:
            raise RefusedError(f"could not find bucket {bucket!r}")
        return bucket

    def _range(self, bucket: str, start: datetime, stop: datetime) -> list[Table]:
        if start >= stop:
            raise RefusedError("cannot query an empty range")
        self._span = (microseconds(start), microseconds(stop))
        return list(tables_of(self.buckets[bucket], *self._span))

    def _filter(self, tables: list[Table], fn: Callable[[Mapping[str, str]], bool]) -> list[Table]:
        return [table for table in tables if table.rows and fn(table.key)]

    def _first(self, tables: list[Table]) -> list[Table]:
        return [table.map(lambda rows: rows[:1]) for table in tables]

    def _last(self, tables: list[Table]) -> list[Table]:
        return [table.map(lambda rows: rows[-1:]) for table in tables]

    def _limit(self, tables: list[Table], n: int) -> list[Table]:
        return [table.map(lambda rows: rows[:n]) for table in tables]

    def _count(self, tables: list[Table]) -> list[Table]:
        return [table.map(lambda rows: [{"_value": len(rows)}]) for table in tables]

    def _set(self, tables: list[Table], key: str, value: str) -> list[Table]:
        return [Table({**table.key, key: value}, table.rows) for table in tables]

    def _aggregate_window(
        self, tables: list[Table], every: timedelta, fn: str, **options: Any
    ) -> list[Table]:
        offset = options.pop("offset", timedelta(0))
        if options != {"create_empty": False, "time_src": "_start"}:
            raise RefusedError("only windows that are not empty, by their start")
        step, shift = every // timedelta(microseconds=1), offset // timedelta(microseconds=1)
        start_us = self._span[0]

        def windows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            grouped: dict[int, list[Value]] = {}
            for row in rows:
                window = (microseconds(row["_time"]) - shift) // step * step + shift
                # the first window begins with the range
                grouped.setdefault(max(window, start_us), []).append(row["_value"])
            return [
                {"_time": moment(time), "_value": _FUNCTIONS[fn](values)}
                for time, values in grouped.items()
            ]

        return [table.map(windows) for table in tables]

    def _keep(self, tables: list[Table], columns: list[str]) -> list[Table]:
        kept: dict[tuple[tuple[str, str], ...], Table] = {}
        for table in tables:
            key = {name: value for name, value in table.key.items() if name in columns}
            rows = [{name: row[name] for name in row if name in columns} for row in table.rows]
            if not rows:
                continue
            types = tuple(type(value).__name__ for value in rows[0].values())
            group = kept.setdefault((*key.items(), types), Table(key, []))  # type: ignore[arg-type]
            group.rows += rows
        return list(kept.values())

    def _to(self, tables: list[Table], bucket: str) -> list[Table]:
        target = self.buckets[self._from(bucket)]
        for table in tables:
            tags = {name: value for name, value in table.key.items() if not name.startswith("_")}
            key = (table.key["_measurement"], tuple(sorted(tags.items())), table.key["_field"])
            series = target.series.setdefault(key, Series(*key))
            for row in table.rows:
                series.rows[microseconds(row["_time"])] = row["_value"]  # type: ignore[assignment,arg-type]
        return tables

    def _yield(self, tables: list[Table], name: str) -> None:
        if name in self._results:
            raise RefusedError(f"found more than one call to yield() with the name {name!r}")
        self._results[name] = tables

    def _now(self) -> datetime:
        return self.now

    def _date_truncate(self, t: datetime, unit: timedelta) -> datetime:
        step = unit // timedelta(microseconds=1)
        return moment(microseconds(t) // step * step)

    def _date_sub(self, **arguments: Any) -> datetime:
        time: datetime = arguments["from"] - arguments["d"]
        return time


def _tokens(script: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(script):
        match = _TOKEN.match(script, at)
        if match is None:
            raise RefusedError(f"unexpected {script[at : at + 20]!r}")
        at = match.end()
        if match.lastgroup != "space":
            yield match.lastgroup or "", match[0]


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)
