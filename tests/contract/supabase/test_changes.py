"""Changes through PostgREST: made on a row as it was last seen, and true whoever came between."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from nilm_auth.domain.building import Building
from nilm_auth.domain.etag import etag_of, require_etag
from nilm_auth.domain.role import Role
from nilm_auth.ports.stores import Stores
from nilm_core.errors import AbortedError, PermissionDeniedError
from tests.contract.auth.conftest import account_id
from tests.contract.supabase.callers import call_of, within
from tests.contract.supabase.world import World

Change = Callable[[Stores, int], Awaitable[object]]

CHANGES: dict[str, Change] = {
    "profile": lambda stores, n: stores.users.change(
        account_id("ada"), lambda row: replace(row, display_name=f"Ada {n}")
    ),
    "building": lambda stores, n: stores.buildings.change(
        "bld_home", lambda row: replace(row, address=f"Lane {n}")
    ),
    "appliance": lambda stores, n: stores.appliances.change(
        "bld_home", "kettle", lambda row: replace(row, rated_power_w=float(n))
    ),
    "tariff": lambda stores, n: stores.tariffs.change(
        "bld_home", "trf_home", lambda row: replace(row, price_per_kwh=float(n))
    ),
    "member": lambda stores, n: stores.members.set_role(
        "bld_home", account_id("vi"), (Role.WARDEN, Role.VIEWER)[n % 2]
    ),
    "meter": lambda stores, n: stores.meters.rename("bld_home", "mtr_home", f"Meter {n}"),
}


@pytest.fixture
async def stores(world: World) -> AsyncIterator[Stores]:
    async with world.project.stores() as opened:
        yield opened


@pytest.fixture
async def other(world: World) -> AsyncIterator[Stores]:
    """The same project as another process sees it."""
    async with world.project.stores() as opened:
        yield opened


@pytest.mark.parametrize("what", sorted(CHANGES))
async def test_a_change_of_what_was_seen_is_one_request(
    world: World, stores: Stores, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    async def change(number: int) -> None:
        await CHANGES[what](stores, number)

    await within(call_of(world.project, "ada"), change(1))
    with caplog.at_level(logging.INFO, "httpx"):
        await within(call_of(world.project, "ada"), change(2))
    sent = [each.getMessage() for each in caplog.records if each.name == "httpx"]
    assert len(sent) == 1, sent
    assert "PATCH" in sent[0]


async def test_what_another_process_changed_since_is_neither_lost_nor_taken_for_seen(
    world: World, stores: Stores, other: Stores
) -> None:
    async def change() -> None:
        seen = await stores.buildings.get("bld_home")
        assert seen is not None
        await other.buildings.change("bld_home", lambda row: replace(row, address="theirs"))

        def on_the_state(etag: str) -> Callable[[Building], Building]:
            def rename(present: Building) -> Building:
                require_etag(present, etag)
                return replace(present, display_name="ours")

            return rename

        with pytest.raises(AbortedError) as caught:
            await stores.buildings.change("bld_home", on_the_state(etag_of(seen)))
        assert caught.value.reason == "ETAG_MISMATCH"
        await other.buildings.change("bld_home", lambda row: replace(row, time_zone="UTC"))
        now = await other.buildings.get("bld_home")
        changed = await stores.buildings.change("bld_home", on_the_state(etag_of(now)))
        assert (changed.address, changed.time_zone) == ("theirs", "UTC")
        assert await other.buildings.get("bld_home") == changed

    await within(call_of(world.project, "ada"), change())


async def test_a_row_that_was_removed_and_added_again_is_another_row(
    world: World, stores: Stores, other: Stores
) -> None:
    async def change() -> None:
        seen = await stores.appliances.get("bld_home", "kettle")
        assert seen is not None
        again = replace(seen, display_name="New", create_time=seen.create_time.replace(year=2030))
        await other.appliances.remove("bld_home", "kettle")
        await other.appliances.add(again)
        changed = await stores.appliances.change(
            "bld_home", "kettle", lambda row: replace(row, rated_power_w=row.rated_power_w + 1.0)
        )
        assert changed == replace(again, rated_power_w=seen.rated_power_w + 1.0)

    await within(call_of(world.project, "ada"), change())


async def test_what_one_caller_saw_lets_nobody_else_write(world: World, stores: Stores) -> None:
    async def move(number: int) -> None:
        await CHANGES["building"](stores, number)

    await within(call_of(world.project, "ada"), move(1))
    with pytest.raises(PermissionDeniedError):
        await within(call_of(world.project, "vi"), move(2))
    assert world.project.sql("select version from buildings where building_id = 'bld_home'") == "2"
