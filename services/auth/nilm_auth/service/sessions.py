"""Sessions: started by a sign-in, carried on by refreshes, ended by many things."""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from nilm_auth.domain.session import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    RotationOutcome,
    SecretRecord,
    TokenPair,
)
from nilm_auth.domain.user import User
from nilm_auth.metrics import REFRESH_REUSES
from nilm_auth.ports.accounts import SessionStore, UserStore
from nilm_auth.ports.security import TokenSigner
from nilm_core.clock import Clock
from nilm_core.errors import UnauthenticatedError

_log = logging.getLogger(__name__)
_TOKEN_BYTES = 32


def new_secret(now: datetime, lifetime: timedelta) -> tuple[str, SecretRecord]:
    """Returns a fresh token of 256 random bits, and what the store keeps of it."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return token, SecretRecord(hash_secret(token), now, now + lifetime)


def hash_secret(token: str) -> str:
    """Returns what the store knows a token by."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Starts, refreshes and ends sessions."""

    def __init__(
        self, users: UserStore, sessions: SessionStore, signer: TokenSigner, clock: Clock
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._signer = signer
        self._clock = clock

    async def start(self, user: User) -> TokenPair:
        """Starts a session of an account."""
        token, kept = new_secret(self._clock.now(), REFRESH_LIFETIME)
        await self._sessions.start(user.user_id, kept)
        return self._pair(user, token, kept)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchanges a session's latest refresh token for a new pair.

        Raises:
            UnauthenticatedError: The token is unknown, expired or spent (which ends the session),
                or its account is disabled.
        """
        token, kept = new_secret(self._clock.now(), REFRESH_LIFETIME)
        rotation = await self._sessions.rotate(hash_secret(refresh_token), kept)
        if rotation.outcome is RotationOutcome.REUSED:
            REFRESH_REUSES.inc()
            _log.warning(
                "a spent refresh token was used again; its session was ended",
                extra={"user": rotation.user_id},
            )
        if rotation.outcome is not RotationOutcome.ROTATED:
            raise session_ended()
        user = await self._users.get(rotation.user_id)
        if user is None or user.is_disabled:
            await self._sessions.end_all(rotation.user_id)
            raise session_ended()
        return self._pair(user, token, kept)

    async def end(self, refresh_token: str) -> None:
        """Ends the session of a refresh token; an unknown one is no error."""
        await self._sessions.end(hash_secret(refresh_token))

    async def end_all(self, user_id: str) -> None:
        """Ends all sessions of an account."""
        await self._sessions.end_all(user_id)

    def _pair(self, user: User, token: str, kept: SecretRecord) -> TokenPair:
        access = self._signer.sign(
            user.user_id, kind="user", is_admin=user.is_admin, lifetime=ACCESS_LIFETIME
        )
        return TokenPair(access, token, kept.expire_time)


def session_ended() -> UnauthenticatedError:
    """Returns the error for a refresh token that no session goes on with."""
    return UnauthenticatedError(
        "the refresh token is not valid any more; sign in again", reason="REFRESH_TOKEN_INVALID"
    )
