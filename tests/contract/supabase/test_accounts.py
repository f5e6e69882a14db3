"""Accounts of Supabase Auth and their profiles stay level, whichever side changes."""

import pytest

from tests.contract.auth.conftest import account_id
from tests.contract.supabase.world import World
from tests.support.supabase import SupabaseProject

ADA = account_id("ada")


def _profile(project: SupabaseProject) -> str:
    columns = "email, display_name, is_admin"
    return project.sql(f"select {columns} from profiles where user_id = '{ADA}'")  # noqa: S608 # constants


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ('{"display_name": "  Ada L "}', "Ada L"),
        ('{"display_name": "   "}', "ada"),
        ("{}", "ada"),
        (None, "ada"),
        ('{"display_name": "' + "x" * 300 + '"}', "x" * 100),
    ],
)
def test_who_signs_up_has_a_profile(
    supabase: SupabaseProject, metadata: str | None, name: str
) -> None:
    given = "null" if metadata is None else f"'{metadata}'"
    supabase.sql(
        "insert into auth.users (id, email, raw_user_meta_data) "  # noqa: S608 # constants
        f"values ('{ADA}', 'Ada@Home.local', {given})"
    )
    assert _profile(supabase) == f"ada@home.local|{name}|f"


def test_who_has_no_address_has_no_profile_until_he_does(supabase: SupabaseProject) -> None:
    supabase.sql(f"insert into auth.users (id) values ('{ADA}')")  # noqa: S608 # a constant
    assert _profile(supabase) == ""
    supabase.sql("update auth.users set email = 'ada@home.local'")
    assert _profile(supabase) == "ada@home.local|ada|f"


def test_the_profile_follows_the_account(supabase: SupabaseProject) -> None:
    supabase.add_account(ADA, "ada@home.local")
    supabase.sql(
        "update auth.users set email = 'new@home.local', raw_app_meta_data = "
        """'{"admin": true}', raw_user_meta_data = '{"display_name": "Ada L"}'"""
    )
    assert _profile(supabase) == "new@home.local|Ada L|t"


def test_a_person_does_not_become_administrator_by_his_own_metadata(
    supabase: SupabaseProject,
) -> None:
    supabase.add_account(ADA, "ada@home.local")
    supabase.sql("""update auth.users set raw_user_meta_data = '{"admin": true}'""")
    supabase.sql("""update auth.users set raw_app_meta_data = '{"admin": "true"}'""")
    assert _profile(supabase) == "ada@home.local|ada|f"


def test_the_account_follows_the_profile(world: World) -> None:
    where = {"user_id": account_id("vi")}
    changed = world.request(
        "root", "PATCH", "profiles", where=where, body={"is_admin": True, "display_name": "Viola"}
    )
    assert changed.json()[0]["version"] == 2
    told = "raw_app_meta_data ->> 'admin', raw_user_meta_data ->> 'display_name'"
    where_vi = "where email = 'vi@home.local'"
    assert world.project.sql(f"select {told} from auth.users {where_vi}") == "true|Viola"  # noqa: S608 # constants
