import asyncio
from dataclasses import replace

import pytest

from nilm_auth.domain.building import Building, Member
from nilm_auth.domain.role import Role
from nilm_auth.ports.stores import Stores
from nilm_core.errors import AlreadyExistsError, FailedPreconditionError, NotFoundError
from tests.contract.auth.conftest import NOW, Maker, account_id


async def test_a_building_is_made_with_its_manager(stores: Stores, make: Maker) -> None:
    ada = await make.user("ada")
    home = await make.building("home", ada)
    assert await stores.buildings.get(home.building_id) == home
    member = await stores.members.get(home.building_id, ada.user_id)
    assert member is not None
    assert (member.role, member.email) == (Role.MANAGER, ada.email)


async def test_without_its_manager_no_building_is_made(stores: Stores) -> None:
    building = Building("bld_x", "x", "UTC", "", False, NOW, NOW)
    with pytest.raises(NotFoundError):
        await stores.buildings.add(building, account_id("nobody"))
    assert await stores.buildings.get("bld_x") is None


async def test_lists_by_name_and_id_a_members_or_all(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    first = await make.building("a", ada)
    await make.building("c", bob)
    twin = replace(first, building_id="bld_b")
    await stores.buildings.add(twin, ada.user_id)
    theirs = await stores.buildings.list(member_id=ada.user_id, limit=9)
    assert [building.building_id for building in theirs] == ["bld_a", "bld_b"]
    page = await stores.buildings.list(member_id=None, limit=1)
    rest = await stores.buildings.list(member_id=None, after=("a", "bld_a"), limit=9)
    assert [building.building_id for building in [*page, *rest]] == ["bld_a", "bld_b", "bld_c"]


async def test_a_change_is_kept(stores: Stores, make: Maker) -> None:
    home = await make.building("home", await make.user("ada"))
    changed = await stores.buildings.change(
        home.building_id, lambda building: replace(building, address="Lane 1", is_simulated=True)
    )
    assert await stores.buildings.get(home.building_id) == changed
    assert changed.address == "Lane 1"


async def test_what_is_not_there_cannot_be_changed_or_removed(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        await stores.buildings.change("bld_x", lambda building: building)
    with pytest.raises(NotFoundError):
        await stores.buildings.remove("bld_x")


async def test_members_are_listed_by_email(stores: Stores, make: Maker) -> None:
    people = [await make.user(name) for name in ("cy", "ada", "bob")]
    home = await make.building("home", people[0])
    for person in people[1:]:
        await make.member(home, person, Role.VIEWER)
    page = await stores.members.list(home.building_id, limit=2)
    rest = await stores.members.list(home.building_id, after=page[-1].email, limit=2)
    assert [member.display_name for member in [*page, *rest]] == ["ada", "bob", "cy"]


async def test_nobody_is_a_member_twice(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    member = Member(home.building_id, bob.user_id, bob.email, "bob", Role.VIEWER, NOW)
    outcomes = await asyncio.gather(
        *(stores.members.add(member) for _ in range(2)), return_exceptions=True
    )
    assert [isinstance(outcome, AlreadyExistsError) for outcome in outcomes].count(True) == 1


async def test_a_member_of_nothing_is_not_added(stores: Stores, make: Maker) -> None:
    ada = await make.user("ada")
    with pytest.raises(NotFoundError, match="bld_x"):
        await stores.members.add(Member("bld_x", ada.user_id, "", "", Role.VIEWER, NOW))


async def test_the_last_manager_stays(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    await make.member(home, bob, Role.WARDEN)
    with pytest.raises(FailedPreconditionError):
        await stores.members.set_role(home.building_id, ada.user_id, Role.VIEWER)
    with pytest.raises(FailedPreconditionError):
        await stores.members.remove(home.building_id, ada.user_id)
    member = await stores.members.get(home.building_id, ada.user_id)
    assert member is not None
    assert member.role is Role.MANAGER
    await stores.members.remove(home.building_id, bob.user_id)
    assert await stores.members.get(home.building_id, bob.user_id) is None


async def test_of_two_managers_who_leave_at_once_one_stays(stores: Stores, make: Maker) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    await make.member(home, bob, Role.MANAGER)
    outcomes = await asyncio.gather(
        *(stores.members.remove(home.building_id, user.user_id) for user in (ada, bob)),
        return_exceptions=True,
    )
    assert [isinstance(outcome, FailedPreconditionError) for outcome in outcomes].count(True) == 1
    assert len(await stores.members.list(home.building_id, limit=9)) == 1


async def test_who_is_no_member_cannot_be_changed_or_removed(stores: Stores, make: Maker) -> None:
    home = await make.building("home", await make.user("ada"))
    with pytest.raises(NotFoundError):
        await stores.members.set_role(home.building_id, account_id("nobody"), Role.VIEWER)
    with pytest.raises(NotFoundError):
        await stores.members.remove(home.building_id, account_id("nobody"))
