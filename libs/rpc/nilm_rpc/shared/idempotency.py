"""First answers that all replicas of a service share."""

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine
from typing import Any, cast

from redis.commands.core import AsyncScript

from nilm_rpc.idempotency import EmbeddedIdempotencyStore, IdempotencyStore, StoredAnswer
from nilm_rpc.shared.link import RedisAwayError, RedisLink

_USE = "repeats"
_KIND = "repeat"
_CLAIM = b"c"
_ANSWER = b"a"
_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.1

_KEEP = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 1) == 'a' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""Keeps an answer, unless there is one: the first stays."""

_GIVE_UP = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""


class RedisIdempotencyStore:
    """Answers over all processes; within this one while Redis is away.

    Each key is claimed in this process first, so that one of its callers asks Redis and the others
    wait for him. A claim in Redis ends after `claim_s`, in case its process was killed; `renew`
    keeps those alive that are being worked on. What Redis did not take is known to this process
    alone.
    """

    def __init__(
        self,
        link: RedisLink,
        local: IdempotencyStore | None = None,
        *,
        ttl_s: float = 86_400.0,
        claim_s: float = 20.0,
    ) -> None:
        self._link = link
        self._local = local or EmbeddedIdempotencyStore(ttl_s)
        self._ttl_ms = round(ttl_s * 1_000)
        self._claim_ms = round(claim_s * 1_000)
        self._claims: dict[str, bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._keep: AsyncScript = link.client.register_script(_KEEP)
        self._give_up: AsyncScript = link.client.register_script(_GIVE_UP)
        self._renew: AsyncScript = link.client.register_script(_RENEW)

    async def begin(self, key: str) -> StoredAnswer | None:
        """Claims a key, or returns its answer; waits while somebody else works on it."""
        if (known := await self._local.begin(key)) is not None:
            return known
        claim = self._claims[key] = _CLAIM + secrets.token_bytes(16)
        try:
            answer = await self._claim(key, claim)
        except RedisAwayError:
            return None
        except BaseException:
            await self.abandon(key)
            raise
        if answer is not None:
            del self._claims[key]
            await self._local.finish(key, answer)
        return answer

    async def finish(self, key: str, answer: StoredAnswer) -> None:
        """Keeps the answer of a claimed key."""
        del self._claims[key]
        await self._local.finish(key, answer)
        await self._even_if_cancelled(
            self._run(self._keep, key, _ANSWER + _pack(answer), self._ttl_ms)
        )

    async def abandon(self, key: str) -> None:
        """Gives a claimed key up, so that a repeat is a new try."""
        claim = self._claims.pop(key)
        await self._local.abandon(key)
        await self._even_if_cancelled(self._run(self._give_up, key, claim))

    async def renew(self) -> None:
        """Keeps the claims of this process alive until it is cancelled."""
        while True:
            await asyncio.sleep(self._claim_ms / 3_000)
            for key, claim in list(self._claims.items()):
                await self._run(self._renew, key, claim, self._claim_ms)

    async def _claim(self, key: str, claim: bytes) -> StoredAnswer | None:
        """Returns the answer, or None once the claim holds.

        Raises:
            RedisAwayError: Redis cannot be asked now.
        """
        name = self._link.key(_KIND, key)
        pause_s = _FIRST_PAUSE_S
        while True:
            held = cast(
                "bytes | None",
                await self._link.run(
                    _USE,
                    lambda redis: redis.set(name, claim, nx=True, get=True, px=self._claim_ms),
                ),
            )
            if held is None or held == claim:
                return None
            if held.startswith(_ANSWER):
                return _unpack(held.removeprefix(_ANSWER))
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _run(self, script: AsyncScript, key: str, *args: bytes | int) -> None:
        name = self._link.key(_KIND, key)
        with contextlib.suppress(RedisAwayError):
            await self._link.run(_USE, lambda redis: script([name], args, redis))

    async def _even_if_cancelled(self, work: Coroutine[Any, Any, None]) -> None:
        """Finishes the work where the call is cancelled meanwhile: others wait for the key."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.shield(task)


def _pack(answer: StoredAnswer) -> bytes:
    return bytes([len(answer.fingerprint)]) + answer.fingerprint + answer.response


def _unpack(packed: bytes) -> StoredAnswer:
    end = 1 + packed[0]
    return StoredAnswer(packed[1:end], packed[end:])
