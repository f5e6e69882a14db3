"""The service on Supabase alone: the suites of its RPCs again, people by their own tokens."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import grpc
import pytest

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm_auth.main import assembled
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from nilm_core.errors import FailedPreconditionError
from tests.contract.auth.client import PASSWORD, Client, failing
from tests.contract.auth.test_access_servicer import *  # noqa: F403 # its tests, with the client of this folder
from tests.contract.auth.test_building_servicers import *  # noqa: F403 # likewise
from tests.contract.auth.test_etags import *  # noqa: F403 # likewise
from tests.contract.auth.test_parts_servicers import *  # noqa: F403 # likewise
from tests.support.servers import in_process
from tests.support.supabase import SupabaseProject


@pytest.fixture
async def servers(settings: AuthSettings) -> AsyncIterator[list[Client]]:
    """Two replicas of the service on one project."""
    async with AsyncExitStack() as stack:
        channels = []
        for _ in range(2):
            definition = await stack.enter_async_context(assembled(settings, SystemClock()))
            opened = in_process(definition, limit_sign_in_per_minute=0)
            channels.append(await stack.enter_async_context(opened))
        yield [Client(channel, outbox=settings.outbox()) for channel in channels]


async def test_who_was_disabled_is_told_so_and_gets_no_session(client: Client) -> None:
    ada, admin = await client.sign_up("ada"), await client.admin()
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_disabled=True), **admin.auth
    )
    with failing(grpc.StatusCode.PERMISSION_DENIED) as failure:
        await client.auth.SignIn(auth_pb.SignInRequest(email=ada.email, password=PASSWORD))
    assert failure.reason == "ACCOUNT_DISABLED"
    with failing(grpc.StatusCode.UNAUTHENTICATED):
        await client.auth.RefreshToken(
            auth_pb.RefreshTokenRequest(refresh_token=ada.tokens.refresh_token)
        )


async def test_who_is_made_administrator_here_is_told_so_at_supabase_auth(
    client: Client, supabase: SupabaseProject
) -> None:
    ada, admin = await client.sign_up("ada"), await client.admin()
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_admin=True), **admin.auth
    )
    told = "select raw_app_meta_data ->> 'admin' from auth.users where email = 'ada@home.local'"
    assert supabase.sql(told) == "true"


async def test_a_deleted_account_is_gone_everywhere(
    client: Client, supabase: SupabaseProject
) -> None:
    ada, admin = await client.sign_up("ada"), await client.admin()
    await client.users.DeleteUser(users_pb.DeleteUserRequest(user_id=ada.user_id), **admin.auth)
    assert supabase.sql("select email from auth.users") == "admin@home.local"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"identity": "embedded"}, "NILM_AUTH_IDENTITY=supabase"),
        ({"supabase_service_key_file": None}, "NILM_AUTH_SUPABASE_SERVICE_KEY_FILE"),
        ({"supabase_url": ""}, "NILM_AUTH_SUPABASE_URL"),
    ],
)
async def test_a_missing_setting_is_named(
    settings: AuthSettings, changes: dict[str, object], named: str
) -> None:
    with pytest.raises(FailedPreconditionError, match=named):
        async with assembled(settings.model_copy(update=changes), SystemClock()):
            pass
