"""Tariffs in Supabase, each with its rates in one row."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date

from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.versioned_table import VersionedTable
from nilm_auth.domain.tariff import Tariff
from nilm_core.errors import AlreadyExistsError, NotFoundError

_TABLE = "tariffs"


class SupabaseTariffStore:
    """The TariffStore of a Supabase project."""

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest
        key = ("building_id", "tariff_id")
        self._tariffs = VersionedTable(rest, _TABLE, Tariff, key=key)

    async def add(self, tariff: Tariff) -> None:
        """Adds a tariff."""
        await changes.add(
            self._rest,
            _TABLE,
            {field.name: getattr(tariff, field.name) for field in fields(tariff)},
            unique=_day_is_taken(f"from {tariff.effective_date}"),
            parent=NotFoundError(f"building {tariff.building_id} not found"),
        )

    async def get(self, building_id: str, tariff_id: str) -> Tariff | None:
        """Returns a tariff, or None if there is none."""
        return await self._tariffs.get(_is(building_id, tariff_id))

    async def list(
        self, building_id: str, *, after: date | None = None, limit: int
    ) -> Sequence[Tariff]:
        """Returns a building's tariffs by the day that they hold from."""
        query = self._rest.table(_TABLE).select(*self._tariffs.columns)
        query = query.eq("building_id", building_id)
        if after is not None:
            query = query.gt("effective_date", after.isoformat())
        rows = await self._rest.rows(query.order("effective_date").limit(limit))
        return self._tariffs.records(rows)

    async def change(
        self, building_id: str, tariff_id: str, change: Callable[[Tariff], Tariff]
    ) -> Tariff:
        """Replaces a tariff by what `change` makes of it, and returns that."""
        return await self._tariffs.change(
            _is(building_id, tariff_id),
            change,
            missing=_no_tariff(tariff_id),
            unique=_day_is_taken("from that day"),
        )

    async def remove(self, building_id: str, tariff_id: str) -> None:
        """Removes a tariff."""
        key = _is(building_id, tariff_id)
        await self._tariffs.remove(key, missing=_no_tariff(tariff_id))


def _is(building_id: str, tariff_id: str) -> changes.Key:
    return {"building_id": building_id, "tariff_id": tariff_id}


def _no_tariff(tariff_id: str) -> NotFoundError:
    return NotFoundError(f"tariff {tariff_id} not found")


def _day_is_taken(day: str) -> AlreadyExistsError:
    return AlreadyExistsError(
        f"the building has a tariff that holds {day}; update that, or choose another day",
        reason="TARIFF_EXISTS",
    )
