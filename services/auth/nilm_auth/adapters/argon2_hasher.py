"""Passwords by argon2id (RFC 9106), off the event loop and few at a time."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nilm_auth.metrics import PASSWORDS_WAITING
from nilm_core.errors import ResourceExhaustedError

_MAX_WAITING = 64
_RETRY_AFTER = timedelta(seconds=2)

Result = TypeVar("Result")


class Argon2Hasher:
    """The PasswordHasher by argon2id.

    Args:
        memory_kib: Memory of one hashing, KiB; each thread takes as much.
        passes: Passes over that memory.
        threads: How many hashings run at once.
    """

    def __init__(self, *, memory_kib: int, passes: int, threads: int) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._waiting = 0
        # Somebody's hash for those who have none, so that comparing takes as long.
        self._nobody = self._argon2.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Returns the hash of a password, with its salt and parameters."""
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tells whether a password has a hash; None takes as long and is False."""

        def compare() -> bool:
            try:
                self._argon2.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
            return password_hash is not None

        return await self._run(compare)

    def is_outdated(self, password_hash: str) -> bool:
        """Tells whether a hash was made with other parameters than the present ones."""
        return self._argon2.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Ends the threads, after what runs in them."""
        self._executor.shutdown()

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= _MAX_WAITING:
            raise ResourceExhaustedError(
                "too many sign-ins at once; try again in a moment",
                reason="SIGN_IN_BUSY",
                retry_after=_RETRY_AFTER,
            )
        self._waiting += 1
        PASSWORDS_WAITING.set(self._waiting)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._waiting -= 1
            PASSWORDS_WAITING.set(self._waiting)
