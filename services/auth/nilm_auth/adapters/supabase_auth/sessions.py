"""Sessions that Supabase Auth keeps."""

import logging

from nilm_auth.adapters.supabase_auth.client import SupabaseAuthClient
from nilm_auth.adapters.supabase_auth.refusal import INVALID_FORM, REUSED, Refusal
from nilm_auth.domain.session import TokenPair
from nilm_auth.metrics import REFRESH_REUSES
from nilm_auth.service.mirror import Mirror
from nilm_auth.service.sessions import session_ended
from nilm_core.clock import Clock
from nilm_core.errors import NilmError, PermissionDeniedError, UnauthenticatedError

_log = logging.getLogger(__name__)


class SupabaseSessions:
    """The SessionIdentity of Supabase Auth."""

    def __init__(self, client: SupabaseAuthClient, mirror: Mirror, clock: Clock) -> None:
        self._client = client
        self._mirror = mirror
        self._clock = clock

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchanges a session's latest refresh token for a new pair.

        Supabase takes a spent token again for some seconds, 10 by default, and answers with the
        session's present one; after them, it ends the session.
        """
        try:
            session = await self._client.refresh(refresh_token)
        except Refusal as refusal:
            if refusal.code == REUSED:
                REFRESH_REUSES.inc()
                _log.warning("a spent refresh token was used again; Supabase ended its session")
            raise _failure(refusal) from refusal
        user = await self._mirror.keep(session.user.user())
        if user.is_disabled:
            await self._client.sign_out(session.access_token, "local")
            raise session_ended()
        return session.tokens(self._clock.now())

    async def end(self, refresh_token: str) -> None:
        """Ends the session of a refresh token; an unknown one is no error.

        Supabase ends sessions by their access token, so the refresh token is spent for one.
        """
        try:
            session = await self._client.refresh(refresh_token)
        except Refusal as refusal:
            error = _failure(refusal)
            if isinstance(error, UnauthenticatedError):
                return
            raise error from refusal
        await self._client.sign_out(session.access_token, "local")

    async def end_all(self, user_id: str) -> None:
        """Does nothing: `refresh` ends each session of a disabled account that is carried on."""


def _failure(refusal: Refusal) -> NilmError:
    """Returns the error for a refresh token that Supabase did not take.

    One that is not of Supabase's form is none of its sessions', such as one that is left from the
    time before Supabase signed people in here.
    """
    if refusal.code == INVALID_FORM:
        return session_ended()
    error = refusal.error()
    ends = isinstance(error, PermissionDeniedError | UnauthenticatedError)
    return session_ended() if ends else error
