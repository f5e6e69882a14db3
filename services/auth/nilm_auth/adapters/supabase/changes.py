"""Single rows: found, added and removed."""

from collections.abc import Mapping
from typing import Any

from postgrest import ReturnMethod

from nilm_auth.adapters.supabase.failures import refused
from nilm_auth.adapters.supabase.records import row
from nilm_auth.adapters.supabase.rest import Row, SupabaseRest
from nilm_core.errors import NilmError, PermissionDeniedError

Key = Mapping[str, str]
"""The columns that name a row, and their values."""


async def find(rest: SupabaseRest, table: str, key: Key, *selected: str) -> Row | None:
    """Returns a row that the caller may see, or None if there is none."""
    query = rest.table(table).select(*selected).match(dict(key))
    rows = await rest.rows(query.limit(1))
    return rows[0] if rows else None


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
