"""The connection to Redis: short waits, and none while it is away."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from nilm_core.errors import FailedPreconditionError
from nilm_rpc import metrics

_log = logging.getLogger(__name__)

_MAX_CONNECTIONS = 32
_SCHEMES = ("redis", "rediss", "unix")
FAILURES = (RedisError, OSError, TimeoutError)
"""What comes out of a command that Redis did not serve."""

T = TypeVar("T")


class RedisAwayError(Exception):
    """Redis did not serve a command; the caller goes on without it."""


class RedisLink:
    """Runs commands, each for at most `timeout_s`.

    After a failure every command is refused at once, and a probe asks every `retry_s` whether
    Redis is back: no call waits for a server that is known to be away. Being away is logged once
    when the probe has confirmed it, and so is its end. What Redis refuses (rights, memory) is
    logged once for each use and shuts nothing.

    Args:
        address: `redis://`, `rediss://` (TLS) or `unix://`, with user and password if needed.
        prefix: Begins every key and channel.
        timeout_s: Longest wait for a command, the connection included.
        retry_s: Time between two probes.

    Raises:
        FailedPreconditionError: The address is none.
    """

    def __init__(
        self, address: str, *, prefix: str = "nilm", timeout_s: float = 0.1, retry_s: float = 1.0
    ) -> None:
        self.prefix = prefix
        self.timeout_s = timeout_s
        self.retry_s = retry_s
        self.client = _client(address, timeout_s)
        self._probe: asyncio.Task[None] | None = None
        self._refused: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.gather(self._probe, return_exceptions=True)
        with contextlib.suppress(*FAILURES):
            await self.client.aclose()

    @property
    def is_away(self) -> bool:
        """Whether commands are refused now."""
        return self._probe is not None

    def key(self, kind: str, text: str) -> str:
        """Returns a key of a kind; the text may be anybody's and is only there as a digest."""
        digest = hashlib.blake2b(text.encode(), digest_size=20).hexdigest()
        return f"{self.prefix}:{kind}:{digest}"

    async def run(self, use: str, command: Callable[[Redis], Awaitable[T]]) -> T:
        """Runs a command for a use, such as `limits`.

        Raises:
            RedisAwayError: Redis did not serve it.
        """
        if self.is_away:
            metrics.REDIS_FALLBACKS.labels(use).inc()
            raise RedisAwayError
        task = asyncio.current_task()
        cancellations = 0 if task is None else task.cancelling()
        try:
            async with asyncio.timeout(self.timeout_s):
                result = await command(self.client)
        except FAILURES as error:
            metrics.REDIS_FALLBACKS.labels(use).inc()
            self.failed(use, error)
            raise RedisAwayError from error
        if task is not None and task.cancelling() > cancellations:
            # The client sends by asyncio.wait_for, which before Python 3.12 may swallow this.
            raise asyncio.CancelledError
        self.served(use)
        return result

    def failed(self, use: str, error: Exception) -> None:
        """Takes note of a command that failed."""
        if isinstance(error, ResponseError):
            if use not in self._refused:
                self._refused.add(use)
                _log.warning("redis refuses", extra={"use": use, "failure": str(error)})
        elif self._probe is None:
            self._probe = asyncio.create_task(self._until_back())

    def served(self, use: str) -> None:
        """Takes note of a command that succeeded."""
        if use in self._refused:
            self._refused.remove(use)
            _log.info("redis serves again", extra={"use": use})

    async def _until_back(self) -> None:
        is_logged = False
        while (failure := await self._ping()) is not None:
            if not is_logged:
                is_logged = True
                metrics.REDIS_AWAY.set(1)
                _log.warning("redis is away", extra={"failure": failure})
            await asyncio.sleep(self.retry_s)
        if is_logged:
            metrics.REDIS_AWAY.set(0)
            _log.info("redis is back")
        self._probe = None

    async def _ping(self) -> str | None:
        """Returns what a ping over a new connection fails with, or None where it is answered."""
        try:
            async with asyncio.timeout(self.timeout_s):
                await self.client.connection_pool.disconnect(inuse_connections=False)
                await self.client.ping()
        except FAILURES as error:
            return str(error) or type(error).__name__
        return None


def _client(address: str, timeout_s: float) -> Any:
    if urlsplit(address).scheme not in _SCHEMES:
        raise FailedPreconditionError(
            "redis_url: is no address of a Redis; begin it with redis://, rediss:// or unix://"
        )
    try:
        pool = BlockingConnectionPool.from_url(
            address,
            max_connections=_MAX_CONNECTIONS,
            timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
            driver_info=None,
        )
    except ValueError:
        raise FailedPreconditionError(
            "redis_url: cannot be read; write it as redis://user:password@host:port/database, with "
            "reserved characters of the password percent-encoded"
        ) from None
    return Redis.from_pool(pool)
