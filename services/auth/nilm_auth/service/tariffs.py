"""What energy costs in a building, and from when."""

from dataclasses import fields, replace
from datetime import date

from nilm_auth.domain.etag import require_etag
from nilm_auth.domain.tariff import Tariff, TariffChanges, TariffDraft
from nilm_auth.ports.buildings import TariffStore
from nilm_auth.service.paging import Order, Page, PageRequest, read_page
from nilm_core.clock import Clock
from nilm_core.errors import NotFoundError
from nilm_core.ids import new_id

_BY_DATE: Order[Tariff, date] = Order(
    lambda tariff: (tariff.effective_date.isoformat(),), date.fromisoformat
)


class Tariffs:
    """Makes, lists, changes and deletes tariffs; who may is decided before."""

    def __init__(self, tariffs: TariffStore, clock: Clock) -> None:
        self._tariffs = tariffs
        self._clock = clock

    async def create(self, draft: TariffDraft) -> Tariff:
        """Makes a tariff.

        Raises:
            AlreadyExistsError: Another of the building holds from that day.
        """
        tariff = Tariff(
            tariff_id=new_id("trf"),
            building_id=draft.building_id,
            display_name=draft.display_name,
            effective_date=draft.effective_date,
            currency_code=draft.currency_code,
            price_per_kwh=draft.price_per_kwh,
            standing_charge_per_day=draft.standing_charge_per_day,
            rates=draft.rates,
            create_time=self._clock.now(),
        )
        await self._tariffs.add(tariff)
        return tariff

    async def get(self, building_id: str, tariff_id: str) -> Tariff:
        """Returns a tariff.

        Raises:
            NotFoundError: The building has no such tariff.
        """
        tariff = await self._tariffs.get(building_id, tariff_id)
        if tariff is None:
            raise NotFoundError(f"tariff {tariff_id} not found")
        return tariff

    async def list(self, building_id: str, page: PageRequest) -> Page[Tariff]:
        """Lists a building's tariffs by the day that they hold from."""
        return await read_page(
            page,
            {"list": "tariffs", "building_id": building_id},
            _BY_DATE,
            lambda after, limit: self._tariffs.list(building_id, after=after, limit=limit),
        )

    async def update(
        self, building_id: str, tariff_id: str, changes: TariffChanges, etag: str = ""
    ) -> Tariff:
        """Changes a tariff, if `etag` is empty or names its present state.

        Raises:
            NotFoundError: The building has no such tariff.
            AbortedError: It has changed since.
            AlreadyExistsError: Another of the building holds from the new day.
        """
        given = {field.name: getattr(changes, field.name) for field in fields(changes)}
        changed = {name: value for name, value in given.items() if value is not None}

        def change(present: Tariff) -> Tariff:
            require_etag(present, etag)
            return replace(present, **changed)

        return await self._tariffs.change(building_id, tariff_id, change)

    async def delete(self, building_id: str, tariff_id: str) -> None:
        """Deletes a tariff.

        Raises:
            NotFoundError: The building has no such tariff.
        """
        await self._tariffs.remove(building_id, tariff_id)
