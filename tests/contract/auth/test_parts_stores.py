"""Stores of what belongs to a building: meters, appliances, tariffs."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from nilm_auth.domain.meter import Appliance, Meter
from nilm_auth.domain.tariff import Tariff, TimeOfUseRate
from nilm_auth.ports.stores import Stores
from nilm_core.access import MeterKind
from nilm_core.errors import AlreadyExistsError, NotFoundError
from tests.contract.auth.conftest import NOW, Maker, account_id

MAINS = Meter("mtr_mains", "bld_home", "Mains", MeterKind.MAINS, "", NOW)
PLUG = Meter("mtr_plug", "bld_home", "Kettle plug", MeterKind.APPLIANCE, "kettle", NOW)
KETTLE = Appliance("bld_home", "kettle", "Kettle", 2_800.5, NOW)
NIGHT = TimeOfUseRate((), 1_380, 420, 0.09)
WEEKEND = TimeOfUseRate((6, 7), 0, 1_440, 0.21)
TARIFF = Tariff(
    "trf_a", "bld_home", "Economy", date(2024, 4, 1), "GBP", 0.31, 0.5, (NIGHT, WEEKEND), NOW
)


@pytest.fixture(autouse=True)
async def home(make: Maker) -> None:
    ada = await make.user("ada")
    await make.building("home", ada)
    await make.building("shed", ada)


async def test_a_meter_is_found_by_its_id_alone(stores: Stores) -> None:
    await stores.meters.add(PLUG)
    assert await stores.meters.get(PLUG.meter_id) == PLUG
    assert await stores.meters.get("mtr_none") is None


async def test_a_building_has_one_mains_meter_even_if_two_are_made_at_once(
    stores: Stores,
) -> None:
    twins = [replace(MAINS, meter_id=f"mtr_{name}") for name in ("a", "b")]
    outcomes = await asyncio.gather(
        *(stores.meters.add(meter) for meter in twins), return_exceptions=True
    )
    assert [isinstance(outcome, AlreadyExistsError) for outcome in outcomes].count(True) == 1
    await stores.meters.add(replace(MAINS, building_id="bld_shed"))
    await stores.meters.add(PLUG)
    await stores.meters.add(replace(PLUG, meter_id="mtr_plug2"))


async def test_a_meters_id_is_taken_in_every_building(stores: Stores) -> None:
    await stores.meters.add(PLUG)
    with pytest.raises(AlreadyExistsError):
        await stores.meters.add(replace(PLUG, building_id="bld_shed"))


async def test_meters_are_listed_by_name_with_and_without_a_limit(stores: Stores) -> None:
    await stores.meters.add(MAINS)
    await stores.meters.add(PLUG)
    await stores.meters.add(replace(PLUG, meter_id="mtr_else", building_id="bld_shed"))
    assert await stores.meters.list("bld_home") == [PLUG, MAINS]
    assert await stores.meters.list("bld_home", limit=1) == [PLUG]
    after = (PLUG.display_name, PLUG.meter_id)
    assert await stores.meters.list("bld_home", after=after, limit=9) == [MAINS]


async def test_a_meter_is_renamed_and_removed_in_its_own_building_alone(stores: Stores) -> None:
    await stores.meters.add(PLUG)
    with pytest.raises(NotFoundError):
        await stores.meters.rename("bld_shed", PLUG.meter_id, "Mine")
    with pytest.raises(NotFoundError):
        await stores.meters.remove("bld_shed", PLUG.meter_id)
    renamed = await stores.meters.rename("bld_home", PLUG.meter_id, "Plug")
    assert renamed == replace(PLUG, display_name="Plug")
    assert await stores.meters.get(PLUG.meter_id) == renamed
    await stores.meters.remove("bld_home", PLUG.meter_id)
    assert await stores.meters.get(PLUG.meter_id) is None


async def test_an_appliance_is_kept_listed_changed_and_removed(stores: Stores) -> None:
    dryer = replace(KETTLE, appliance_id="dryer")
    for appliance in (KETTLE, dryer, replace(KETTLE, building_id="bld_shed")):
        await stores.appliances.add(appliance)
    assert await stores.appliances.get("bld_home", "kettle") == KETTLE
    assert await stores.appliances.list("bld_home", limit=9) == [dryer, KETTLE]
    assert await stores.appliances.list("bld_home", after="dryer", limit=9) == [KETTLE]
    changed = await stores.appliances.change(
        "bld_home", "kettle", lambda appliance: replace(appliance, rated_power_w=3_000.0)
    )
    assert await stores.appliances.get("bld_home", "kettle") == changed
    await stores.appliances.remove("bld_home", "kettle")
    assert await stores.appliances.get("bld_home", "kettle") is None
    assert await stores.appliances.get("bld_shed", "kettle") is not None


async def test_an_appliance_is_in_its_building_once(stores: Stores) -> None:
    await stores.appliances.add(KETTLE)
    with pytest.raises(AlreadyExistsError):
        await stores.appliances.add(KETTLE)


async def test_a_tariff_keeps_its_rates_in_order(stores: Stores) -> None:
    await stores.tariffs.add(TARIFF)
    assert await stores.tariffs.get("bld_home", "trf_a") == TARIFF
    assert await stores.tariffs.get("bld_shed", "trf_a") is None
    changed = await stores.tariffs.change(
        "bld_home", "trf_a", lambda tariff: replace(tariff, rates=(WEEKEND,), price_per_kwh=0.4)
    )
    assert await stores.tariffs.get("bld_home", "trf_a") == changed
    assert changed.rates == (WEEKEND,)


async def test_one_tariff_holds_from_a_day_on(stores: Stores) -> None:
    later = replace(TARIFF, tariff_id="trf_b", effective_date=date(2024, 10, 1), rates=())
    await stores.tariffs.add(later)
    await stores.tariffs.add(TARIFF)
    with pytest.raises(AlreadyExistsError):
        await stores.tariffs.add(replace(TARIFF, tariff_id="trf_c"))
    with pytest.raises(AlreadyExistsError):
        await stores.tariffs.change(
            "bld_home", "trf_b", lambda tariff: replace(tariff, effective_date=date(2024, 4, 1))
        )
    assert await stores.tariffs.list("bld_home", limit=9) == [TARIFF, later]
    assert await stores.tariffs.list("bld_home", after=date(2024, 4, 1), limit=9) == [later]


async def test_what_is_not_there_cannot_be_changed_or_removed(stores: Stores) -> None:
    for attempt in (
        stores.appliances.change("bld_home", "none", lambda appliance: appliance),
        stores.appliances.remove("bld_home", "none"),
        stores.tariffs.change("bld_home", "trf_none", lambda tariff: tariff),
        stores.tariffs.remove("bld_home", "trf_none"),
        stores.meters.rename("bld_home", "mtr_none", "x"),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_nothing_is_added_to_a_building_that_is_gone(stores: Stores) -> None:
    for attempt in (
        stores.meters.add(replace(PLUG, building_id="bld_gone")),
        stores.appliances.add(replace(KETTLE, building_id="bld_gone")),
        stores.tariffs.add(replace(TARIFF, building_id="bld_gone")),
    ):
        with pytest.raises(NotFoundError, match="bld_gone"):
            await attempt


async def test_removing_a_building_takes_all_that_belongs_to_it(stores: Stores) -> None:
    await stores.meters.add(PLUG)
    await stores.appliances.add(KETTLE)
    await stores.tariffs.add(TARIFF)
    await stores.buildings.remove("bld_home")
    assert await stores.meters.get(PLUG.meter_id) is None
    assert await stores.appliances.get("bld_home", "kettle") is None
    assert await stores.tariffs.get("bld_home", "trf_a") is None
    assert await stores.members.get("bld_home", account_id("ada")) is None
    assert await stores.buildings.get("bld_shed") is not None
