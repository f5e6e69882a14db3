"""The project goes away, and comes back."""

from collections.abc import AsyncIterator, Iterator

import pytest

from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.stores import supabase_stores
from nilm_core.errors import FailedPreconditionError, UnavailableError
from tests.contract.supabase.world import World
from tests.support.eventually import eventually_answers
from tests.support.postgres import PostgresServer
from tests.support.server_process import free_port
from tests.support.supabase import SupabaseProject, supabase_project


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def project(own_postgres: PostgresServer) -> Iterator[SupabaseProject]:
    with supabase_project(own_postgres) as made:
        yield made


@pytest.fixture
async def rest(project: SupabaseProject) -> AsyncIterator[SupabaseRest]:
    opened = _rest(project, timeout_s=30.0)
    yield opened
    await opened.close()


def _rest(project: SupabaseProject, timeout_s: float) -> SupabaseRest:
    return SupabaseRest(project.url, project.anon_key, project.service_key, timeout_s=timeout_s)


async def _answers(rest: SupabaseRest) -> bool:
    try:
        await rest.check()
    except UnavailableError:
        return False
    return True


async def test_postgrest_restarted_fails_calls_with_a_delay_and_serves_the_next(
    project: SupabaseProject, rest: SupabaseRest
) -> None:
    World(project)
    buildings = supabase_stores(rest).buildings
    assert await buildings.get("bld_home") is not None
    project.postgrest.process.stop()
    with pytest.raises(UnavailableError) as failure:
        await buildings.get("bld_home")
    assert failure.value.retry_after is not None
    project.postgrest.process.start()
    await eventually_answers(lambda: _answers(rest))
    assert await buildings.get("bld_home") is not None


async def test_postgresql_restarted_fails_calls_with_a_delay_and_serves_the_next(
    project: SupabaseProject, own_postgres: PostgresServer, rest: SupabaseRest
) -> None:
    await rest.check()
    own_postgres.process.stop()
    try:
        with pytest.raises(UnavailableError) as failure:
            await rest.check()
        assert failure.value.retry_after is not None
    finally:
        own_postgres.process.start()
    await eventually_answers(lambda: _answers(rest))


async def test_a_database_that_says_nothing_is_not_waited_for(project: SupabaseProject) -> None:
    rest = _rest(project, timeout_s=1.0)
    project.postgrest.process.pause()
    try:
        with pytest.raises(UnavailableError):
            await rest.check()
    finally:
        project.postgrest.process.resume()
    await eventually_answers(lambda: _answers(rest))
    await rest.close()


async def test_a_project_that_is_nowhere_is_unavailable() -> None:
    rest = SupabaseRest(f"http://127.0.0.1:{free_port()}", "anon", "service", timeout_s=30.0)
    with pytest.raises(UnavailableError):
        await rest.check()
    await rest.close()


async def test_a_wrong_service_key_is_said_to_be_one(project: SupabaseProject) -> None:
    for key in ("no token at all", project.service_key[:-8] + "AAAAAAAA"):
        rest = SupabaseRest(project.url, project.anon_key, key, timeout_s=30.0)
        with pytest.raises(FailedPreconditionError, match="SERVICE_KEY_FILE"):
            await rest.check()
        await rest.close()


async def test_missing_migrations_are_said_to_be_missing(
    project: SupabaseProject, rest: SupabaseRest
) -> None:
    project.sql("drop table public.buildings cascade; notify pgrst, 'reload schema'")
    with pytest.raises(FailedPreconditionError, match="migrations"):
        await rest.check()
