import asyncio
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from nilm_auth.domain.role import Role
from nilm_auth.domain.user import User
from nilm_auth.ports.stores import Stores
from nilm_core.errors import AlreadyExistsError, FailedPreconditionError, NotFoundError
from tests.contract.auth.conftest import NOW, Maker, account_id


async def test_an_account_is_found_by_id_and_by_email(stores: Stores, make: Maker) -> None:
    ada = await make.user("ada")
    assert await stores.users.get(ada.user_id) == ada
    assert await stores.users.find("ada@home.local") == ada
    assert await stores.users.get(account_id("nobody")) is None
    assert await stores.users.find("nobody@home.local") is None


async def test_times_are_kept_in_utc_whatever_zone_they_came_in(stores: Stores) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-7)))
    await stores.users.add(
        User(account_id("a"), "a@home.local", "a", "", False, False, local, local)
    )
    stored = await stores.users.get(account_id("a"))
    assert stored is not None
    assert stored.create_time == NOW
    assert stored.create_time.utcoffset() == timedelta(0)


async def test_of_two_accounts_with_one_address_made_at_once_one_wins(stores: Stores) -> None:
    twins = [
        User(account_id(name), "same@home.local", name, "", False, False, NOW, NOW)
        for name in ("a", "b")
    ]
    outcomes = await asyncio.gather(
        *(stores.users.add(user) for user in twins), return_exceptions=True
    )
    assert [outcome is None for outcome in outcomes].count(True) == 1
    assert [isinstance(outcome, AlreadyExistsError) for outcome in outcomes].count(True) == 1


async def test_lists_by_email_from_a_position_and_by_a_part(stores: Stores, make: Maker) -> None:
    for name in ("cy", "ada", "bob"):
        await make.user(name)
    emails = [user.email for user in await stores.users.list(limit=2)]
    assert emails == ["ada@home.local", "bob@home.local"]
    rest = await stores.users.list(after=emails[-1], limit=2)
    assert [user.email for user in rest] == ["cy@home.local"]
    found = await stores.users.list(email_contains="bo", limit=9)
    assert [user.display_name for user in found] == ["bob"]
    assert not await stores.users.list(email_contains="%", limit=9)


async def test_a_change_is_kept(stores: Stores, make: Maker) -> None:
    ada = await make.user("ada")
    changed = await stores.users.change(
        ada.user_id, lambda user: replace(user, display_name="Ada L", is_disabled=True)
    )
    assert changed.display_name == "Ada L"
    assert await stores.users.get(ada.user_id) == changed


async def test_a_taken_address_cannot_be_changed_to(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    with pytest.raises(AlreadyExistsError):
        await stores.users.change(bob.user_id, lambda user: replace(user, email=ada.email))
    assert await stores.users.get(bob.user_id) == bob


async def test_who_is_not_there_cannot_be_changed_or_removed(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        await stores.users.change(account_id("nobody"), lambda user: user)
    with pytest.raises(NotFoundError):
        await stores.users.remove(account_id("nobody"))


async def test_the_last_enabled_administrator_stays_one(stores: Stores, make: Maker) -> None:
    assert not await stores.users.has_admin()
    root = await make.user("root", is_admin=True)
    spare = await make.user("spare", is_admin=True)
    assert await stores.users.has_admin()
    await stores.users.change(spare.user_id, lambda user: replace(user, is_disabled=True))
    for change in ({"is_admin": False}, {"is_disabled": True}):
        with pytest.raises(FailedPreconditionError):
            await stores.users.change(root.user_id, lambda user, c=change: replace(user, **c))
    with pytest.raises(FailedPreconditionError):
        await stores.users.remove(root.user_id)
    assert await stores.users.get(root.user_id) == root


async def test_of_two_administrators_demoted_at_once_one_stays(stores: Stores, make: Maker) -> None:
    admins = [await make.user(name, is_admin=True) for name in ("a", "b")]
    outcomes = await asyncio.gather(
        *(
            stores.users.change(user.user_id, lambda user: replace(user, is_admin=False))
            for user in admins
        ),
        return_exceptions=True,
    )
    assert [isinstance(outcome, FailedPreconditionError) for outcome in outcomes].count(True) == 1
    assert await stores.users.has_admin()


async def test_removing_an_account_takes_its_memberships(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    await make.member(home, bob, Role.VIEWER)
    await stores.users.remove(bob.user_id)
    assert await stores.members.get(home.building_id, bob.user_id) is None


async def test_a_buildings_last_manager_cannot_be_removed(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    await make.member(home, bob, Role.WARDEN)
    with pytest.raises(FailedPreconditionError, match="bld_home"):
        await stores.users.remove(ada.user_id)
    await stores.members.set_role(home.building_id, bob.user_id, Role.MANAGER)
    await stores.users.remove(ada.user_id)
    assert await stores.users.get(ada.user_id) is None
