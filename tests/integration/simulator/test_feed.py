"""The simulator against real `auth` and `telemetry`: complete, never twice, through outages."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nilm.buildings.v1 import (
    appliance_service_pb2,
    appliance_service_pb2_grpc,
    building_service_pb2,
    building_service_pb2_grpc,
    meter_pb2,
    meter_service_pb2,
    meter_service_pb2_grpc,
    tariff_service_pb2,
    tariff_service_pb2_grpc,
)
from nilm_rpc.channel import connect
from nilm_simulator.domain.household import APPLIANCES
from tests.integration.simulator.world import client_of, running_auth, until

PERIOD = timedelta(seconds=10)
HISTORY = timedelta(days=3)
METERS = 1 + len(APPLIANCES)


async def test_the_building_is_made_once_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    async with running_auth(tmp_path) as world, world.telemetry(), client_of(world) as client:
        site = await client.sites.prepare()
        assert await client.sites.prepare() == site
        async with connect(f"127.0.0.1:{world.auth_port}") as channel:
            buildings = await client.calls.call(
                building_service_pb2_grpc.BuildingServiceStub(channel).ListBuildings,
                building_service_pb2.ListBuildingsRequest(),
            )
            meters = await client.calls.call(
                meter_service_pb2_grpc.MeterServiceStub(channel).ListMeters,
                meter_service_pb2.ListMetersRequest(building_id=site.building_id),
            )
            appliances = await client.calls.call(
                appliance_service_pb2_grpc.ApplianceServiceStub(channel).ListAppliances,
                appliance_service_pb2.ListAppliancesRequest(building_id=site.building_id),
            )
            tariffs = await client.calls.call(
                tariff_service_pb2_grpc.TariffServiceStub(channel).ListTariffs,
                tariff_service_pb2.ListTariffsRequest(building_id=site.building_id),
            )
    (building,) = buildings.buildings
    assert building.is_simulated
    assert building.time_zone == "Europe/London"
    kinds = [meter.kind for meter in meters.meters]
    assert kinds.count(meter_pb2.METER_KIND_MAINS) == 1
    assert kinds.count(meter_pb2.METER_KIND_SIMULATED_TRUTH) == len(APPLIANCES)
    assert len(kinds) == METERS
    assert {each.appliance_id for each in appliances.appliances} == {
        kind.appliance_id for kind in APPLIANCES
    }
    assert [tariff.currency_code for tariff in tariffs.tariffs] == ["GBP"]
    assert tariffs.tariffs[0].rates


async def test_history_is_complete_and_a_restart_writes_only_what_is_new(tmp_path: Path) -> None:
    async with running_auth(tmp_path) as world, world.telemetry(), client_of(world) as client:
        begun = datetime.now(UTC)
        async with client.feeding(PERIOD, HISTORY) as feed:
            await until(lambda: feed.health().ready)
        written = client.readings.written
        assert written >= METERS * HISTORY // PERIOD
        site = await client.sites.prepare()
        first = begun - HISTORY + timedelta(seconds=90)  # it was begun by then
        await client.assert_complete(site, first, begun, PERIOD)

        async with client_of(world) as restarted:
            async with restarted.feeding(PERIOD, HISTORY) as feed:
                await until(lambda: feed.health().ready)
            passed = datetime.now(UTC) - begun
            assert restarted.readings.written <= METERS * (passed // PERIOD + 1)
        await client.assert_complete(site, first, begun, PERIOD)


async def test_telemetry_that_goes_away_and_comes_back_misses_nothing(tmp_path: Path) -> None:
    period = timedelta(seconds=1)
    async with running_auth(tmp_path) as world:
        async with world.telemetry(), client_of(world) as first_client:
            begun = datetime.now(UTC)
            site = await first_client.sites.prepare()
        async with client_of(world) as client, client.feeding(period, timedelta(minutes=5)) as feed:
            async with world.telemetry():
                await until(lambda: feed.health().ready)
            await until(lambda: not feed.health().ready)
            await asyncio.sleep(2.5)
            async with world.telemetry():
                back = datetime.now(UTC)
                await until(lambda: feed.health().ready)
                await client.assert_complete(site, begun - timedelta(minutes=4), back, period)
