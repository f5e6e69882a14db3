"""The functions of the database, as any client of the REST API may call them."""

from typing import Any

import httpx
import pytest

from tests.contract.auth.conftest import account_id
from tests.contract.supabase.world import World

BUILDING = {
    "building_id": "bld_new",
    "display_name": "New",
    "time_zone": "UTC",
    "address": "",
    "is_simulated": False,
    "create_time": "2024-07-01T12:00:00Z",
    "update_time": "2024-07-01T12:00:00Z",
}


def _call(world: World, person: str, function: str, **arguments: Any) -> httpx.Response:
    return world.request(person, "POST", f"rpc/{function}", body=arguments)


def _emails(answer: httpx.Response) -> list[str]:
    assert answer.is_success, answer.text
    return [row["email"].partition("@")[0] for row in answer.json()]


def test_a_person_makes_buildings_for_himself_alone(world: World) -> None:
    for_another = {"building": BUILDING, "manager_id": account_id("ada")}
    for person in ("eve", "root", "dis", "anon"):
        answer = _call(world, person, "create_building", **for_another)
        assert answer.status_code in {httpx.codes.FORBIDDEN, httpx.codes.UNAUTHORIZED}, person
    disabled = _call(
        world, "dis", "create_building", building=BUILDING, manager_id=account_id("dis")
    )
    assert disabled.status_code == httpx.codes.FORBIDDEN
    assert _call(world, "ada", "create_building", **for_another).is_success
    made = world.request("ada", "GET", "buildings", where={"building_id": "bld_new"})
    assert [row["version"] for row in made.json()] == [1]


@pytest.mark.parametrize("person", ["ada", "vi", "eve", "dis", "anon"])
def test_only_administrators_delete_accounts(world: World, person: str) -> None:
    before = world.rows("profiles")
    answer = _call(world, person, "delete_account", account_id=account_id("vi"))
    assert answer.status_code in {httpx.codes.FORBIDDEN, httpx.codes.UNAUTHORIZED}
    assert world.rows("profiles") == before


def test_a_deleted_account_is_gone_at_supabase_auth_too(world: World) -> None:
    assert _call(world, "root", "delete_account", account_id=account_id("vi")).json() is True
    assert _call(world, "root", "delete_account", account_id=account_id("vi")).json() is False
    assert "vi@" not in world.project.sql("select email from auth.users")
    assert world.request("vi", "GET", "buildings").json() == []


def test_managers_find_whom_they_add_by_the_address_and_nobody_else_does(world: World) -> None:
    found = {
        person: _call(world, person, "find_account", address="eve@home.local")
        for person in ("ada", "eve", "root", "wes", "dis")
    }
    assert {person: _emails(answer) for person, answer in found.items()} == {
        "ada": ["eve"],
        "eve": ["eve"],
        "root": ["eve"],
        "wes": [],
        "dis": [],
    }


def test_a_list_of_accounts_holds_those_that_the_caller_may_see(world: World) -> None:
    everything = {"email_contains": "@home", "after_email": None, "max_rows": 99}
    lists = {
        person: _emails(_call(world, person, "list_accounts", **everything))
        for person in ("ada", "wes", "dis", "root")
    }
    assert lists == {
        "ada": ["ada", "dis", "vi", "wes"],
        "wes": ["wes"],
        "dis": ["dis"],
        "root": ["ada", "dis", "eve", "root", "vi", "wes"],
    }


def test_lists_of_buildings_and_meters_are_bound_too(world: World) -> None:
    page = {"after_name": None, "after_id": None, "max_rows": 99}
    for person, seen in (("eve", ["bld_cave"]), ("vi", ["bld_home"]), ("dis", [])):
        answer = _call(world, person, "list_buildings", member_id=None, **page)
        assert [row["building_id"] for row in answer.json()] == seen
        of_ada = _call(world, person, "list_buildings", member_id=account_id("ada"), **page)
        assert of_ada.json() == []
    assert _call(world, "eve", "list_meters", of_building="bld_home", **page).json() == []
    assert len(_call(world, "vi", "list_meters", of_building="bld_home", **page).json()) == 1


def test_nobody_gives_himself_rights(world: World) -> None:
    for person, rights in (("wes", {"is_admin": True}), ("vi", {"is_disabled": True})):
        own = {"user_id": account_id(person)}
        answer = world.request(person, "PATCH", "profiles", where=own, body=rights)
        assert answer.status_code == httpx.codes.FORBIDDEN, person
    disabled = {"user_id": account_id("dis")}
    for change in ({"is_disabled": False}, {"display_name": "x"}):
        assert world.request("dis", "PATCH", "profiles", where=disabled, body=change).json() == []
    assert not world.project.sql(
        "select email from profiles where is_admin and email <> 'root@home.local' "
        "or is_disabled and email <> 'dis@home.local'"
    )
    for column in ("email", "version", "create_time"):
        own = {"user_id": account_id("wes")}
        answer = world.request("wes", "PATCH", "profiles", where=own, body={column: "1"})
        assert answer.status_code == httpx.codes.FORBIDDEN, column


def test_whoever_writes_the_last_administrator_and_the_last_manager_stay(world: World) -> None:
    root, eve = {"user_id": account_id("root")}, {"user_id": account_id("eve")}
    demoted = world.request("root", "PATCH", "profiles", where=root, body={"is_admin": False})
    assert (demoted.status_code, demoted.json()["message"]) == (409, "LAST_ADMIN")
    left = world.request("eve", "DELETE", "building_members", where=eve)
    assert (left.status_code, left.json()["details"]) == (409, "bld_cave")
    with pytest.raises(RuntimeError, match="LAST_MANAGER"):
        world.project.sql("delete from auth.users where email = 'eve@home.local'")
    with pytest.raises(RuntimeError, match="LAST_ADMIN"):
        world.project.sql("delete from auth.users where email = 'root@home.local'")
