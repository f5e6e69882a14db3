"""A building's meters."""

from nilm_auth.domain.meter import Meter, MeterDraft
from nilm_auth.ports.buildings import MeterStore
from nilm_auth.service.paging import Order, Page, PageRequest, name_and_id, read_page
from nilm_core.clock import Clock
from nilm_core.errors import NotFoundError
from nilm_core.ids import new_id

_BY_NAME: Order[Meter, tuple[str, str]] = Order(
    lambda meter: (meter.display_name, meter.meter_id), name_and_id
)


class Meters:
    """Makes, lists, renames and deletes meters; who may is decided before."""

    def __init__(self, meters: MeterStore, clock: Clock) -> None:
        self._meters = meters
        self._clock = clock

    async def create(self, draft: MeterDraft) -> Meter:
        """Makes a meter.

        Raises:
            AlreadyExistsError: The building has a mains meter.
        """
        meter = Meter(
            meter_id=new_id("mtr"),
            building_id=draft.building_id,
            display_name=draft.display_name,
            kind=draft.kind,
            appliance_id=draft.appliance_id,
            create_time=self._clock.now(),
        )
        await self._meters.add(meter)
        return meter

    async def get(self, building_id: str, meter_id: str) -> Meter:
        """Returns a meter of a building.

        Raises:
            NotFoundError: The building has no such meter.
        """
        meter = await self._meters.get(meter_id)
        if meter is None or meter.building_id != building_id:
            raise NotFoundError(f"meter {meter_id} not found")
        return meter

    async def list(self, building_id: str, page: PageRequest) -> Page[Meter]:
        """Lists a building's meters by name."""
        return await read_page(
            page,
            {"list": "meters", "building_id": building_id},
            _BY_NAME,
            lambda after, limit: self._meters.list(building_id, after=after, limit=limit),
        )

    async def update(self, building_id: str, meter_id: str, display_name: str | None) -> Meter:
        """Gives a meter another name; None leaves it.

        Raises:
            NotFoundError: The building has no such meter.
        """
        if display_name is None:
            return await self.get(building_id, meter_id)
        return await self._meters.rename(building_id, meter_id, display_name)

    async def delete(self, building_id: str, meter_id: str) -> None:
        """Deletes a meter; its readings stay where they are.

        Raises:
            NotFoundError: The building has no such meter.
        """
        await self._meters.remove(building_id, meter_id)
