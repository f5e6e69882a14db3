"""The calls to Supabase Auth; see `openapi.yaml` of supabase/auth."""

import logging
import re
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from nilm_auth.adapters.supabase_auth.answers import (
    AccountAnswer,
    SessionAnswer,
    SettingsAnswer,
    error_code,
    error_message,
)
from nilm_auth.adapters.supabase_auth.refusal import Refusal
from nilm_core.errors import UnavailableError

Scope = Literal["local", "global"]
"""Which sessions a sign-out ends: that of the token, or all of its account."""

_log = logging.getLogger(__name__)
_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_API_VERSION = "2024-01-01"
_RETRY_AFTER = timedelta(seconds=2)
_RETRY_AFTER_LIMIT = timedelta(seconds=60)
_SECONDS = re.compile(r"(\d{1,5}) seconds")
_TOO_MANY = 429
_SIGNED_OUT = frozenset({401, 403, 404})

_Answer = TypeVar("_Answer", bound=BaseModel)


class SupabaseAuthClient:
    """Calls Supabase Auth without keeping anything from one call to the next.

    Each call carries its own identity, and cookies are thrown away: of two people at once, neither
    can act as the other.

    Args:
        url: Address of Supabase Auth, such as `https://PROJECT.supabase.co/auth/v1`.
        key: The project's publishable key.
    """

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"apikey": key, "x-supabase-api-version": _API_VERSION},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=_TIMEOUT,
        )
        self._is_away = False

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def sign_up(self, email: str, password: str, display_name: str) -> SessionAnswer | None:
        """Makes an account; None where its address is to be confirmed first."""
        body = {"email": email, "password": password, "data": {"display_name": display_name}}
        answer = await self._call("POST", "/signup", body=body)
        return _read(SessionAnswer, answer) if "access_token" in answer else None

    async def sign_in(self, email: str, password: str) -> SessionAnswer:
        """Starts a session."""
        body = {"email": email, "password": password}
        query = {"grant_type": "password"}
        return _read(SessionAnswer, await self._call("POST", "/token", query=query, body=body))

    async def refresh(self, refresh_token: str) -> SessionAnswer:
        """Carries a session on."""
        body = {"refresh_token": refresh_token}
        query = {"grant_type": "refresh_token"}
        return _read(SessionAnswer, await self._call("POST", "/token", query=query, body=body))

    async def sign_out(self, access_token: str, scope: Scope) -> None:
        """Ends the session of a token, or all of its account; one that has ended is no error.

        Raises:
            NilmError: Supabase Auth will not or cannot do it.
        """
        try:
            await self._call("POST", "/logout", token=access_token, query={"scope": scope})
        except Refusal as refusal:
            if refusal.status not in _SIGNED_OUT:
                raise refusal.error() from refusal

    async def account(self, access_token: str) -> AccountAnswer:
        """Returns the account of a token."""
        return _read(AccountAnswer, await self._call("GET", "/user", token=access_token))

    async def change(self, access_token: str, changes: dict[str, Any]) -> AccountAnswer:
        """Changes `email`, `password` or `data` of a token's account."""
        answer = await self._call("PUT", "/user", token=access_token, body=changes)
        return _read(AccountAnswer, answer)

    async def recover(self, email: str, redirect_to: str) -> None:
        """Sends a message that sets a forgotten password anew; its link ends at `redirect_to`."""
        query = {"redirect_to": redirect_to} if redirect_to else {}
        await self._call("POST", "/recover", query=query, body={"email": email})

    async def verify_recovery(self, token_hash: str) -> SessionAnswer:
        """Takes the token of such a message for a session."""
        body = {"type": "recovery", "token_hash": token_hash}
        return _read(SessionAnswer, await self._call("POST", "/verify", body=body))

    async def settings(self) -> SettingsAnswer:
        """Returns how the project's sign-in is set up."""
        return _read(SettingsAnswer, await self._call("GET", "/settings"))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Returns the JSON object of an answer; empty where there is none.

        Raises:
            Refusal: Supabase Auth will not do it.
            UnavailableError: It cannot be reached, or is not well.
        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._http.request(
                method, path, params=query, json=body, headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._away(type(error).__name__) from error
        if answer.is_server_error:
            raise self._away(f"it answered {answer.status_code}")
        if self._is_away:
            self._is_away = False
            _log.info("Supabase Auth answers again")
        content = _object(answer)
        if not answer.is_success:
            raise Refusal(
                answer.status_code,
                error_code(content),
                error_message(content),
                _retry_after(answer, error_message(content)),
            )
        return content

    def _away(self, why: str) -> UnavailableError:
        if not self._is_away:
            self._is_away = True
            _log.warning("Supabase Auth cannot be used now: %s", why)
        return _unavailable("the sign-in server cannot be reached now; try again soon")


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _read(kind: type[_Answer], content: dict[str, Any]) -> _Answer:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        _log.error(
            "an answer of Supabase Auth has not the expected %s", fields
        )  # the error holds tokens
    raise _unavailable("the sign-in server answered what was not understood")


def _unavailable(message: str) -> UnavailableError:
    return UnavailableError(
        message, reason="IDENTITY_PROVIDER_UNAVAILABLE", retry_after=_RETRY_AFTER
    )


def _retry_after(answer: httpx.Response, message: str) -> timedelta | None:
    """Returns how long to wait, which some answers tell in a header and some in words."""
    if answer.status_code != _TOO_MANY:
        return None
    header = answer.headers.get("retry-after", "")
    if header.isdigit():
        return timedelta(seconds=int(header))
    found = _SECONDS.search(message)
    return timedelta(seconds=int(found[1])) if found else _RETRY_AFTER_LIMIT
