from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from tests.support.servers import in_process

NOW = datetime(2024, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)

OpenStores = Callable[[Path], AbstractAsyncContextManager[Stores]]


@asynccontextmanager
async def _sqlite(folder: Path) -> AsyncIterator[Stores]:
    database = Database(f"sqlite+aiosqlite:///{folder / 'auth.db'}")
    await database.migrate(upgrade)
    yield sql_stores(database)
    await database.close()


STORES: dict[str, OpenStores] = {"sqlite": _sqlite}


@pytest.fixture(params=sorted(STORES))
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stores]:
    async with STORES[request.param](tmp_path) as opened:
        yield opened


class Maker:
    """Makes rows that other rows need."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores

    async def user(self, name: str, *, is_admin: bool = False) -> User:
        user = User(f"usr_{name}", f"{name}@home.local", name, "hash", is_admin, False, NOW, NOW)
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
def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC))


@pytest.fixture
async def timed_client(settings: AuthSettings, clock: ManualClock) -> AsyncIterator[Client]:
    async with (
        assembled(settings, clock) as definition,
        in_process(definition, limit_sign_in_per_minute=0) as channel,
    ):
        yield Client(channel, outbox=settings.outbox())
