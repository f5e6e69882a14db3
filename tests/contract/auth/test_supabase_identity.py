"""Sign-in by Supabase Auth, against its stand-in: what differs from the embedded provider."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import grpc
import jwt
import pytest
from google.rpc import error_details_pb2

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm_auth.main import assembled
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from nilm_core.errors import FailedPreconditionError
from tests.contract.auth.client import PASSWORD, Client, Person, failing
from tests.support.rpc_errors import detail, failure
from tests.support.servers import in_process
from tests.support.supabase_auth_server import SupabaseAuthServer
from tests.support.tokens import bearer

Code = grpc.StatusCode
ADA = auth_pb.SignInRequest(email="ada@home.local", password=PASSWORD)


async def _retry_after(call: Awaitable[object], code: grpc.StatusCode) -> timedelta:
    error = await failure(call, code)
    return detail(error, error_details_pb2.RetryInfo).retry_delay.ToTimedelta()


async def test_an_address_that_is_to_be_confirmed_gets_no_session_whether_it_is_taken_or_not(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    await supabase_client.sign_up("bob")
    supabase_auth.autoconfirm = False
    for email in (ADA.email, "bob@home.local"):
        answer = await supabase_client.auth.SignUp(
            auth_pb.SignUpRequest(email=email, password=PASSWORD)
        )
        assert answer == auth_pb.SignUpResponse()
    with failing(Code.FAILED_PRECONDITION) as unconfirmed:
        await supabase_client.auth.SignIn(ADA)
    assert unconfirmed.reason == "EMAIL_NOT_CONFIRMED"
    supabase_auth.account(ADA.email).is_confirmed = True
    assert (await supabase_client.auth.SignIn(ADA)).user.email == ADA.email


async def test_people_at_once_never_act_as_each_other(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    people = [await supabase_client.sign_up(f"person{index}") for index in range(8)]
    supabase_auth.latency_s = 0.02

    async def act(person: Person) -> set[str]:
        seen = set()
        for round_ in range(3):
            signed_in = await supabase_client.auth.SignIn(
                auth_pb.SignInRequest(email=person.email, password=PASSWORD)
            )
            name = f"{person.user_id} {round_}"
            renamed = await supabase_client.auth.UpdateMe(
                auth_pb.UpdateMeRequest(display_name=name),
                metadata=bearer(signed_in.tokens.access_token),
            )
            changed = await supabase_client.auth.ChangePassword(
                auth_pb.ChangePasswordRequest(
                    current_password=PASSWORD, new_password=f"{PASSWORD} {round_}"
                ),
                metadata=bearer(signed_in.tokens.access_token),
            )
            await supabase_client.auth.ChangePassword(
                auth_pb.ChangePasswordRequest(
                    current_password=f"{PASSWORD} {round_}", new_password=PASSWORD
                ),
                metadata=bearer(changed.tokens.access_token),
            )
            assert renamed.user.display_name == name
            claims = jwt.decode(changed.tokens.access_token, options={"verify_signature": False})
            seen |= {signed_in.user.user_id, renamed.user.user_id, claims["sub"]}
        return seen

    seen = await asyncio.gather(*(act(person) for person in people))
    assert seen == [{person.user_id} for person in people]
    assert supabase_auth.cookies_seen == []


@pytest.mark.parametrize("path", ["/token", "/signup", "/recover", "/verify"])
async def test_asked_too_often_it_says_when_to_try_again(
    supabase_client: Client, supabase_auth: SupabaseAuthServer, path: str
) -> None:
    supabase_auth.limited = path
    auth = supabase_client.auth
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "/token": lambda: auth.SignIn(ADA),
        "/signup": lambda: auth.SignUp(
            auth_pb.SignUpRequest(email=ADA.email, password=ADA.password)
        ),
        "/recover": lambda: auth.RequestPasswordReset(
            auth_pb.RequestPasswordResetRequest(email=ADA.email)
        ),
        "/verify": lambda: auth.ResetPassword(
            auth_pb.ResetPasswordRequest(token="hash", new_password=PASSWORD)
        ),
    }
    wait = await _retry_after(calls[path](), Code.RESOURCE_EXHAUSTED)
    assert wait == timedelta(seconds=60)


async def test_asked_too_often_to_end_a_session_it_says_when_to_try_again(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    ada = await supabase_client.sign_up("ada")
    supabase_auth.limited = "/logout"
    move = auth_pb.UpdateMeRequest(email="ada@new.local", current_password=PASSWORD)
    wait = await _retry_after(
        supabase_client.auth.UpdateMe(move, **ada.auth), Code.RESOURCE_EXHAUSTED
    )
    assert wait == timedelta(seconds=60)


@pytest.mark.parametrize("token", ["abcdefabcdef", "left-from-the-embedded-provider"])
async def test_a_refresh_token_that_is_not_supabases_asks_to_sign_in_again(
    supabase_client: Client, token: str
) -> None:
    with failing(Code.UNAUTHENTICATED) as ended:
        await supabase_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(refresh_token=token))
    assert ended.reason == "REFRESH_TOKEN_INVALID"
    await supabase_client.auth.SignOut(auth_pb.SignOutRequest(refresh_token=token))


async def test_away_or_ill_it_is_unavailable_and_then_goes_on(
    supabase_client: Client, supabase_auth: SupabaseAuthServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    ada = await supabase_client.sign_up("ada")
    await supabase_client.auth.GetMe(auth_pb.GetMeRequest(), **ada.auth)
    supabase_auth.stop()
    for _ in range(2):
        assert await _retry_after(supabase_client.auth.SignIn(ADA), Code.UNAVAILABLE) > timedelta()
    me = await supabase_client.auth.GetMe(auth_pb.GetMeRequest(), **ada.auth)
    assert me.user.user_id == ada.user_id  # who is signed in goes on
    supabase_auth.start()
    supabase_auth.broken = True
    assert await _retry_after(supabase_client.auth.SignIn(ADA), Code.UNAVAILABLE) > timedelta()
    supabase_auth.broken = False
    assert (await supabase_client.auth.SignIn(ADA)).user.user_id == ada.user_id
    lines = [line for line in caplog.messages if "Supabase Auth" in line]
    assert len([line for line in lines if "cannot be used now" in line]) == 1
    assert lines[-1] == "Supabase Auth answers again"


async def test_a_wrong_project_key_is_the_operators_to_mend(
    supabase_settings: AuthSettings,
) -> None:
    assert supabase_settings.supabase_key_file is not None
    supabase_settings.supabase_key_file.write_text("sb_publishable_other")
    async with (
        assembled(supabase_settings, SystemClock()) as definition,
        in_process(definition) as channel,
    ):
        with failing(Code.FAILED_PRECONDITION) as refused:
            await Client(channel, supabase_settings.outbox()).auth.SignIn(ADA)
    assert refused.reason == "IDENTITY_PROVIDER_REFUSED"


async def test_a_forgotten_password_is_set_by_the_hash_of_the_message(
    supabase_client: Client, supabase_auth: SupabaseAuthServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    ada = await supabase_client.sign_up("ada")
    for email in (ada.email, "nobody@home.local"):
        await supabase_client.auth.RequestPasswordReset(
            auth_pb.RequestPasswordResetRequest(email=email)
        )
    (message,) = supabase_auth.messages
    assert (message.to, message.redirect_to) == (
        ada.email,
        "https://home.example/app/reset-password",
    )
    reset = auth_pb.ResetPasswordRequest(token=message.token_hash, new_password="another password")
    await supabase_client.auth.ResetPassword(reset)
    with failing(Code.UNAUTHENTICATED):
        await supabase_client.auth.RefreshToken(
            auth_pb.RefreshTokenRequest(refresh_token=ada.tokens.refresh_token)
        )
    await supabase_client.auth.SignIn(
        auth_pb.SignInRequest(email=ada.email, password="another password")
    )
    with failing(Code.INVALID_ARGUMENT) as spent:
        await supabase_client.auth.ResetPassword(reset)
    assert spent.fields == ["token"]
    secrets = (message.token_hash, PASSWORD, "another password", ada.tokens.refresh_token)
    assert not [secret for secret in secrets if secret in caplog.text]


async def test_a_forgotten_password_is_set_by_the_session_of_supabases_own_link_and_no_other(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    ada = await supabase_client.sign_up("ada")
    session = next(iter(supabase_auth.sessions.values()))
    for token in (ada.tokens.access_token, "a.forged.token"):
        with failing(Code.INVALID_ARGUMENT) as refused:
            await supabase_client.auth.ResetPassword(
                auth_pb.ResetPasswordRequest(token=token, new_password="another password")
            )
        assert refused.fields == ["token"]
    session.method = "otp"  # as `GET /verify` of a recovery link starts one
    await supabase_client.auth.ResetPassword(
        auth_pb.ResetPasswordRequest(
            token=supabase_auth.token(session), new_password="another password"
        )
    )
    assert supabase_auth.account(ada.email).password == "another password"
    assert not supabase_auth.sessions


async def test_a_weak_password_says_that_the_link_is_used_up(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    ada = await supabase_client.sign_up("ada")
    await supabase_client.auth.RequestPasswordReset(
        auth_pb.RequestPasswordResetRequest(email=ada.email)
    )
    with failing(Code.INVALID_ARGUMENT) as weak:
        await supabase_client.auth.ResetPassword(
            auth_pb.ResetPasswordRequest(
                token=supabase_auth.messages[0].token_hash, new_password="lettersalone"
            )
        )
    assert weak.fields == ["new_password"]
    assert "ask for a new one" in weak.message


async def test_too_many_messages_to_an_account_do_not_tell_that_there_is_one(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    await supabase_client.sign_up("ada")
    supabase_auth.mail_limited = True
    for email in (ADA.email, "nobody@home.local"):
        await supabase_client.auth.RequestPasswordReset(
            auth_pb.RequestPasswordResetRequest(email=email)
        )


async def test_what_supabase_refuses_names_the_field(supabase_client: Client) -> None:
    with failing(Code.INVALID_ARGUMENT) as weak:
        await supabase_client.auth.SignUp(
            auth_pb.SignUpRequest(email=ADA.email, password="lettersalone")
        )
    assert weak.fields == ["password"]
    ada = await supabase_client.sign_up("ada")
    for new in ("lettersalone", PASSWORD):
        with failing(Code.INVALID_ARGUMENT) as refused:
            await supabase_client.auth.ChangePassword(
                auth_pb.ChangePasswordRequest(current_password=PASSWORD, new_password=new),
                **ada.auth,
            )
        assert refused.fields == ["new_password"]


async def test_a_new_address_waits_for_its_message_and_needs_the_password(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    ada = await supabase_client.sign_up("ada")
    move = auth_pb.UpdateMeRequest(
        email="ada@new.local", display_name="Ada L", current_password="wrong password"
    )
    with failing(Code.INVALID_ARGUMENT) as wrong:
        await supabase_client.auth.UpdateMe(move, **ada.auth)
    assert wrong.fields == ["current_password"]
    move.current_password = PASSWORD
    answer = await supabase_client.auth.UpdateMe(move, **ada.auth)
    assert (answer.user.email, answer.pending_email) == (ada.email, "ada@new.local")
    assert answer.user.display_name == "Ada L"
    assert len(supabase_auth.sessions) == 1  # the one that proved the password has ended
    supabase_auth.account(ada.email).email = "ada@new.local"
    await supabase_client.auth.RefreshToken(
        auth_pb.RefreshTokenRequest(refresh_token=ada.tokens.refresh_token)
    )
    me = await supabase_client.auth.GetMe(auth_pb.GetMeRequest(), **ada.auth)
    assert me.user.email == "ada@new.local"


async def test_who_administers_is_said_by_app_metadata_alone(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    admin, ada = await supabase_client.admin(), await supabase_client.sign_up("ada")
    account = supabase_auth.account(ada.email)
    account.user_metadata["admin"] = True
    for is_admin in (False, True):
        account.app_metadata["admin"] = is_admin
        signed_in = await supabase_client.auth.SignIn(ADA)
        assert signed_in.user.is_admin is is_admin
        listing = supabase_client.users.ListUsers(
            users_pb.ListUsersRequest(), metadata=bearer(signed_in.tokens.access_token)
        )
        if is_admin:
            assert len((await listing).users) == 2
        else:
            await failure(listing, Code.PERMISSION_DENIED)
    for change in ({"is_admin": False}, {"display_name": "Other"}):
        with failing(Code.FAILED_PRECONDITION) as kept:
            await supabase_client.users.UpdateUser(
                users_pb.UpdateUserRequest(user_id=ada.user_id, **change), **admin.auth
            )
        assert kept.reason == "KEPT_BY_IDENTITY_PROVIDER"


async def test_a_person_whom_supabase_banned_or_who_is_disabled_here_is_told_so(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    ada = await supabase_client.sign_up("ada")
    supabase_auth.account(ada.email).is_banned = True
    with failing(Code.PERMISSION_DENIED) as banned:
        await supabase_client.auth.SignIn(ADA)
    assert banned.reason == "ACCOUNT_DISABLED"
    supabase_auth.account(ada.email).is_banned = False
    admin = await supabase_client.admin()
    await supabase_client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_disabled=True), **admin.auth
    )
    with failing(Code.PERMISSION_DENIED):
        await supabase_client.auth.SignIn(ADA)
    assert {each.account.email for each in supabase_auth.sessions.values()} >= {admin.email}
    with failing(Code.UNAUTHENTICATED):
        await supabase_client.auth.RefreshToken(
            auth_pb.RefreshTokenRequest(refresh_token=ada.tokens.refresh_token)
        )
    assert {each.account.email for each in supabase_auth.sessions.values()} == {admin.email}


async def test_a_person_who_signed_in_elsewhere_is_known_by_his_token(
    supabase_client: Client, supabase_auth: SupabaseAuthServer
) -> None:
    token = supabase_auth.signed_in_elsewhere("eve@home.local")
    me = await supabase_client.auth.GetMe(auth_pb.GetMeRequest(), metadata=bearer(token))
    assert me.user.email == "eve@home.local"


async def test_services_keep_their_own_tokens(supabase_client: Client) -> None:
    service = await supabase_client.service()
    with failing(Code.PERMISSION_DENIED):
        await supabase_client.auth.GetMe(auth_pb.GetMeRequest(), **service)


async def test_options_tell_the_provider_and_whether_both_sides_let_people_in(
    client: Client,
    supabase_settings: AuthSettings,
    supabase_client: Client,
    supabase_auth: SupabaseAuthServer,
) -> None:
    request = auth_pb.GetSignInOptionsRequest()
    embedded = await client.auth.GetSignInOptions(request)
    assert embedded == auth_pb.GetSignInOptionsResponse(
        identity_provider=auth_pb.IDENTITY_PROVIDER_EMBEDDED,
        sign_up_open=True,
        password_reset_delivery=auth_pb.PASSWORD_RESET_DELIVERY_BY_OPERATOR,
    )
    supabase_auth.signups_disabled = True
    assert await supabase_client.auth.GetSignInOptions(request) == auth_pb.GetSignInOptionsResponse(
        identity_provider=auth_pb.IDENTITY_PROVIDER_SUPABASE,
        sign_up_open=False,
        password_reset_delivery=auth_pb.PASSWORD_RESET_DELIVERY_BY_EMAIL,
    )
    with failing(Code.PERMISSION_DENIED) as closed:
        await supabase_client.sign_up("ada")
    assert closed.reason == "SIGN_UP_CLOSED"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"supabase_key_file": None}, "NILM_AUTH_SUPABASE_KEY_FILE"),
        ({"supabase_url": ""}, "NILM_AUTH_SUPABASE_URL"),
        ({"demo": True}, "NILM_AUTH_DEMO"),
        ({"initial_admin_email": "admin@home.local"}, "app_metadata"),
    ],
)
async def test_settings_that_cannot_work_keep_it_from_starting(
    supabase_settings: AuthSettings, change: dict[str, object], named: str
) -> None:
    with pytest.raises(FailedPreconditionError, match=named):
        async with assembled(supabase_settings.model_copy(update=change), SystemClock()):
            pytest.fail("it started")
