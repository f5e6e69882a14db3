"""Appliances in Supabase."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.versioned_table import VersionedTable
from nilm_auth.domain.meter import Appliance
from nilm_core.errors import AlreadyExistsError, NotFoundError

_TABLE = "building_appliances"


class SupabaseApplianceStore:
    """The ApplianceStore of a Supabase project."""

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest
        key = ("building_id", "appliance_id")
        self._appliances = VersionedTable(rest, _TABLE, Appliance, key=key)

    async def add(self, appliance: Appliance) -> None:
        """Adds an appliance."""
        await changes.add(
            self._rest,
            _TABLE,
            asdict(appliance),
            unique=AlreadyExistsError(
                f"the building has an appliance {appliance.appliance_id}; update that, or "
                "choose another id",
                reason="APPLIANCE_EXISTS",
            ),
            parent=NotFoundError(f"building {appliance.building_id} not found"),
        )

    async def get(self, building_id: str, appliance_id: str) -> Appliance | None:
        """Returns an appliance, or None if there is none."""
        return await self._appliances.get(_is(building_id, appliance_id))

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Appliance]:
        """Returns a building's appliances by id."""
        query = self._rest.table(_TABLE).select(*self._appliances.columns)
        query = query.eq("building_id", building_id)
        if after is not None:
            query = query.gt("appliance_id", after)
        rows = await self._rest.rows(query.order("appliance_id").limit(limit))
        return self._appliances.records(rows)

    async def change(
        self, building_id: str, appliance_id: str, change: Callable[[Appliance], Appliance]
    ) -> Appliance:
        """Replaces an appliance by what `change` makes of it, and returns that."""
        key = _is(building_id, appliance_id)
        return await self._appliances.change(key, change, missing=_no_appliance(appliance_id))

    async def remove(self, building_id: str, appliance_id: str) -> None:
        """Removes an appliance."""
        key = _is(building_id, appliance_id)
        await self._appliances.remove(key, missing=_no_appliance(appliance_id))


def _is(building_id: str, appliance_id: str) -> changes.Key:
    return {"building_id": building_id, "appliance_id": appliance_id}


def _no_appliance(appliance_id: str) -> NotFoundError:
    return NotFoundError(f"appliance {appliance_id} not found")
