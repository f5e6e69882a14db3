"""Buildings in Supabase."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.records import is_account_id, row
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.versioned_table import VersionedTable
from nilm_auth.domain.building import Building
from nilm_auth.ports.buildings import NamePosition
from nilm_core.errors import AlreadyExistsError, NotFoundError


class SupabaseBuildingStore:
    """The BuildingStore of a Supabase project."""

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest
        self._buildings = VersionedTable(rest, "buildings", Building, key=("building_id",))

    async def add(self, building: Building, manager_id: str) -> None:
        """Adds a building with its first manager."""
        no_account = NotFoundError(f"account {manager_id} not found")
        if not is_account_id(manager_id):
            raise no_account
        await self._rest.rows(
            self._rest.function(
                "create_building", {"building": row(asdict(building)), "manager_id": manager_id}
            ),
            unique=AlreadyExistsError(f"building {building.building_id} exists"),
            parent=no_account,
        )

    async def get(self, building_id: str) -> Building | None:
        """Returns a building, or None if there is none."""
        return await self._buildings.get(_is(building_id))

    async def list(
        self, *, member_id: str | None, after: NamePosition | None = None, limit: int
    ) -> Sequence[Building]:
        """Returns buildings by name: a member's, or all for None."""
        if member_id is not None and not is_account_id(member_id):
            return []
        name, building_id = after or (None, None)
        arguments = {
            "member_id": member_id,
            "after_name": name,
            "after_id": building_id,
            "max_rows": limit,
        }
        rows = await self._rest.rows(self._rest.function("list_buildings", arguments))
        return self._buildings.records(rows)

    async def change(self, building_id: str, change: Callable[[Building], Building]) -> Building:
        """Replaces a building by what `change` makes of it, and returns that."""
        return await self._buildings.change(
            _is(building_id), change, missing=_no_building(building_id)
        )

    async def remove(self, building_id: str) -> None:
        """Removes a building, its members, meters, appliances and tariffs."""
        await self._buildings.remove(_is(building_id), missing=_no_building(building_id))


def _is(building_id: str) -> changes.Key:
    return {"building_id": building_id}


def _no_building(building_id: str) -> NotFoundError:
    return NotFoundError(f"building {building_id} not found")
