import asyncio
from datetime import timedelta

import grpc
import jwt
import pytest

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm_auth.main import assembled
from nilm_auth.settings import AuthSettings
from nilm_core.clock import ManualClock, SystemClock
from tests.contract.auth.client import PASSWORD, Client, Person, failing
from tests.support.servers import in_process

Code = grpc.StatusCode


def _sign_in(client: Client, person: Person, password: str = PASSWORD) -> grpc.aio.UnaryUnaryCall:
    return client.auth.SignIn(auth_pb.SignInRequest(email=person.email, password=password))


def _refresh(client: Client, token: str) -> grpc.aio.UnaryUnaryCall:
    return client.auth.RefreshToken(auth_pb.RefreshTokenRequest(refresh_token=token))


def _mailed_token(client: Client) -> str:
    lines = client.mails()[-1]["text"].splitlines()
    return next(line for line in lines if len(line) > 40 and " " not in line)


async def test_sign_up_makes_an_account_and_signs_it_in(either_client: Client) -> None:
    answer = await either_client.auth.SignUp(
        auth_pb.SignUpRequest(email=" Ada@Home.Local ", password=PASSWORD)
    )
    assert answer.user.email == "ada@home.local"
    assert answer.user.display_name == "ada"
    assert not answer.user.is_admin
    assert answer.tokens.token_type == "Bearer"
    me = await either_client.auth.GetMe(
        auth_pb.GetMeRequest(), **Person(answer.user, answer.tokens).auth
    )
    assert me.user == answer.user


async def test_access_tokens_hold_fifteen_minutes_and_name_their_key(client: Client) -> None:
    ada = await client.sign_up("ada")
    header = jwt.get_unverified_header(ada.tokens.access_token)
    claims = jwt.decode(ada.tokens.access_token, options={"verify_signature": False})
    assert header["alg"] == "EdDSA"
    assert header["kid"]
    assert claims["exp"] - claims["iat"] == 900
    assert claims["sub"] == ada.user_id
    assert (claims["iss"], claims["aud"]) == ("nilm-auth", "nilm")
    assert (claims["kind"], claims["admin"]) == ("user", False)
    assert ada.tokens.access_expire_time.seconds == claims["exp"]


async def test_of_two_sign_ups_with_one_address_at_once_one_wins(either_client: Client) -> None:
    outcomes = await asyncio.gather(
        *(either_client.sign_up("ada") for _ in range(2)), return_exceptions=True
    )
    lost = [error for error in outcomes if isinstance(error, grpc.aio.AioRpcError)]
    assert [error.code() for error in lost] == [Code.ALREADY_EXISTS]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (auth_pb.SignUpRequest(email="ada", password=PASSWORD), "email"),
        (auth_pb.SignUpRequest(email="ada@home.local", password="short"), "password"),
        (
            auth_pb.SignUpRequest(
                email="ada@home.local", password=PASSWORD, display_name="x" * 101
            ),
            "display_name",
        ),
    ],
)
async def test_a_bad_sign_up_names_its_field(
    either_client: Client, request_: auth_pb.SignUpRequest, field: str
) -> None:
    with failing(Code.INVALID_ARGUMENT) as failure:
        await either_client.auth.SignUp(request_)
    assert failure.fields == [field]


async def test_sign_up_can_be_closed(settings: AuthSettings) -> None:
    closed = settings.model_copy(update={"sign_up_open": False})
    async with assembled(closed, SystemClock()) as definition, in_process(definition) as channel:
        with failing(Code.PERMISSION_DENIED) as failure:
            await Client(channel, settings.outbox()).sign_up("ada")
        assert failure.reason == "SIGN_UP_CLOSED"


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    either_client: Client,
) -> None:
    ada = await either_client.sign_up("ada")
    assert (await _sign_in(either_client, ada)).user.user_id == ada.user_id
    with failing(Code.UNAUTHENTICATED) as wrong:
        await _sign_in(either_client, ada, "wrong password")
    ada.email = "nobody@home.local"
    with failing(Code.UNAUTHENTICATED) as unknown:
        await _sign_in(either_client, ada)
    assert (wrong.message, wrong.reason) == (unknown.message, unknown.reason)


async def test_a_refresh_spends_its_token(either_client: Client) -> None:
    ada = await either_client.sign_up("ada")
    second = (await _refresh(either_client, ada.tokens.refresh_token)).tokens
    third = (await _refresh(either_client, second.refresh_token)).tokens
    with failing(Code.UNAUTHENTICATED) as failure:
        await _refresh(either_client, ada.tokens.refresh_token)
    assert failure.reason == "REFRESH_TOKEN_INVALID"
    with failing(Code.UNAUTHENTICATED):
        await _refresh(either_client, third.refresh_token)


async def test_of_two_refreshes_at_once_exactly_one_wins(either_client: Client) -> None:
    ada = await either_client.sign_up("ada")
    outcomes = await asyncio.gather(
        *(_refresh(either_client, ada.tokens.refresh_token) for _ in range(2)),
        return_exceptions=True,
    )
    lost = [error for error in outcomes if isinstance(error, grpc.aio.AioRpcError)]
    assert [error.code() for error in lost] == [Code.UNAUTHENTICATED]


async def test_a_refresh_token_waits_thirty_days(timed_client: Client, clock: ManualClock) -> None:
    ada = await timed_client.sign_up("ada")
    clock.advance(timedelta(days=29))
    tokens = (await _refresh(timed_client, ada.tokens.refresh_token)).tokens
    clock.advance(timedelta(days=30))
    with failing(Code.UNAUTHENTICATED):
        await _refresh(timed_client, tokens.refresh_token)


async def test_signing_out_ends_the_session_and_is_no_error_twice(either_client: Client) -> None:
    ada = await either_client.sign_up("ada")
    for _ in range(2):
        await either_client.auth.SignOut(
            auth_pb.SignOutRequest(refresh_token=ada.tokens.refresh_token)
        )
    with failing(Code.UNAUTHENTICATED):
        await _refresh(either_client, ada.tokens.refresh_token)


async def test_a_disabled_account_neither_signs_in_nor_refreshes(either_client: Client) -> None:
    ada, admin = await either_client.sign_up("ada"), await either_client.admin()
    await either_client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_disabled=True), **admin.auth
    )
    with failing(Code.PERMISSION_DENIED) as failure:
        await _sign_in(either_client, ada)
    assert failure.reason == "ACCOUNT_DISABLED"
    with failing(Code.UNAUTHENTICATED):
        await _sign_in(either_client, ada, "wrong password")
    with failing(Code.UNAUTHENTICATED):
        await _refresh(either_client, ada.tokens.refresh_token)
    with failing(Code.UNAUTHENTICATED):
        await either_client.auth.GetMe(auth_pb.GetMeRequest(), **ada.auth)


async def test_a_name_changes_freely_and_an_address_by_password(client: Client) -> None:
    ada = await client.sign_up("ada")
    answer = await client.auth.UpdateMe(auth_pb.UpdateMeRequest(display_name="Ada L"), **ada.auth)
    assert (answer.user.display_name, answer.user.email) == ("Ada L", ada.email)
    moved = auth_pb.UpdateMeRequest(email="ada@new.local", current_password="wrong password")
    with failing(Code.INVALID_ARGUMENT) as failure:
        await client.auth.UpdateMe(moved, **ada.auth)
    assert failure.fields == ["current_password"]
    moved.current_password = PASSWORD
    answer = await client.auth.UpdateMe(moved, **ada.auth)
    assert (answer.user.display_name, answer.user.email) == ("Ada L", "ada@new.local")


async def test_an_address_that_is_taken_cannot_be_moved_to(either_client: Client) -> None:
    ada, bob = await either_client.sign_up("ada"), await either_client.sign_up("bob")
    with failing(Code.ALREADY_EXISTS):
        await either_client.auth.UpdateMe(
            auth_pb.UpdateMeRequest(email=bob.email, current_password=PASSWORD), **ada.auth
        )


async def test_a_new_password_ends_all_other_sessions(either_client: Client) -> None:
    ada = await either_client.sign_up("ada")
    change = auth_pb.ChangePasswordRequest(
        current_password="wrong password", new_password="another password"
    )
    with failing(Code.INVALID_ARGUMENT) as failure:
        await either_client.auth.ChangePassword(change, **ada.auth)
    assert failure.fields == ["current_password"]
    change.current_password = PASSWORD
    tokens = (await either_client.auth.ChangePassword(change, **ada.auth)).tokens
    with failing(Code.UNAUTHENTICATED):
        await _refresh(either_client, ada.tokens.refresh_token)
    assert (await _refresh(either_client, tokens.refresh_token)).tokens.access_token
    with failing(Code.UNAUTHENTICATED):
        await _sign_in(either_client, ada)
    await _sign_in(either_client, ada, "another password")


async def test_a_forgotten_password_is_set_by_a_mailed_token_once(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    ada = await client.sign_up("ada")
    for email in (ada.email, "nobody@home.local"):
        await client.auth.RequestPasswordReset(auth_pb.RequestPasswordResetRequest(email=email))
    assert [mail["to"] for mail in client.mails()] == [ada.email]
    token = _mailed_token(client)
    reset = auth_pb.ResetPasswordRequest(token=token, new_password="another password")
    await client.auth.ResetPassword(reset)
    await _sign_in(client, ada, "another password")
    with failing(Code.UNAUTHENTICATED):
        await _refresh(client, ada.tokens.refresh_token)
    with failing(Code.INVALID_ARGUMENT) as failure:
        await client.auth.ResetPassword(reset)
    assert failure.fields == ["token"]
    assert "mail for ada@home.local" in caplog.text
    secrets = (token, PASSWORD, "another password", ada.tokens.refresh_token)
    assert not [secret for secret in secrets if secret in caplog.text]


async def test_a_bad_new_password_does_not_spend_the_reset_token(client: Client) -> None:
    ada = await client.sign_up("ada")
    await client.auth.RequestPasswordReset(auth_pb.RequestPasswordResetRequest(email=ada.email))
    token = _mailed_token(client)
    with failing(Code.INVALID_ARGUMENT) as failure:
        await client.auth.ResetPassword(
            auth_pb.ResetPasswordRequest(token=token, new_password="short")
        )
    assert failure.fields == ["new_password"]
    await client.auth.ResetPassword(
        auth_pb.ResetPasswordRequest(token=token, new_password="another password")
    )


async def test_a_reset_token_holds_an_hour(timed_client: Client, clock: ManualClock) -> None:
    ada = await timed_client.sign_up("ada")
    await timed_client.auth.RequestPasswordReset(
        auth_pb.RequestPasswordResetRequest(email=ada.email)
    )
    clock.advance(timedelta(hours=1))
    with failing(Code.INVALID_ARGUMENT):
        await timed_client.auth.ResetPassword(
            auth_pb.ResetPasswordRequest(
                token=_mailed_token(timed_client), new_password="another password"
            )
        )


async def test_a_service_gets_its_token_for_the_shared_secret(client: Client) -> None:
    answer = await client.auth.IssueServiceToken(
        auth_pb.IssueServiceTokenRequest(service_name="inference", service_secret="s" * 40)
    )
    claims = jwt.decode(answer.access_token, options={"verify_signature": False})
    assert (claims["sub"], claims["kind"], claims["admin"]) == ("inference", "service", False)
    assert claims["exp"] - claims["iat"] == 900
    with failing(Code.UNAUTHENTICATED):
        await client.auth.IssueServiceToken(
            auth_pb.IssueServiceTokenRequest(service_name="inference", service_secret="x" * 40)
        )


async def test_without_a_shared_secret_no_service_gets_a_token(settings: AuthSettings) -> None:
    bare = settings.model_copy(update={"service_secret_file": None})
    async with assembled(bare, SystemClock()) as definition, in_process(definition) as channel:
        with failing(Code.FAILED_PRECONDITION):
            await Client(channel, settings.outbox()).service()


async def test_a_service_has_no_account(client: Client) -> None:
    with failing(Code.PERMISSION_DENIED):
        await client.auth.GetMe(auth_pb.GetMeRequest(), **await client.service())


async def test_calls_without_a_token_are_refused(either_client: Client) -> None:
    with failing(Code.UNAUTHENTICATED):
        await either_client.auth.GetMe(auth_pb.GetMeRequest())
