"""Between rows of PostgREST (JSON) and records of the domain, whose fields are named alike."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_type_hints
from uuid import UUID

from nilm_auth.adapters.supabase.rest import Row
from nilm_auth.domain.role import Role
from nilm_auth.domain.tariff import TimeOfUseRate
from nilm_core.access import MeterKind

Record = TypeVar("Record")
Reader = Callable[[Any], Any]


def columns(kind: type) -> list[str]:
    """Returns the names of a record's fields, which are those of its columns."""
    return [field.name for field in fields(kind)]


def record(kind: type[Record], row: Row, **more: Any) -> Record:
    """Returns a row as a record; `more` are fields that the table does not keep."""
    readers = _readers(cast("Hashable", kind))
    values = {name: _read(readers[name], row[name]) for name in readers if name in row}
    return kind(**values, **more)


def row(values: Mapping[str, Any]) -> Row:
    """Returns fields of a record as JSON."""
    return {name: _written(value) for name, value in values.items()}


def is_account_id(text: str) -> bool:
    """Tells whether an account may have this id: Supabase Auth gives UUIDs alone."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _read(reader: Reader | None, value: Any) -> Any:
    return value if value is None or reader is None else reader(value)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _rates(rates: list[Row]) -> tuple[TimeOfUseRate, ...]:
    return tuple(
        TimeOfUseRate(
            weekdays=tuple(rate["weekdays"]),
            start_minute=rate["start_minute"],
            end_minute=rate["end_minute"],
            price_per_kwh=float(rate["price_per_kwh"]),
        )
        for rate in rates
    )


_READERS: Mapping[Any, Reader] = MappingProxyType(
    {
        datetime: _time,
        date: date.fromisoformat,
        float: float,
        float | None: float,
        Role: Role,
        MeterKind: MeterKind,
        tuple[TimeOfUseRate, ...]: _rates,
    }
)


@cache
def _readers(kind: Hashable) -> Mapping[str, Reader | None]:
    return {name: _READERS.get(hint) for name, hint in get_type_hints(kind).items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [
            {name: getattr(rate, name) for name in columns(TimeOfUseRate)}
            for rate in cast("tuple[TimeOfUseRate, ...]", value)
        ]
    return value
