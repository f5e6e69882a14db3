"""Changes of single rows, such that of two writers at once neither is lost."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from postgrest import ReturnMethod

from nilm_auth.adapters.supabase.failures import raced, refused
from nilm_auth.adapters.supabase.records import columns, record, row
from nilm_auth.adapters.supabase.rest import Row, SupabaseRest
from nilm_core.errors import NilmError, PermissionDeniedError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_ATTEMPTS = 20
_LONGEST_PAUSE_S = 0.2

Record = TypeVar("Record", bound="DataclassInstance")
Key = Mapping[str, str]
"""The columns that name a row, and their values."""


async def find(rest: SupabaseRest, table: str, key: Key, *selected: str) -> Row | None:
    """Returns a row that the caller may see, or None if there is none."""
    query = rest.table(table).select(*selected).match(dict(key))
    rows = await rest.rows(query.limit(1))
    return rows[0] if rows else None


async def change(  # what names a row, what it becomes, and what may be wrong with it
    rest: SupabaseRest,
    table: str,
    key: Key,
    kind: type[Record],
    change: Callable[[Record], Record],
    *,
    missing: NilmError,
    unique: NilmError | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Record:
    """Replaces a row by what `change` makes of it, and returns that.

    The row is written where it still has the version that was read; else it is read again.

    Args:
        rest: The project.
        table: The table, which counts its changes in the column `version`.
        key: The row.
        kind: The record that the row is.
        change: Makes the new record of the present one; may be called again.
        missing: Raised where the caller sees no such row.
        unique: Raised where another row has what the new one would.
        fixed: Fields that the table does not keep, with their value.

    Raises:
        AbortedError: Others came first too often.
        PermissionDeniedError: The caller sees the row and may not change it.
    """
    fixed = fixed or {}
    kept = [name for name in columns(kind) if name not in fixed]
    version = 0
    for attempt in range(_ATTEMPTS):
        await asyncio.sleep(random.uniform(0.0, _pause_s(attempt)))  # noqa: S311 # spreads writers
        found = await find(rest, table, key, *kept, "version")
        if found is None:
            raise missing
        if found["version"] == version:
            raise refused()
        version = found["version"]
        present = record(kind, found, **fixed)
        wanted = change(present)
        changed = {
            field.name: value
            for field in fields(kind)
            if (value := getattr(wanted, field.name)) != getattr(present, field.name)
            and field.name in kept
        }
        if not changed:
            return wanted
        query = rest.table(table).update(row(changed))
        query = query.match({**key, "version": version}).select("version")
        if await rest.rows(query, unique=unique):
            return wanted
    raise raced()


def _pause_s(attempt: int) -> float:
    """Returns the longest pause before an attempt; of writers in step one might never be first."""
    return min(_LONGEST_PAUSE_S, 0.005 * 2**attempt) if attempt else 0.0


async def remove(rest: SupabaseRest, table: str, key: Key, *, missing: NilmError) -> None:
    """Removes a row.

    Raises:
        PermissionDeniedError: The caller sees the row and may not remove it.
    """
    names = tuple(key)
    if await rest.rows(rest.table(table).delete().match(dict(key)).select(*names)):
        return
    if await find(rest, table, key, *names) is None:
        raise missing
    raise refused()


async def add(
    rest: SupabaseRest,
    table: str,
    values: Mapping[str, Any],
    *,
    unique: NilmError,
    parent: NilmError,
) -> None:
    """Adds a part of a building.

    Raises:
        PermissionDeniedError: The caller sees the building and may not add to it.
    """
    query = rest.table(table).insert(row(values), returning=ReturnMethod.minimal)
    try:
        await rest.rows(query, unique=unique, parent=parent)
    except PermissionDeniedError:
        building = {"building_id": str(values["building_id"])}
        if await find(rest, "buildings", building, "building_id") is None:
            raise parent from None
        raise
