"""A building's appliances."""

from dataclasses import replace

from nilm_auth.domain.etag import require_etag
from nilm_auth.domain.meter import Appliance, ApplianceChanges, ApplianceDraft
from nilm_auth.ports.buildings import ApplianceStore
from nilm_auth.service.paging import Order, Page, PageRequest, key, read_page
from nilm_core.clock import Clock
from nilm_core.errors import NotFoundError

_BY_ID: Order[Appliance, str] = Order(lambda appliance: (appliance.appliance_id,), key)


class Appliances:
    """Makes, lists, changes and deletes appliances; who may is decided before."""

    def __init__(self, appliances: ApplianceStore, clock: Clock) -> None:
        self._appliances = appliances
        self._clock = clock

    async def create(self, draft: ApplianceDraft) -> Appliance:
        """Makes an appliance.

        Raises:
            AlreadyExistsError: The building has one of that id.
        """
        appliance = Appliance(
            building_id=draft.building_id,
            appliance_id=draft.appliance_id,
            display_name=draft.display_name,
            rated_power_w=draft.rated_power_w,
            create_time=self._clock.now(),
        )
        await self._appliances.add(appliance)
        return appliance

    async def get(self, building_id: str, appliance_id: str) -> Appliance:
        """Returns an appliance.

        Raises:
            NotFoundError: The building has no such appliance.
        """
        appliance = await self._appliances.get(building_id, appliance_id)
        if appliance is None:
            raise NotFoundError(f"appliance {appliance_id} not found")
        return appliance

    async def list(self, building_id: str, page: PageRequest) -> Page[Appliance]:
        """Lists a building's appliances by id."""
        return await read_page(
            page,
            {"list": "appliances", "building_id": building_id},
            _BY_ID,
            lambda after, limit: self._appliances.list(building_id, after=after, limit=limit),
        )

    async def update(
        self, building_id: str, appliance_id: str, changes: ApplianceChanges, etag: str = ""
    ) -> Appliance:
        """Changes an appliance, if `etag` is empty or names its present state.

        Raises:
            NotFoundError: The building has no such appliance.
            AbortedError: It has changed since.
        """

        def change(present: Appliance) -> Appliance:
            require_etag(present, etag)
            rated = present.rated_power_w
            return replace(
                present,
                display_name=changes.display_name or present.display_name,
                rated_power_w=rated if changes.rated_power_w is None else changes.rated_power_w,
            )

        return await self._appliances.change(building_id, appliance_id, change)

    async def delete(self, building_id: str, appliance_id: str) -> None:
        """Deletes an appliance.

        Raises:
            NotFoundError: The building has no such appliance.
        """
        await self._appliances.remove(building_id, appliance_id)
