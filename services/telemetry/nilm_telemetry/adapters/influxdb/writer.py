"""Writes to one bucket: what waits while a request is on its way goes into the next one.

One request is on its way at a time, so of one time the last write wins. A caller is answered once
the server has stored his rows. While the server is away every caller is told so at once: nothing is
kept for later, so memory stays bounded, and who wrote tries again.
"""

import asyncio
import contextlib
import contextvars
import logging
from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

from nilm_core.errors import (
    FailedPreconditionError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)
from nilm_telemetry import metrics
from nilm_telemetry.adapters.influxdb.client import InfluxClient, time_left
from nilm_telemetry.adapters.influxdb.lines import compressed
from nilm_telemetry.adapters.influxdb.refusals import RETRY_AFTER

_log = logging.getLogger(__name__)

Lines = Callable[[], Sequence[bytes]]
"""Makes the line protocol of a write; called off the event loop."""


@dataclass(frozen=True, slots=True)
class _Pending:
    lines: Lines
    rows: int
    done: asyncio.Future[None]


class BucketWriter:
    """The one way into a bucket; use it in `async with`."""

    def __init__(self, client: InfluxClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._queue: deque[_Pending] = deque()
        self._queued_rows = 0
        self._wake = asyncio.Event()
        self._closing = False

    @property
    def queued_rows(self) -> int:
        """Rows that wait or are on their way."""
        return self._queued_rows

    async def __aenter__(self) -> Self:
        # in no call's context: what it sends belongs to many
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._client.config.request_timeout_s):
                await self._task
        self._answer_waiting(UnavailableError("the store is closing", retry_after=RETRY_AFTER))

    async def write(self, lines: Lines, rows: int) -> None:
        """Sends rows; returns when the server has stored them.

        Raises:
            ResourceExhaustedError: Too many rows wait to be written.
            UnavailableError: The server is away, or did not answer in time.
            FailedPreconditionError: The server refused rows.
        """
        config = self._client.config
        if self._closing:
            raise UnavailableError("the store is closing", retry_after=RETRY_AFTER)
        if self._queued_rows + rows > config.max_queued_rows:
            raise ResourceExhaustedError(
                "too many readings wait to be written; try again in a moment",
                reason="WRITE_QUEUE_FULL",
                retry_after=RETRY_AFTER,
            )
        pending = _Pending(lines, rows, asyncio.get_running_loop().create_future())
        self._queued_rows += rows
        self._queue.append(pending)
        self._wake.set()
        try:
            async with asyncio.timeout(time_left(config.write_timeout_s)):
                await pending.done
        except TimeoutError as error:
            raise UnavailableError(
                "the time-series store did not answer in time; try again in a moment",
                reason="STORE_AWAY",
                retry_after=RETRY_AFTER,
            ) from error
        finally:
            del pending  # it holds the error, whose traceback holds this frame and what was sent

    async def _run(self) -> None:
        while True:
            if not self._queue:
                if self._closing:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._send(self._next_group())

    def _next_group(self) -> list[_Pending]:
        group: list[_Pending] = []
        rows = 0
        while self._queue and rows < self._client.config.batch_rows:
            pending = self._queue.popleft()
            group.append(pending)
            rows += pending.rows
        return group

    async def _send(self, group: list[_Pending]) -> None:
        """Sends a group; where rows are refused, each write alone, so that each gets its answer."""
        wanted = [pending for pending in group if not pending.done.done()]
        error: NilmError | None = None
        try:
            if wanted:
                body = await asyncio.to_thread(_body, wanted)
                await self._client.write(self._bucket, body)
                metrics.COMMITTED_ROWS.observe(sum(pending.rows for pending in wanted))
        except FailedPreconditionError as refusal:
            if len(wanted) > 1:
                for pending in group:
                    await self._send([pending])
                return
            error = refusal
        except NilmError as failure:
            error = failure
            if isinstance(failure, UnavailableError):
                self._answer_waiting(failure)
        except Exception:  # noqa: BLE001 those who wait are answered and the writer goes on
            _log.exception("a write failed")
            error = UnavailableError(
                "the store failed; try again", reason="STORE_FAILED", retry_after=RETRY_AFTER
            )
        self._answer(group, error)
        del error  # its traceback holds this frame

    def _answer_waiting(self, error: NilmError) -> None:
        waiting = list(self._queue)
        self._queue.clear()
        self._answer(waiting, error)

    def _answer(self, group: Sequence[_Pending], error: NilmError | None) -> None:
        for pending in group:
            self._queued_rows -= pending.rows
            if pending.done.done():
                continue
            if error is None:
                pending.done.set_result(None)
            else:
                # his own: a traceback that all share would hold what each of them sent
                pending.done.set_exception(copy(error))


def _body(group: Sequence[_Pending]) -> bytes:
    return compressed([part for pending in group for part in pending.lines()])
