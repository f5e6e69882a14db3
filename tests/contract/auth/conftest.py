import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_auth.adapters.sql.stores import sql_stores
from nilm_auth.domain.building import Building, Member
from nilm_auth.domain.role import Role
from nilm_auth.domain.session import SecretRecord
from nilm_auth.domain.user import User
from nilm_auth.main import assembled
from nilm_auth.ports.stores import Stores
from nilm_auth.settings import AuthSettings
from nilm_core.clock import ManualClock, SystemClock
from tests.contract.auth.client import Client
from tests.support.postgres import PostgresServer
from tests.support.servers import in_process
from tests.support.supabase_auth_server import API_KEY, Account, SupabaseAuthServer

NOW = datetime(2024, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)

OpenStores = Callable[[], AbstractAsyncContextManager[Stores]]
"""Opens the stores of one empty database, once for each process that shall share it."""


@asynccontextmanager
async def _sql(url: str) -> AsyncIterator[Stores]:
    database = Database(url)
    await database.migrate(upgrade)
    yield sql_stores(database)
    await database.close()


STORES: dict[str, Callable[[pytest.FixtureRequest], OpenStores]] = {
    "sqlite": lambda request: partial(_sql, request.getfixturevalue("sqlite_url")),
    "postgresql": lambda request: partial(_sql, request.getfixturevalue("migrated_postgresql_url")),
    "supabase": lambda request: request.getfixturevalue("supabase").stores,
}
KEEPING_SIGN_INS = ("postgresql", "sqlite")
"""Those that keep sessions and reset tokens; of a Supabase project, Supabase Auth does."""


@pytest.fixture(params=sorted(STORES))
def open_stores(request: pytest.FixtureRequest) -> OpenStores:
    return STORES[request.param](request)


@pytest.fixture
async def stores(open_stores: OpenStores) -> AsyncIterator[Stores]:
    async with open_stores() as opened:
        yield opened


@pytest.fixture
async def replicas(stores: Stores, open_stores: OpenStores) -> AsyncIterator[tuple[Stores, Stores]]:
    """The same database as two processes see it."""
    async with open_stores() as other:
        yield stores, other


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'auth.db'}"


@pytest.fixture
def postgresql_url(postgres: PostgresServer, database: str) -> str:
    """The address of an empty database, for a role with the rights that operations.md names."""
    return postgres.url_of_owner(database)


@pytest.fixture(scope="session")
def migrated_database(postgres: PostgresServer) -> str:
    """The name of a database with the tables, to copy."""
    name = postgres.fresh_database()
    asyncio.run(_migrate(postgres.url_of_owner(name)))
    return name


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate(upgrade)
    await database.close()


@pytest.fixture
def migrated_postgresql_url(postgres: PostgresServer, migrated_database: str) -> Iterator[str]:
    name = postgres.fresh_database(migrated_database)
    yield postgres.url_of_owner(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def account_id(name: str) -> str:
    """Returns the id of a test's account: a UUID, which every store takes."""
    return str(uuid5(NAMESPACE_URL, name))


class Maker:
    """Makes rows that other rows need."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores

    async def user(self, name: str, *, is_admin: bool = False) -> User:
        user = User(account_id(name), f"{name}@home.local", name, "", is_admin, False, NOW, NOW)
        await self.stores.users.add(user)
        return user

    async def building(self, name: str, manager: User) -> Building:
        building = Building(f"bld_{name}", name, "Europe/London", "", False, NOW, NOW)
        await self.stores.buildings.add(building, manager.user_id)
        return building

    async def member(self, building: Building, user: User, role: Role) -> Member:
        member = Member(
            building.building_id, user.user_id, user.email, user.display_name, role, NOW
        )
        await self.stores.members.add(member)
        return member


@pytest.fixture
def make(stores: Stores) -> Maker:
    return Maker(stores)


@pytest.fixture
def secret() -> Callable[..., SecretRecord]:
    def record(name: str, issue_time: datetime = NOW, days: float = 30) -> SecretRecord:
        return SecretRecord(name.ljust(64, "0"), issue_time, issue_time + timedelta(days=days))

    return record


@pytest.fixture
def settings(tmp_path: Path) -> AuthSettings:
    secret_file = tmp_path / "service-secret"
    secret_file.write_text("s" * 40)
    password_file = tmp_path / "admin-password"
    password_file.write_text("the first administrator\n")
    return AuthSettings(
        port=0,
        ops_port=0,
        data_dir=tmp_path / "data",
        service_secret_file=secret_file,
        initial_admin_email="Admin@Home.local",
        initial_admin_password_file=password_file,
        password_memory_kib=64,
        password_passes=1,
    )


@pytest.fixture
async def client(settings: AuthSettings) -> AsyncIterator[Client]:
    async with (
        assembled(settings, SystemClock()) as definition,
        in_process(definition, limit_sign_in_per_minute=0) as channel,
    ):
        yield Client(channel, outbox=settings.outbox())


@pytest.fixture
def supabase_auth() -> Iterator[SupabaseAuthServer]:
    """A project that has an administrator."""
    server = SupabaseAuthServer()
    admin = Account("admin@home.local", "the first administrator", {}, is_confirmed=True)
    admin.app_metadata["admin"] = True
    server.accounts[admin.id] = admin
    yield server
    server.stop()


@pytest.fixture
def supabase_settings(
    settings: AuthSettings, supabase_auth: SupabaseAuthServer, tmp_path: Path
) -> AuthSettings:
    key_file = tmp_path / "supabase-key"
    key_file.write_text(API_KEY)
    changes = {
        "identity": "supabase",
        "supabase_url": supabase_auth.url,
        "supabase_key_file": key_file,
        "initial_admin_email": "",
        "reset_link": "https://home.example/app/reset-password?token={token}",
    }
    return settings.model_copy(update=changes)


@pytest.fixture
async def supabase_client(supabase_settings: AuthSettings) -> AsyncIterator[Client]:
    async with (
        assembled(supabase_settings, SystemClock()) as definition,
        in_process(definition, limit_sign_in_per_minute=0) as channel,
    ):
        yield Client(channel, outbox=supabase_settings.outbox())


@pytest.fixture(params=["client", "supabase_client"])
def either_client(request: pytest.FixtureRequest) -> Client:
    """The service, with each provider of identities."""
    client: Client = request.getfixturevalue(request.param)
    return client


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC))


@pytest.fixture
async def timed_client(settings: AuthSettings, clock: ManualClock) -> AsyncIterator[Client]:
    async with (
        assembled(settings, clock) as definition,
        in_process(definition, limit_sign_in_per_minute=0) as channel,
    ):
        yield Client(channel, outbox=settings.outbox())
