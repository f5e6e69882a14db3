"""First answers, kept so that a repeat of a request gets the same one."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a request was answered with."""

    fingerprint: bytes
    """Digest of the request, to tell a repeat from another request of the same id."""
    response: bytes
    """The serialised response."""


class IdempotencyStore(Protocol):
    """Keeps the first answer of each key."""

    async def begin(self, key: str) -> StoredAnswer | None:
        """Claims a key, or returns its answer; waits while somebody else works on it."""
        ...

    async def finish(self, key: str, answer: StoredAnswer) -> None:
        """Keeps the answer of a claimed key."""
        ...

    async def abandon(self, key: str) -> None:
        """Gives a claimed key up, so that a repeat is a new try."""
        ...


class EmbeddedIdempotencyStore:
    """Answers within this process, for `ttl_s` and at most `max_bytes` of them."""

    def __init__(
        self,
        ttl_s: float = 86_400.0,
        max_bytes: int = 32 << 20,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ttl_s = ttl_s
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._bytes = 0
        self._answers: OrderedDict[str, tuple[StoredAnswer, float]] = OrderedDict()
        self._claims: dict[str, asyncio.Event] = {}

    async def begin(self, key: str) -> StoredAnswer | None:
        """Claims a key, or returns its answer; waits while somebody else works on it."""
        while (claim := self._claims.get(key)) is not None:
            await claim.wait()
        self._drop_old()
        if (known := self._answers.get(key)) is not None:
            return known[0]
        self._claims[key] = asyncio.Event()
        return None

    async def finish(self, key: str, answer: StoredAnswer) -> None:
        """Keeps the answer of a claimed key."""
        self._answers[key] = (answer, self._monotonic())
        self._bytes += self._size(key, answer)
        self._drop_old()
        self._claims.pop(key).set()

    async def abandon(self, key: str) -> None:
        """Gives a claimed key up, so that a repeat is a new try."""
        self._claims.pop(key).set()

    def _drop_old(self) -> None:
        oldest_kept = self._monotonic() - self._ttl_s
        while self._answers:
            key, (answer, stored_at) = next(iter(self._answers.items()))
            if self._bytes <= self._max_bytes and stored_at >= oldest_kept:
                return
            del self._answers[key]
            self._bytes -= self._size(key, answer)

    @staticmethod
    def _size(key: str, answer: StoredAnswer) -> int:
        return len(key) + len(answer.fingerprint) + len(answer.response)
