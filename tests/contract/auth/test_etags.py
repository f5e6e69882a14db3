"""Changes that say what they are based on, sent to two replicas of the service at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import grpc
import pytest

from nilm.buildings.v1 import appliance_service_pb2 as appliances_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import tariff_service_pb2 as tariffs_pb
from nilm_auth.main import assembled
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from tests.contract.auth.client import Client, Person, failing
from tests.support.servers import in_process

ROUNDS = 10
Change = Callable[[Client, str, str], Awaitable[Any]]
"""Changes something through a replica, to a name, based on an etag; returns what it became."""


@dataclass
class Household:
    """A building with one of each thing, and its manager."""

    person: Person
    building_id: str
    tariff_id: str

    async def change_building(self, client: Client, name: str, etag: str) -> Any:
        request = buildings_pb.UpdateBuildingRequest(
            building_id=self.building_id, display_name=name, etag=etag
        )
        return (await client.buildings.UpdateBuilding(request, **self.person.auth)).building

    async def change_appliance(self, client: Client, name: str, etag: str) -> Any:
        request = appliances_pb.UpdateApplianceRequest(
            building_id=self.building_id, appliance_id="kettle", display_name=name, etag=etag
        )
        return (await client.appliances.UpdateAppliance(request, **self.person.auth)).appliance

    async def change_tariff(self, client: Client, name: str, etag: str) -> Any:
        request = tariffs_pb.UpdateTariffRequest(
            building_id=self.building_id, tariff_id=self.tariff_id, display_name=name, etag=etag
        )
        return (await client.tariffs.UpdateTariff(request, **self.person.auth)).tariff


@pytest.fixture
async def servers(settings: AuthSettings, sql_url: str) -> AsyncIterator[list[Client]]:
    """Two replicas on one database, with one signing key."""
    shared = settings.model_copy(update={"database_url": sql_url})
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(2):
            definition = await stack.enter_async_context(assembled(shared, SystemClock()))
            channel = await stack.enter_async_context(
                in_process(definition, limit_sign_in_per_minute=0, limit_default_per_minute=0)
            )
            clients.append(Client(channel, outbox=settings.outbox()))
        yield clients


@pytest.fixture
async def household(servers: list[Client]) -> Household:
    client = servers[0]
    person = await client.sign_up("ada")
    building = await client.building(person)
    await client.appliances.CreateAppliance(
        appliances_pb.CreateApplianceRequest(
            building_id=building.building_id, appliance_id="kettle", display_name="Kettle"
        ),
        **person.auth,
    )
    made = await client.tariffs.CreateTariff(
        tariffs_pb.CreateTariffRequest(
            building_id=building.building_id,
            display_name="Economy",
            effective_date="2024-04-01",
            currency_code="GBP",
            price_per_kwh=0.3,
        ),
        **person.auth,
    )
    return Household(person, building.building_id, made.tariff.tariff_id)


@pytest.fixture(params=["building", "appliance", "tariff"])
def change(request: pytest.FixtureRequest, household: Household) -> Change:
    bound: Change = getattr(household, f"change_{request.param}")
    return bound


async def test_of_two_writers_on_one_state_one_wins_and_the_other_is_told(
    servers: list[Client], change: Change
) -> None:
    etag = (await change(servers[0], "before", "")).etag
    for number in range(ROUNDS):
        names = [f"{number} of {writer}" for writer in ("ada", "bob")]
        outcomes = await asyncio.gather(
            *(change(client, name, etag) for client, name in zip(servers, names, strict=True)),
            return_exceptions=True,
        )
        refused = [each for each in outcomes if isinstance(each, grpc.aio.AioRpcError)]
        assert [error.code() for error in refused] == [grpc.StatusCode.ABORTED], outcomes
        won = next(each for each in outcomes if each not in refused)
        assert won.display_name == names[outcomes.index(won)]
        etag = won.etag
        with failing(grpc.StatusCode.ABORTED) as failure:
            await change(servers[number % 2], "late", "0123456789abcdef")
        assert failure.reason == "ETAG_MISMATCH"


async def test_every_replica_gives_a_state_the_same_etag(
    servers: list[Client], household: Household
) -> None:
    request = buildings_pb.GetBuildingRequest(building_id=household.building_id)
    etags = {
        (await client.buildings.GetBuilding(request, **household.person.auth)).building.etag
        for client in servers
    }
    assert len(etags) == 1
    assert "" not in etags


async def test_without_an_etag_the_last_writer_wins(servers: list[Client], change: Change) -> None:
    first = await change(servers[0], "first", "")
    second = await change(servers[1], "second", "")
    assert first.etag != second.etag
    assert (await change(servers[0], "third", second.etag)).display_name == "third"
