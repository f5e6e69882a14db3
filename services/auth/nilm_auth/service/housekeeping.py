"""What the service does by itself, now and then."""

import asyncio
import logging
from datetime import timedelta

from nilm_auth.ports.accounts import ResetStore, SessionStore
from nilm_core.clock import Clock
from nilm_core.errors import UnavailableError

_log = logging.getLogger(__name__)
_PERIOD = timedelta(hours=1)


class Housekeeping:
    """Forgets tokens that have expired."""

    def __init__(self, sessions: SessionStore, resets: ResetStore, clock: Clock) -> None:
        self._sessions = sessions
        self._resets = resets
        self._clock = clock

    async def run(self) -> None:
        """Prunes every hour until it is cancelled."""
        while True:
            try:
                await self.prune()
            except UnavailableError as error:
                _log.warning("expired tokens stay for now: %s", error)
            await asyncio.sleep(_PERIOD.total_seconds())

    async def prune(self) -> None:
        """Forgets what has expired."""
        now = self._clock.now()
        count = await self._sessions.prune(now) + await self._resets.prune(now)
        if count:
            _log.info("%d expired tokens were forgotten", count)
