"""Forgotten passwords that Supabase Auth sets anew."""

import logging

import jwt

from nilm_auth.adapters.supabase_auth.client import SupabaseAuthClient
from nilm_auth.adapters.supabase_auth.refusal import MAIL_LIMIT, Refusal
from nilm_core.errors import InvalidArgumentError, UnauthenticatedError

_log = logging.getLogger(__name__)
_METHODS = frozenset({"otp", "recovery"})


class SupabaseResets:
    """The ResetIdentity of Supabase Auth.

    Args:
        page: Address of the page that sets the password; empty for the project's own.
    """

    def __init__(self, client: SupabaseAuthClient, *, page: str) -> None:
        self._client = client
        self._page = page

    async def request(self, email: str) -> None:
        """Lets Supabase send its message.

        Only an address with an account can have been sent too many, so that is not told.
        """
        try:
            await self._client.recover(email, self._page)
        except Refusal as refusal:
            if refusal.code != MAIL_LIMIT:
                raise refusal.error() from refusal
            _log.warning("Supabase sends no further message for now: %s", refusal.message)

    async def reset(self, token: str, password: str) -> None:
        """Sets a password by what the message's link carried, and ends all sessions.

        That is the token's hash, where the message is made with `{{ .TokenHash }}`, or the access
        token of the session that the link of Supabase's own message has started.
        """
        is_hash = "." not in token
        access_token = await self._redeem(token) if is_hash else _recovery_session(token)
        try:
            await self._client.change(access_token, {"password": password})
        except Refusal as refusal:
            error = refusal.error(password_field="new_password")  # noqa: S106 # a field's name
            if isinstance(error, UnauthenticatedError):
                raise _spent() from refusal
            if is_hash and isinstance(error, InvalidArgumentError):
                raise InvalidArgumentError.of_field(
                    "new_password",
                    f"{error.violations[0].description} The link is used up: ask for a new one.",
                ) from refusal
            raise error from refusal
        await self._client.sign_out(access_token, "global")

    async def _redeem(self, token_hash: str) -> str:
        try:
            return (await self._client.verify_recovery(token_hash)).access_token
        except Refusal as refusal:
            if refusal.retry_after is not None:
                raise refusal.error() from refusal
            raise _spent() from refusal


def _recovery_session(token: str) -> str:
    """Returns an access token that a message's link has started a session with.

    The session of a sign-in is none: who got hold of its token could set the password without
    knowing it. Supabase verifies the token itself when it is used.

    Raises:
        InvalidArgumentError: It is no such token.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        methods = {method["method"] for method in claims["amr"]}
    except (jwt.PyJWTError, KeyError, TypeError):
        raise _spent() from None
    if not methods & _METHODS:
        raise _spent()
    return token


def _spent() -> InvalidArgumentError:
    return InvalidArgumentError.of_field(
        "token", "is not valid any more; ask for a new one and use it soon"
    )
