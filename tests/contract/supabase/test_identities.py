"""The stores go on as whoever calls, and never as anybody else."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from nilm_auth.domain.role import Role
from nilm_auth.ports.stores import Stores
from nilm_auth.service.access import Access
from nilm_core.access import Permission, Principal
from nilm_core.errors import (
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from tests.contract.auth.conftest import account_id
from tests.contract.supabase.callers import call_of, call_of_service, call_of_stranger, within
from tests.contract.supabase.world import World

CALLS = 200
AT_ONCE = 30


@pytest.fixture
async def stores(world: World) -> AsyncIterator[Stores]:
    async with world.project.stores() as opened:
        yield opened


async def test_many_calls_of_two_people_at_once_never_swap_identities(
    world: World, stores: Stores
) -> None:
    order = random.Random(1)  # noqa: S311 # an order of calls, no secret
    turn = asyncio.Semaphore(AT_ONCE)
    homes = {"ada": "bld_home", "eve": "bld_cave"}

    async def look(person: str) -> tuple[str, list[str], str | None, list[str]]:
        async with turn:
            listed = await stores.buildings.list(member_id=None, limit=9)
            await asyncio.sleep(order.random() / 100)
            me = await stores.users.get(account_id(person))
            meters = [
                meter.meter_id
                for building in homes.values()
                for meter in await stores.meters.list(building)
            ]
        return person, [row.building_id for row in listed], me and me.display_name, meters

    people = [order.choice(sorted(homes)) for _ in range(CALLS)]
    calls = {person: call_of(world.project, person) for person in homes}
    seen = await asyncio.gather(*(within(calls[person], look(person)) for person in people))
    meters = {"ada": ["mtr_home"], "eve": ["mtr_cave"]}
    assert seen == [(person, [homes[person]], person, meters[person]) for person in people]


async def test_writes_of_two_people_at_once_are_each_ones_own(world: World, stores: Stores) -> None:
    calls = {person: call_of(world.project, person) for person in ("ada", "eve")}

    async def rename(person: str, building_id: str) -> str:
        await stores.buildings.change(
            building_id, lambda building: replace(building, address=building.address + "x")
        )
        return f"{person} {building_id}"

    attempts = [(p, b) for p in calls for b in ("bld_home", "bld_cave")] * 5
    outcomes = await asyncio.gather(
        *(within(calls[person], rename(person, building)) for person, building in attempts),
        return_exceptions=True,
    )
    own = {("ada", "bld_home"), ("eve", "bld_cave")}
    for attempt, outcome in zip(attempts, outcomes, strict=True):
        assert (attempt in own) == isinstance(outcome, str), (attempt, outcome)
        assert attempt in own or isinstance(outcome, NotFoundError)
    assert world.project.sql("select distinct address from buildings") == "xxxxx"


async def test_a_viewer_is_refused_by_the_database_and_a_stranger_finds_nothing(
    world: World, stores: Stores
) -> None:
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: stores.buildings.change("bld_home", lambda row: replace(row, address="x")),
        lambda: stores.buildings.remove("bld_home"),
        lambda: stores.meters.rename("bld_home", "mtr_home", "x"),
        lambda: stores.meters.remove("bld_home", "mtr_home"),
        lambda: stores.appliances.change(
            "bld_home", "kettle", lambda row: replace(row, rated_power_w=1.0)
        ),
        lambda: stores.appliances.remove("bld_home", "kettle"),
        lambda: stores.tariffs.change(
            "bld_home", "trf_home", lambda row: replace(row, price_per_kwh=1.0)
        ),
        lambda: stores.tariffs.remove("bld_home", "trf_home"),
        lambda: stores.members.set_role("bld_home", account_id("vi"), Role.MANAGER),
        lambda: stores.members.remove("bld_home", account_id("vi")),
    ]

    async def attempt(change: Callable[[], Awaitable[object]]) -> None:
        await change()

    for change in changes:
        with pytest.raises(PermissionDeniedError):
            await within(call_of(world.project, "vi"), attempt(change))
        with pytest.raises(NotFoundError):
            await within(call_of(world.project, "eve"), attempt(change))


async def test_what_is_added_to_a_building_needs_its_manager(world: World, stores: Stores) -> None:
    appliance = await stores.appliances.get("bld_home", "kettle")
    assert appliance is not None
    dryer = replace(appliance, appliance_id="dryer")
    with pytest.raises(PermissionDeniedError):
        await within(call_of(world.project, "vi"), stores.appliances.add(dryer))
    with pytest.raises(NotFoundError, match="bld_home"):
        await within(call_of(world.project, "eve"), stores.appliances.add(dryer))
    await within(call_of(world.project, "ada"), stores.appliances.add(dryer))


async def test_access_is_told_by_role_to_people_and_in_full_to_services(
    world: World, stores: Stores
) -> None:
    access = Access(stores.users, stores.buildings, stores.members, stores.meters)

    async def permissions(person: str) -> frozenset[Permission]:
        principal = Principal(account_id(person))
        granted = await within(
            call_of(world.project, person), access.to_building(principal, "bld_home")
        )
        return granted.permissions

    assert len(await permissions("vi")) < len(await permissions("wes")) < len(Permission)
    assert await permissions("ada") == await permissions("root") == frozenset(Permission)
    for person in ("eve", "dis"):
        with pytest.raises(NotFoundError):
            await permissions(person)
    service = Principal("inference", is_service=True)
    granted = await within(call_of_service(), access.to_building(service, "bld_home"))
    assert [meter.meter_id for meter in granted.meters] == ["mtr_home"]


async def test_a_call_without_a_token_reaches_nothing(stores: Stores) -> None:
    with pytest.raises(UnauthenticatedError):
        await within(call_of_stranger(), stores.buildings.get("bld_home"))
    with pytest.raises(UnauthenticatedError):
        await within(call_of_stranger(), stores.users.find("ada@home.local"))


async def test_a_token_that_has_expired_or_is_forged_is_refused(
    world: World, stores: Stores
) -> None:
    expired = call_of(world.project, "ada", lifetime_s=-3_600)
    forged = call_of(world.project, "ada")
    forged.token = (forged.token or "")[:-8] + "AAAAAAAA"
    for call in (expired, forged):
        with pytest.raises(UnauthenticatedError):
            await within(call, stores.buildings.get("bld_home"))


async def test_what_callers_write_never_becomes_part_of_a_query(
    world: World, stores: Stores
) -> None:
    ada = call_of(world.project, "ada")
    for text in ("x),or(a.eq.1", 'a"b\\', "*", "%", "a,b", "(a)", "null", "it's", "ü&b=c"):
        assert await within(ada, stores.buildings.get(text)) is None
        assert await within(ada, stores.users.find(text)) is None
        assert await within(ada, stores.users.list(email_contains=text, limit=9)) == []
        assert await within(ada, stores.meters.list("bld_home", after=(text, text), limit=0)) == []
        assert await within(ada, stores.members.list(text, after=text, limit=9)) == []
        renamed = await within(ada, stores.meters.rename("bld_home", "mtr_home", text))
        assert renamed.display_name == text
        assert await within(ada, stores.meters.get("mtr_home")) == renamed
