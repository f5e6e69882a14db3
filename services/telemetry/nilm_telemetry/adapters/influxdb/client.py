"""The server: written to, asked, and its failures turned into errors of ours."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Self

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.domain.dialect import Dialect
from influxdb_client.rest import ApiException
from influxdb_client.service.ping_service import PingService
from influxdb_client.service.write_service import WriteService

from nilm_core.errors import NilmError, ResourceExhaustedError, UnavailableError
from nilm_rpc.call import find_call
from nilm_telemetry.adapters.influxdb.annotated import FluxAnswerError, Rows, parse
from nilm_telemetry.adapters.influxdb.config import InfluxConfig
from nilm_telemetry.adapters.influxdb.refusals import RETRY_AFTER, error_of

_log = logging.getLogger(__name__)

_STORED = 204
_NOT_FOUND = 404
_ANSWER_MARGIN_S = 0.25
"""What is left of a caller's deadline to tell him that the store is away."""
_LARGE_ANSWER = 64 << 10
"""From so many bytes on an answer is parsed off the event loop."""

_DIALECT = Dialect(
    header=True,
    delimiter=",",
    comment_prefix="#",
    annotations=["datatype", "group", "default"],
    date_time_format="RFC3339Nano",
)


def time_left(limit_s: float) -> float:
    """Returns how long may be waited for the server: `limit_s`, or less for the caller's sake."""
    call = find_call()
    if call is None or call.deadline is None:
        return limit_s
    left_s = call.deadline - asyncio.get_running_loop().time() - _ANSWER_MARGIN_S
    return max(0.0, min(limit_s, left_s))


class InfluxClient:
    """One organisation of a server; use it in `async with`."""

    def __init__(self, config: InfluxConfig) -> None:
        self.config = config
        self._running = asyncio.Semaphore(config.queries)
        self._waiting = 0
        self._is_away = False

    async def __aenter__(self) -> Self:
        self.api = InfluxDBClientAsync(
            self.config.url,
            self.config.token,
            self.config.org,
            timeout=aiohttp.ClientTimeout(total=self.config.request_timeout_s),
            allow_redirects=False,  # a token goes to the server that was named, and to no other
        )
        self._writes = WriteService(self.api.api_client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.api.close()

    async def write(self, bucket: str, body: bytes) -> None:
        """Stores line protocol that is compressed with gzip; all of it is stored on return.

        Raises:
            UnavailableError: The server is away, or refuses the token.
            FailedPreconditionError: It refused rows; others of the same body may be stored.
        """
        async with self.translated():
            _, status, _ = await self._writes.post_write_async(
                self.config.org,
                bucket,
                body,
                precision="us",
                content_encoding="gzip",
                async_req=False,
                _return_http_data_only=False,
            )
        if status != _STORED:
            raise UnavailableError(
                f"the time-series store answered a write with HTTP {status}, not {_STORED}",
                reason="STORE_FAILED",
                retry_after=RETRY_AFTER,
            )

    async def query(self, flux: str) -> list[Rows]:
        """Returns what a query answers.

        Raises:
            ResourceExhaustedError: Too many queries wait.
            UnavailableError: The server is away, or refuses the token.
        """
        if self._waiting >= self.config.max_waiting:
            raise ResourceExhaustedError(
                "too many queries are waiting; try again in a moment",
                reason="READ_QUEUE_FULL",
                retry_after=timedelta(seconds=1),
            )
        self._waiting += 1
        try:
            async with self.translated(), asyncio.timeout(time_left(self.config.request_timeout_s)):
                async with self._running:
                    text: str = await self.api.query_api().query_raw(flux, dialect=_DIALECT)
                data = text.encode()
                if len(data) < _LARGE_ANSWER:
                    return parse(data)
                return await asyncio.to_thread(parse, data)
        finally:
            self._waiting -= 1

    async def check(self) -> None:
        """Raises UnavailableError where the server does not answer."""
        async with self.translated():
            await PingService(self.api.api_client).get_ping_async()

    async def call(self, method: Any, *arguments: Any, **named: Any) -> Any:
        """Returns what a method of one of the client's services answers.

        Raises:
            NilmError: The server is away, or refuses.
        """
        async with self.translated():
            return await method(*arguments, **named)

    async def find(self, method: Any, **named: Any) -> Any:
        """Returns what a method of one of the client's services answers, None where it is 404.

        Raises:
            NilmError: The server is away, or refuses.
        """
        async with self.translated():
            try:
                return await method(**named)
            except ApiException as error:
                if error.status != _NOT_FOUND:
                    raise
                return None

    @asynccontextmanager
    async def translated(self) -> AsyncIterator[None]:
        """Turns the client's errors into ours; logs that the server is away and back once each."""
        try:
            yield
        except ApiException as error:
            raise self._noted(error_of(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            told = UnavailableError(
                "the time-series store does not answer; try again in a moment",
                reason="STORE_AWAY",
                retry_after=RETRY_AFTER,
            )
            raise self._noted(told, cause=str(error) or type(error).__name__) from error
        except FluxAnswerError as error:
            _log.exception("a query failed")
            raise UnavailableError(
                "the time-series store failed; try again in a moment",
                reason="STORE_FAILED",
                retry_after=RETRY_AFTER,
            ) from error
        else:
            if self._is_away:
                self._is_away = False
                _log.info("the time-series store answers again")

    def _noted(self, error: NilmError, cause: str = "") -> NilmError:
        if isinstance(error, UnavailableError):
            if not self._is_away:
                _log.warning(
                    "the time-series store is away", extra={"cause": cause or error.message}
                )
            self._is_away = True
        return error
