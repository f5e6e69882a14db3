"""The refresh token of a browser, in its cookie."""

from http.cookies import Morsel, SimpleCookie

import grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from tests.contract.auth.client import PASSWORD, Client, failing

BROWSER = (("x-nilm-session", "cookie"),)


async def _cookie(call: grpc.aio.UnaryUnaryCall) -> "Morsel[str]":
    metadata = await call.initial_metadata()
    return SimpleCookie(str(metadata["set-cookie"]))["nilm_refresh"]


def _sent(value: str) -> tuple[tuple[str, str], ...]:
    return (*BROWSER, ("cookie", f"theme=dark; nilm_refresh={value}"))


async def test_a_browser_gets_its_refresh_token_in_a_cookie_alone(either_client: Client) -> None:
    await either_client.sign_up("ada")
    call = either_client.auth.SignIn(
        auth_pb.SignInRequest(email="ada@home.local", password=PASSWORD), metadata=BROWSER
    )
    answer = await call
    cookie = await _cookie(call)
    assert answer.tokens.access_token
    assert answer.tokens.refresh_token == ""
    assert cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/nilm.auth.v1.AuthService/"
    assert not cookie["secure"]


async def test_the_cookie_is_secure_over_https(either_client: Client) -> None:
    call = either_client.auth.SignUp(
        auth_pb.SignUpRequest(email="ada@home.local", password=PASSWORD),
        metadata=(*BROWSER, ("x-forwarded-proto", "https")),
    )
    assert (await _cookie(call))["secure"]


async def test_a_refresh_takes_the_cookie_and_replaces_it(either_client: Client) -> None:
    sign_up = either_client.auth.SignUp(
        auth_pb.SignUpRequest(email="ada@home.local", password=PASSWORD), metadata=BROWSER
    )
    first = (await _cookie(sign_up)).value
    refresh = either_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(), metadata=_sent(first))
    assert (await refresh).tokens.refresh_token == ""
    second = (await _cookie(refresh)).value
    assert second != first
    with failing(grpc.StatusCode.UNAUTHENTICATED) as failure:
        await either_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(), metadata=_sent(first))
    assert failure.reason == "REFRESH_TOKEN_INVALID"


async def test_a_cookie_without_the_header_is_not_looked_at(either_client: Client) -> None:
    sign_up = either_client.auth.SignUp(
        auth_pb.SignUpRequest(email="ada@home.local", password=PASSWORD), metadata=BROWSER
    )
    value = (await _cookie(sign_up)).value
    with failing(grpc.StatusCode.INVALID_ARGUMENT) as failure:
        await either_client.auth.RefreshToken(
            auth_pb.RefreshTokenRequest(), metadata=(("cookie", f"nilm_refresh={value}"),)
        )
    assert failure.fields == ["refresh_token"]


async def test_a_browser_without_a_cookie_is_not_signed_in(either_client: Client) -> None:
    with failing(grpc.StatusCode.UNAUTHENTICATED) as failure:
        await either_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(), metadata=BROWSER)
    assert failure.reason == "SESSION_MISSING"


async def test_signing_out_ends_the_session_and_takes_the_cookie_away(
    either_client: Client,
) -> None:
    sign_up = either_client.auth.SignUp(
        auth_pb.SignUpRequest(email="ada@home.local", password=PASSWORD), metadata=BROWSER
    )
    value = (await _cookie(sign_up)).value
    sign_out = either_client.auth.SignOut(auth_pb.SignOutRequest(), metadata=_sent(value))
    await sign_out
    gone = await _cookie(sign_out)
    assert gone.value == ""
    assert gone["expires"].startswith("Thu, 01 Jan 1970")
    with failing(grpc.StatusCode.UNAUTHENTICATED):
        await either_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(), metadata=_sent(value))


async def test_a_change_of_password_renews_the_cookie(either_client: Client) -> None:
    ada = await either_client.sign_up("ada")
    call = either_client.auth.ChangePassword(
        auth_pb.ChangePasswordRequest(
            current_password=PASSWORD, new_password="another good password"
        ),
        metadata=(*BROWSER, *ada.auth["metadata"]),
    )
    assert (await call).tokens.refresh_token == ""
    value = (await _cookie(call)).value
    await either_client.auth.RefreshToken(auth_pb.RefreshTokenRequest(), metadata=_sent(value))
