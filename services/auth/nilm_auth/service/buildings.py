"""Buildings."""

from dataclasses import replace

from nilm_auth.domain.building import Building, BuildingChanges, BuildingDraft
from nilm_auth.domain.etag import require_etag
from nilm_auth.ports.buildings import BuildingStore
from nilm_auth.service.access import Access
from nilm_auth.service.accounts import account_id
from nilm_auth.service.paging import Order, Page, PageRequest, name_and_id, read_page
from nilm_core.access import Principal
from nilm_core.clock import Clock
from nilm_core.errors import NotFoundError
from nilm_core.ids import new_id

_BY_NAME: Order[Building, tuple[str, str]] = Order(
    lambda building: (building.display_name, building.building_id), name_and_id
)


class Buildings:
    """Makes, lists, changes and deletes buildings; who may is decided before."""

    def __init__(self, buildings: BuildingStore, access: Access, clock: Clock) -> None:
        self._buildings = buildings
        self._access = access
        self._clock = clock

    async def create(self, caller: Principal, draft: BuildingDraft) -> Building:
        """Makes a building; the caller becomes its manager."""
        now = self._clock.now()
        building = Building(
            building_id=new_id("bld"),
            display_name=draft.display_name,
            time_zone=draft.time_zone,
            address=draft.address,
            is_simulated=draft.is_simulated,
            create_time=now,
            update_time=now,
            carbon_intensity_g_per_kwh=draft.carbon_intensity_g_per_kwh,
        )
        await self._buildings.add(building, account_id(caller))
        return building

    async def get(self, building_id: str) -> Building:
        """Returns a building.

        Raises:
            NotFoundError: There is no such building.
        """
        building = await self._buildings.get(building_id)
        if building is None:
            raise NotFoundError(f"building {building_id} not found")
        return building

    async def list(self, caller: Principal, page: PageRequest) -> Page[Building]:
        """Lists the buildings that the caller may see, by name."""
        member_id = None if await self._access.sees_all(caller) else caller.subject
        return await read_page(
            page,
            {"list": "buildings", "caller": caller.subject},
            _BY_NAME,
            lambda after, limit: self._buildings.list(
                member_id=member_id, after=after, limit=limit
            ),
        )

    async def update(self, building_id: str, changes: BuildingChanges, etag: str = "") -> Building:
        """Changes a building, if `etag` is empty or names its present state.

        Raises:
            NotFoundError: There is no such building.
            AbortedError: It has changed since.
        """

        def change(present: Building) -> Building:
            require_etag(present, etag)
            address = present.address if changes.address is None else changes.address
            intensity = changes.carbon_intensity_g_per_kwh
            if intensity is None and not changes.clears_carbon_intensity:
                intensity = present.carbon_intensity_g_per_kwh
            return replace(
                present,
                display_name=changes.display_name or present.display_name,
                time_zone=changes.time_zone or present.time_zone,
                address=address,
                update_time=self._clock.now(),
                carbon_intensity_g_per_kwh=intensity,
            )

        return await self._buildings.change(building_id, change)

    async def delete(self, building_id: str) -> None:
        """Deletes a building, its members, meters, appliances and tariffs.

        Raises:
            NotFoundError: There is no such building.
        """
        await self._buildings.remove(building_id)
