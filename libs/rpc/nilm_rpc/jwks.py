"""Public keys fetched from a JWKS document, kept, and refreshed without a stampede."""

import asyncio
import json
import logging
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import jwt

from nilm_core.errors import UnauthenticatedError, UnavailableError

_log = logging.getLogger(__name__)

_FETCH_TIMEOUT_S = 5.0
_MAX_DOCUMENT_BYTES = 1 << 20
_RETRY_AFTER_FAILURE_S = 2.0

FetchJwks = Callable[[], Awaitable[Mapping[str, Any]]]


def fetch_over_http(url: str) -> FetchJwks:
    """Returns a fetcher of the JWKS document at `url`.

    Raises:
        ValueError: `url` is not an http or https address.
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"jwks_url: {url!r} must begin with http:// or https://")

    def fetch() -> Mapping[str, Any]:
        with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310 scheme checked above
            document: Mapping[str, Any] = json.loads(answer.read(_MAX_DOCUMENT_BYTES))
            return document

    async def fetch_in_thread() -> Mapping[str, Any]:
        return await asyncio.to_thread(fetch)

    return fetch_in_thread


class JwksKeys:
    """The keys of one JWKS document.

    They are fetched on first use and again after `ttl_s`. A key id that is not among them causes a
    fetch at most every `min_refresh_s`. One fetch runs at a time. While the document cannot be
    fetched, the known keys go on being used.
    """

    def __init__(
        self,
        fetch: FetchJwks,
        *,
        ttl_s: float,
        min_refresh_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._ttl_s = ttl_s
        self._min_refresh_s = min_refresh_s
        self._monotonic = monotonic
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._failed_at = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> jwt.PyJWK:
        """Returns the key of an id.

        Raises:
            UnauthenticatedError: The document has no such key.
            UnavailableError: No key was ever fetched.
        """
        if self._age_s() > self._ttl_s:
            await self._refresh(self._ttl_s)
        if key_id not in self._keys and self._age_s() >= self._min_refresh_s:
            await self._refresh(self._min_refresh_s)
        if not self._keys:
            raise UnavailableError(
                "the keys to verify tokens with cannot be fetched now",
                reason="JWKS_UNAVAILABLE",
                retry_after=timedelta(seconds=_RETRY_AFTER_FAILURE_S),
            )
        try:
            return self._keys[key_id]
        except KeyError:
            raise UnauthenticatedError("the token is signed by an unknown key") from None

    def _age_s(self) -> float:
        return self._monotonic() - self._fetched_at

    async def _refresh(self, older_than_s: float) -> None:
        async with self._lock:
            if self._age_s() < older_than_s:
                return  # somebody else fetched while this one waited
            if self._monotonic() - self._failed_at < _RETRY_AFTER_FAILURE_S:
                return
            try:
                document = await self._fetch()
                keys = jwt.PyJWKSet.from_dict(dict(document)).keys
            except (OSError, ValueError, jwt.PyJWTError) as error:
                if self._failed_at < self._fetched_at or self._fetched_at == float("-inf"):
                    _log.warning("JWKS cannot be fetched, known keys stay in use: %s", error)
                self._failed_at = self._monotonic()
                return
            self._keys = {key.key_id: key for key in keys if key.key_id}
            self._fetched_at = self._monotonic()
