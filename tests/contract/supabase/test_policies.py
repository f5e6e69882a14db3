"""Each table, each thing that is done to it, and everybody: who may, and that nobody else does."""

import httpx
import pytest

from tests.contract.supabase.world import EVERYBODY, NOBODY, TARGETS, World
from tests.support.supabase import SupabaseProject

MEMBERS = frozenset({"ada", "wes", "vi", "root"})
MANAGERS = frozenset({"ada", "root"})
ACTIVE = EVERYBODY - {"dis", NOBODY}
ADMINS = frozenset({"root"})
NONE: frozenset[str] = frozenset()

PART = {"select": MEMBERS, "insert": MANAGERS, "update": MANAGERS, "delete": MANAGERS}
CATALOGUE = {"select": ACTIVE, "insert": ADMINS, "update": ADMINS, "delete": ADMINS}
ALLOWED = {
    "profiles": {
        "select": frozenset({"ada", "wes", "root"}),
        "insert": NONE,
        "update": frozenset({"wes", "root"}),
        "delete": NONE,
    },
    "buildings": {"select": MEMBERS, "insert": NONE, "update": MANAGERS, "delete": MANAGERS},
    "building_members": PART | {"select": frozenset({"ada", "wes", "root"})},
    "meters": PART,
    "building_appliances": PART,
    "tariffs": PART,
    "org_appliances": CATALOGUE,
    "appliance_models": CATALOGUE,
}
DEEDS = ("select", "insert", "update", "delete")


def _do(world: World, person: str, table: str, deed: str) -> httpx.Response:
    target = TARGETS[table]
    if deed == "select":
        return world.request(person, "GET", table, where=target.key)
    if deed == "insert":
        return world.request(person, "POST", table, body=target.new)
    if deed == "update":
        return world.request(person, "PATCH", table, where=target.key, body=target.change)
    return world.request(person, "DELETE", table, where=target.key)


def _is_refused(answer: httpx.Response) -> bool:
    """Tells whether an answer is a refusal: an error, or no row where rows are hidden."""
    refused = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
    return answer.status_code in refused or (answer.is_success and answer.json() == [])


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("table", sorted(ALLOWED))
def test_who_may_not_is_refused_and_nothing_changes(world: World, table: str, deed: str) -> None:
    before = world.rows(table)
    for person in sorted(EVERYBODY - ALLOWED[table][deed]):
        answer = _do(world, person, table, deed)
        assert _is_refused(answer), (person, answer.status_code, answer.text)
    assert world.rows(table) == before


@pytest.mark.parametrize(
    ("table", "deed", "person"),
    [
        (table, deed, person)
        for table, deeds in sorted(ALLOWED.items())
        for deed in DEEDS
        for person in sorted(deeds[deed])
    ],
)
def test_who_may_does(world: World, table: str, deed: str, person: str) -> None:
    before = world.rows(table)
    answer = _do(world, person, table, deed)
    assert answer.is_success, answer.text
    assert len(answer.json()) == 1
    assert (world.rows(table) == before) == (deed == "select")


@pytest.mark.parametrize("person", sorted(EVERYBODY))
def test_without_a_filter_a_list_holds_ones_own_rows_alone(world: World, person: str) -> None:
    own = {"eve": {"bld_cave"}, "root": {"bld_home", "bld_cave"}, "dis": set(), NOBODY: set()}
    expected = own.get(person, {"bld_home"})
    for table in ("buildings", "building_members", "meters", "building_appliances", "tariffs"):
        answer = world.request(person, "GET", table)
        rows = answer.json() if answer.is_success else []
        assert {row["building_id"] for row in rows} == expected, table


def test_a_row_cannot_be_moved_into_another_household(world: World) -> None:
    for table in ("meters", "building_appliances", "tariffs", "building_members"):
        answer = world.request(
            "ada", "PATCH", table, where=TARGETS[table].key, body={"building_id": "bld_cave"}
        )
        assert answer.status_code == httpx.codes.FORBIDDEN, table


def test_what_one_manages_does_not_reach_into_another_household(world: World) -> None:
    for table in ("meters", "building_appliances", "tariffs"):
        new = {**TARGETS[table].new, "building_id": "bld_home"}
        assert _is_refused(world.request("eve", "POST", table, body=new)), table
        own = {**new, "building_id": "bld_cave"}
        if table == "meters":
            own |= {"kind": "APPLIANCE", "appliance_id": "dryer"}
        assert world.request("eve", "POST", table, body=own).is_success, table


def test_every_table_is_tested_and_bound(supabase: SupabaseProject) -> None:
    bound = supabase.sql(
        "select relname from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind = 'r' and relrowsecurity order by 1"
    )
    tables = supabase.sql("select tablename from pg_tables where schemaname = 'public' order by 1")
    assert bound.split() == tables.split() == sorted(ALLOWED) == sorted(TARGETS)


def test_strangers_are_granted_nothing(supabase: SupabaseProject) -> None:
    assert not supabase.sql(
        "select table_name, privilege_type from information_schema.role_table_grants "
        "where grantee in ('anon', 'PUBLIC') and table_schema = 'public'"
    )
    assert not supabase.sql(
        "select proname from pg_proc where pronamespace in "
        "('public'::regnamespace, 'nilm'::regnamespace) and prorettype <> 'trigger'::regtype "
        "and has_function_privilege('anon', oid, 'execute')"
    )


def test_every_function_pins_its_search_path(supabase: SupabaseProject) -> None:
    assert not supabase.sql(
        "select proname from pg_proc where pronamespace in "
        "('public'::regnamespace, 'nilm'::regnamespace) "
        "and not coalesce('search_path=\"\"' = any(proconfig), false)"
    )


def test_every_foreign_key_has_its_index(supabase: SupabaseProject) -> None:
    assert not supabase.sql(
        "select conrelid::regclass, conkey from pg_constraint "
        "where contype = 'f' and connamespace = 'public'::regnamespace and not exists ("
        "select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])"
    )
