from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nilm_auth.main import assembled
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from nilm_rpc.settings import SupabaseTokenSettings
from tests.contract.auth.client import Client
from tests.contract.supabase.world import World
from tests.support.servers import in_process
from tests.support.supabase import SECRET, SupabaseProject
from tests.support.supabase_auth_server import API_KEY, Account, SupabaseAuthServer
from tests.support.supabase_route import SupabaseRoute


@pytest.fixture
def world(supabase: SupabaseProject) -> World:
    return World(supabase)


class _SharedAccounts(dict[str, Account]):
    """Accounts of the stand-in for Supabase Auth, in the project's database too."""

    def __init__(self, project: SupabaseProject) -> None:
        super().__init__()
        self._project = project

    def __setitem__(self, key: str, account: Account) -> None:
        is_admin = account.app_metadata.get("admin") is True
        self._project.add_account(key, account.email, is_admin=is_admin)
        super().__setitem__(key, account)


@pytest.fixture(scope="session")
def shared_sign_in(
    shared_supabase: SupabaseProject,
) -> Iterator[tuple[SupabaseAuthServer, SupabaseRoute]]:
    server = SupabaseAuthServer(secret=SECRET)
    route = SupabaseRoute(shared_supabase.postgrest.port, server.port)
    yield server, route
    route.close()
    server.stop()


@pytest.fixture
def settings(
    supabase: SupabaseProject,
    shared_sign_in: tuple[SupabaseAuthServer, SupabaseRoute],
    tmp_path: Path,
) -> AuthSettings:
    """Of the service on a project that has an administrator."""
    server, route = shared_sign_in
    server.accounts = _SharedAccounts(supabase)
    admin = Account("admin@home.local", "the first administrator", {}, is_confirmed=True)
    admin.app_metadata["admin"] = True
    server.accounts[admin.id] = admin
    files = {
        "key": API_KEY,
        "service-key": supabase.service_key,
        "secret": SECRET,
        "service-secret": "s" * 40,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    settings = AuthSettings(
        port=0,
        ops_port=0,
        data_dir=tmp_path / "data",
        service_secret_file=tmp_path / "service-secret",
        account_store="supabase",
        identity="supabase",
        supabase_url=route.url,
        supabase_key_file=tmp_path / "key",
        supabase_service_key_file=tmp_path / "service-key",
    )
    settings.tokens.supabase = SupabaseTokenSettings(
        issuer=server.issuer, algorithm="HS256", secret_file=tmp_path / "secret"
    )
    return settings


@pytest.fixture
async def client(settings: AuthSettings) -> AsyncIterator[Client]:
    """The service on Supabase: sign-in and store."""
    async with (
        assembled(settings, SystemClock()) as definition,
        in_process(definition, limit_sign_in_per_minute=0) as channel,
    ):
        yield Client(channel, outbox=settings.outbox())
