"""The refresh token of a browser: in a cookie that no script can read.

A caller asks for it by the metadata `x-nilm-session: cookie`. No form and no other site can send
that header without leave of the gateway's CORS rules, and the cookie is SameSite=Strict besides.
"""

from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie

from nilm.auth.v1 import user_pb2 as user_pb
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.interceptors.base import Context

COOKIE_NAME = "nilm_refresh"
COOKIE_PATH = "/nilm.auth.v1.AuthService/"
SESSION_HEADER = "x-nilm-session"


def given_token(refresh_token: str, context: Context) -> str:
    """Returns the refresh token of a request: its field, else the browser's cookie.

    Raises:
        UnauthenticatedError: The browser sent no cookie: nobody is signed in there.
    """
    if refresh_token or not _is_browser(context):
        return refresh_token
    for text in _metadata(context, "cookie"):  # HTTP/2 may send each cookie on its own
        try:
            cookies = SimpleCookie(text)
        except CookieError:
            continue
        if COOKIE_NAME in cookies:
            return cookies[COOKIE_NAME].value
    raise UnauthenticatedError("nobody is signed in here", reason="SESSION_MISSING")


async def hand_out(tokens: user_pb.TokenPair, context: Context) -> user_pb.TokenPair:
    """Returns the tokens to answer with; a browser gets the refresh token as its cookie alone."""
    if not _is_browser(context):
        return tokens
    expire_time = tokens.refresh_expire_time.ToDatetime(UTC)
    await _send(context, tokens.refresh_token, f"{expire_time:%a, %d %b %Y %H:%M:%S} GMT")
    tokens.refresh_token = ""
    return tokens


async def clear(context: Context) -> None:
    """Takes the cookie of a browser away."""
    if _is_browser(context):
        await _send(context, "", f"{datetime.fromtimestamp(0, UTC):%a, %d %b %Y %H:%M:%S} GMT")


async def _send(context: Context, value: str, expires: str) -> None:
    parts = [f"{COOKIE_NAME}={value}", f"Path={COOKIE_PATH}", f"Expires={expires}"]
    parts += ["HttpOnly", "SameSite=Strict"]
    if "https" in _metadata(context, "x-forwarded-proto"):
        parts.append("Secure")
    await context.send_initial_metadata((("set-cookie", "; ".join(parts)),))


def _is_browser(context: Context) -> bool:
    return "cookie" in _metadata(context, SESSION_HEADER)


def _metadata(context: Context, name: str) -> list[str]:
    return [str(value) for key, value in context.invocation_metadata() or () if key == name]
