"""A table that counts the changes of its rows, such that of two writers neither is lost."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nilm_auth.adapters.refusals import write_race
from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.failures import refused
from nilm_auth.adapters.supabase.records import columns, record, row
from nilm_auth.adapters.supabase.rest import Row, SupabaseRest
from nilm_core.errors import NilmError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_ATTEMPTS = 20
_LONGEST_PAUSE_S = 0.2
_MAX_SEEN = 1_000
_STATE = ("version", "create_time")
"""What names a state of a row; the second tells it from one that was there under its key before."""

Record = TypeVar("Record", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class _Seen(Generic[Record]):
    record: Record
    state: Row


class VersionedTable(Generic[Record]):
    """Reads and changes the rows of a table with the columns `version` and `create_time`.

    A change is made on a row as it was last seen by this process and written where it still is in
    that state, which takes one request; only where that writes nothing is the row read. What was
    seen may have been seen by another caller: nothing of it is told or returned unless the
    database, asked with the token of who calls, has written on it.

    Args:
        rest: The project.
        name: The table.
        kind: The record that a row is.
        key: The columns that name a row.
        fixed: Fields that the table does not keep, with their value.
    """

    def __init__(
        self,
        rest: SupabaseRest,
        name: str,
        kind: type[Record],
        *,
        key: Sequence[str],
        fixed: Mapping[str, Any] | None = None,
    ) -> None:
        self._rest = rest
        self._name = name
        self._kind = kind
        self._key = key
        self._fixed = fixed or {}
        self.columns = [name for name in columns(kind) if name not in self._fixed] + ["version"]
        self._seen: OrderedDict[tuple[str, ...], _Seen[Record]] = OrderedDict()

    async def get(self, key: changes.Key, *, through: SupabaseRest | None = None) -> Record | None:
        """Returns a row that the caller may see, or None if there is none."""
        found = await changes.find(through or self._rest, self._name, key, *self.columns)
        return None if found is None else self._see(found).record

    def records(self, rows: Sequence[Row]) -> list[Record]:
        """Returns rows that were read with all `columns` as records."""
        return [self._see(found).record for found in rows]

    async def change(
        self,
        key: changes.Key,
        change: Callable[[Record], Record],
        *,
        missing: NilmError,
        unique: NilmError | None = None,
    ) -> Record:
        """Replaces a row by what `change` makes of it, and returns that.

        Args:
            key: The row.
            change: Makes the new record of the present one; may be called again.
            missing: Raised where the caller sees no such row.
            unique: Raised where another row has what the new one would.

        Raises:
            AbortedError: Others came first too often.
            PermissionDeniedError: The caller sees the row and may not change it.
        """
        tried = self._seen.get(tuple(key.values()))
        if tried is not None:
            wanted = tried.record
            with suppress(NilmError):  # what is wrong is said of the row as it is now
                wanted = change(tried.record)
            if wanted != tried.record and (
                written := await self._write(key, tried, wanted, unique)
            ):
                return written
            if wanted == tried.record:
                tried = None
        for attempt in range(_ATTEMPTS):
            await asyncio.sleep(random.uniform(0.0, _pause_s(attempt)))  # noqa: S311 # spreads writers
            found = await changes.find(self._rest, self._name, key, *self.columns)
            if found is None:
                raise missing
            present = self._see(found)
            if tried is not None and present.state == tried.state:
                raise refused()
            tried = present
            wanted = change(present.record)
            if wanted == present.record:
                return wanted
            if written := await self._write(key, present, wanted, unique):
                return written
        raise write_race()

    async def remove(self, key: changes.Key, *, missing: NilmError) -> None:
        """Removes a row.

        Raises:
            PermissionDeniedError: The caller sees the row and may not remove it.
        """
        await changes.remove(self._rest, self._name, key, missing=missing)
        self.forget(key)

    def forget(self, key: changes.Key) -> None:
        """Forgets a row that is gone."""
        self._seen.pop(tuple(key.values()), None)

    async def _write(
        self, key: changes.Key, present: _Seen[Record], wanted: Record, unique: NilmError | None
    ) -> Record | None:
        """Writes what is different; returns the row, or None where it was in another state."""
        changed = {
            field.name: value
            for field in fields(self._kind)
            if (value := getattr(wanted, field.name)) != getattr(present.record, field.name)
            and field.name in self.columns
        }
        query = self._rest.table(self._name).update(row(changed))
        query = query.match({**key, **present.state}).select(*self.columns)
        written = await self._rest.rows(query, unique=unique)
        return self._see(written[0]).record if written else None

    def _see(self, found: Row) -> _Seen[Record]:
        seen = _Seen(
            record(self._kind, found, **self._fixed), {name: found[name] for name in _STATE}
        )
        key = tuple(str(found[name]) for name in self._key)
        self._seen[key] = seen
        self._seen.move_to_end(key)
        if len(self._seen) > _MAX_SEEN:
            self._seen.popitem(last=False)
        return seen


def _pause_s(attempt: int) -> float:
    """Returns the longest pause before an attempt; of writers in step one might never be first."""
    return min(_LONGEST_PAUSE_S, 0.005 * 2**attempt) if attempt else 0.0
