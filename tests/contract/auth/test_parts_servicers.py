"""Servicers of what belongs to a building: meters, appliances, tariffs."""

import grpc
import pytest

from nilm.buildings.v1 import appliance_service_pb2 as appliances_pb
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import meter_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm.buildings.v1 import tariff_pb2 as tariff_pb
from nilm.buildings.v1 import tariff_service_pb2 as tariffs_pb
from tests.contract.auth.client import Client, Person, failing

Code = grpc.StatusCode
MAINS, PLUG = meter_pb.METER_KIND_MAINS, meter_pb.METER_KIND_APPLIANCE
METER = {"display_name": "Plug", "kind": PLUG, "appliance_id": "kettle"}
APPLIANCE = {"appliance_id": "kettle", "display_name": "Kettle", "rated_power_w": 2_800.0}
RATE = {"weekdays": [7, 6], "start_minute": 1_425, "end_minute": 420, "price_per_kwh": 0.09}
TARIFF = {
    "display_name": "Economy",
    "effective_date": "2024-04-01",
    "currency_code": "GBP",
    "price_per_kwh": 0.31,
    "standing_charge_per_day": 0.5,
}


@pytest.fixture
async def ada(client: Client) -> Person:
    return await client.sign_up("ada")


@pytest.fixture
async def home(client: Client, ada: Person) -> str:
    return (await client.building(ada)).building_id


async def test_a_meter_is_made_read_renamed_and_deleted(
    client: Client, ada: Person, home: str
) -> None:
    made = await client.meters.CreateMeter(
        meters_pb.CreateMeterRequest(building_id=home, **METER), **ada.auth
    )
    ids = {"building_id": home, "meter_id": made.meter.meter_id}
    read = await client.meters.GetMeter(meters_pb.GetMeterRequest(**ids), **ada.auth)
    assert read.meter == made.meter
    assert (read.meter.kind, read.meter.appliance_id) == (PLUG, "kettle")
    renamed = await client.meters.UpdateMeter(
        meters_pb.UpdateMeterRequest(**ids, display_name="Kettle plug"), **ada.auth
    )
    kept = await client.meters.UpdateMeter(meters_pb.UpdateMeterRequest(**ids), **ada.auth)
    assert kept.meter == renamed.meter
    assert kept.meter.display_name == "Kettle plug"
    await client.meters.DeleteMeter(meters_pb.DeleteMeterRequest(**ids), **ada.auth)
    with failing(Code.NOT_FOUND):
        await client.meters.GetMeter(meters_pb.GetMeterRequest(**ids), **ada.auth)


async def test_a_meter_is_not_reached_through_another_building(
    client: Client, ada: Person, home: str
) -> None:
    made = await client.meters.CreateMeter(
        meters_pb.CreateMeterRequest(building_id=home, **METER), **ada.auth
    )
    eve = await client.sign_up("eve")
    other = (await client.building(eve)).building_id
    ids = {"building_id": other, "meter_id": made.meter.meter_id}
    with failing(Code.NOT_FOUND):
        await client.meters.GetMeter(meters_pb.GetMeterRequest(**ids), **eve.auth)
    with failing(Code.NOT_FOUND):
        await client.meters.DeleteMeter(meters_pb.DeleteMeterRequest(**ids), **eve.auth)


async def test_bad_input_names_its_field(client: Client, ada: Person, home: str) -> None:
    bad = tariff_pb.TimeOfUseRate(**{**RATE, "start_minute": 7})
    with failing(Code.INVALID_ARGUMENT) as failure:
        await client.tariffs.CreateTariff(
            tariffs_pb.CreateTariffRequest(building_id=home, **TARIFF, rates=[bad]), **ada.auth
        )
    assert failure.fields == ["rates[0].start_minute"]


async def test_a_building_has_one_mains_meter(client: Client, ada: Person, home: str) -> None:
    request = meters_pb.CreateMeterRequest(building_id=home, display_name="Mains", kind=MAINS)
    await client.meters.CreateMeter(request, **ada.auth)
    with failing(Code.ALREADY_EXISTS) as failure:
        await client.meters.CreateMeter(request, **ada.auth)
    assert failure.reason == "MAINS_METER_EXISTS"


async def test_meters_are_listed_in_pages(client: Client, ada: Person, home: str) -> None:
    for name in ("C", "A", "B"):
        await client.meters.CreateMeter(
            meters_pb.CreateMeterRequest(building_id=home, **{**METER, "display_name": name}),
            **ada.auth,
        )
    first = await client.meters.ListMeters(
        meters_pb.ListMetersRequest(building_id=home, page_size=2), **ada.auth
    )
    second = await client.meters.ListMeters(
        meters_pb.ListMetersRequest(
            building_id=home, page_size=2, page_token=first.next_page_token
        ),
        **ada.auth,
    )
    names = [meter.display_name for meter in [*first.meters, *second.meters]]
    assert (names, second.next_page_token) == (["A", "B", "C"], "")


async def test_an_appliance_is_made_read_changed_and_deleted(
    client: Client, ada: Person, home: str
) -> None:
    made = await client.appliances.CreateAppliance(
        appliances_pb.CreateApplianceRequest(building_id=home, **APPLIANCE), **ada.auth
    )
    ids = {"building_id": home, "appliance_id": "kettle"}
    changed = await client.appliances.UpdateAppliance(
        appliances_pb.UpdateApplianceRequest(**ids, rated_power_w=0.0), **ada.auth
    )
    assert (changed.appliance.display_name, changed.appliance.rated_power_w) == ("Kettle", 0.0)
    read = await client.appliances.GetAppliance(
        appliances_pb.GetApplianceRequest(**ids), **ada.auth
    )
    assert read.appliance == changed.appliance
    assert made.appliance.create_time == read.appliance.create_time
    listed = await client.appliances.ListAppliances(
        appliances_pb.ListAppliancesRequest(building_id=home), **ada.auth
    )
    assert list(listed.appliances) == [read.appliance]
    with failing(Code.ALREADY_EXISTS):
        await client.appliances.CreateAppliance(
            appliances_pb.CreateApplianceRequest(building_id=home, **APPLIANCE), **ada.auth
        )
    await client.appliances.DeleteAppliance(appliances_pb.DeleteApplianceRequest(**ids), **ada.auth)
    with failing(Code.NOT_FOUND):
        await client.appliances.GetAppliance(appliances_pb.GetApplianceRequest(**ids), **ada.auth)


async def test_a_tariff_is_made_read_changed_and_deleted(
    client: Client, ada: Person, home: str
) -> None:
    made = await client.tariffs.CreateTariff(
        tariffs_pb.CreateTariffRequest(
            building_id=home, **TARIFF, rates=[tariff_pb.TimeOfUseRate(**RATE)]
        ),
        **ada.auth,
    )
    assert list(made.tariff.rates[0].weekdays) == [6, 7]
    ids = {"building_id": home, "tariff_id": made.tariff.tariff_id}
    changed = await client.tariffs.UpdateTariff(
        tariffs_pb.UpdateTariffRequest(**ids, effective_date="2024-10-01", price_per_kwh=0.0),
        **ada.auth,
    )
    assert (changed.tariff.effective_date, changed.tariff.price_per_kwh) == ("2024-10-01", 0.0)
    assert changed.tariff.rates == made.tariff.rates
    single = await client.tariffs.UpdateTariff(
        tariffs_pb.UpdateTariffRequest(
            **ids, display_name="not named", update_mask={"paths": ["rates"]}
        ),
        **ada.auth,
    )
    assert (single.tariff.display_name, list(single.tariff.rates)) == (
        changed.tariff.display_name,
        [],
    )
    read = await client.tariffs.GetTariff(tariffs_pb.GetTariffRequest(**ids), **ada.auth)
    assert read.tariff == single.tariff
    await client.tariffs.DeleteTariff(tariffs_pb.DeleteTariffRequest(**ids), **ada.auth)
    with failing(Code.NOT_FOUND):
        await client.tariffs.GetTariff(tariffs_pb.GetTariffRequest(**ids), **ada.auth)


async def test_tariffs_are_listed_by_day_one_a_day(client: Client, ada: Person, home: str) -> None:
    for day in ("2024-10-01", "2023-04-01", "2024-04-01"):
        await client.tariffs.CreateTariff(
            tariffs_pb.CreateTariffRequest(building_id=home, **{**TARIFF, "effective_date": day}),
            **ada.auth,
        )
    first = await client.tariffs.ListTariffs(
        tariffs_pb.ListTariffsRequest(building_id=home, page_size=2), **ada.auth
    )
    second = await client.tariffs.ListTariffs(
        tariffs_pb.ListTariffsRequest(
            building_id=home, page_size=2, page_token=first.next_page_token
        ),
        **ada.auth,
    )
    days = [tariff.effective_date for tariff in [*first.tariffs, *second.tariffs]]
    assert days == ["2023-04-01", "2024-04-01", "2024-10-01"]
    with failing(Code.ALREADY_EXISTS):
        await client.tariffs.CreateTariff(
            tariffs_pb.CreateTariffRequest(building_id=home, **TARIFF), **ada.auth
        )


async def test_wardens_read_parts_and_do_not_manage_them(
    client: Client, ada: Person, home: str
) -> None:
    bob = await client.sign_up("bob")
    await client.add_member(ada, home, bob, member_pb.ROLE_WARDEN)
    assert not (
        await client.tariffs.ListTariffs(
            tariffs_pb.ListTariffsRequest(building_id=home), **bob.auth
        )
    ).tariffs
    with failing(Code.PERMISSION_DENIED):
        await client.meters.CreateMeter(
            meters_pb.CreateMeterRequest(building_id=home, **METER), **bob.auth
        )
