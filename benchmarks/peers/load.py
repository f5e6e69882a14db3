"""Callers that each call again as soon as they are answered, in a process of their own."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import nan
from multiprocessing import get_context

import numpy as np

from benchmarks.peers.clients import FAILURES, Ask, Client
from benchmarks.peers.network import Float32Array

_PAUSE_AFTER_FAILURE_S = 0.1


@dataclass(frozen=True)
class Load:
    """How a server is called."""

    callers: int
    batch: int
    """Windows that a caller asks about at once."""


@dataclass(frozen=True)
class Sample:
    """What was measured of one load."""

    windows_per_s: float
    """By the share of each call that lies within the time measured."""
    p50_ms: float
    """NaN where no call was answered; so is `p99_ms`."""
    p99_ms: float
    calls: int
    failed_calls: int
    """Refused or broken off; they count nowhere else."""


@dataclass(frozen=True, slots=True)
class _Call:
    started: float
    ended: float
    has_failed: bool

    @property
    def duration_s(self) -> float:
        return self.ended - self.started

    def share_within(self, began: float, ended: float) -> float:
        """Returns which share of a call lies within a time, so that no batch is cut off whole."""
        return max(0.0, min(self.ended, ended) - max(self.started, began)) / self.duration_s


class LoadGenerator:
    """One process that stays, so that no measurement waits for its start."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    async def answers(self, client: Client, windows_w: Float32Array) -> Float32Array | None:
        """Returns what a server says about windows, shape (B, 2); None where it does not answer."""
        return await asyncio.wrap_future(self._pool.submit(_answers, client, windows_w))

    async def measure(
        self, client: Client, windows_w: Float32Array, load: Load, warm_up_s: float, seconds: float
    ) -> Sample:
        """Measures one load for some seconds, after the same load has run for `warm_up_s`."""
        asked_w = windows_w[: load.batch]
        return await asyncio.wrap_future(
            self._pool.submit(_measure, client, asked_w, load.callers, warm_up_s, seconds)
        )

    def close(self) -> None:
        """Ends the process."""
        self._pool.shutdown()


def _answers(client: Client, windows_w: Float32Array) -> Float32Array | None:
    async def ask_once() -> Float32Array:
        async with AsyncExitStack() as stack:
            asks = await _open(client, windows_w, stack)
            return np.concatenate([client.decode(await ask()) for ask in asks])

    try:
        return asyncio.run(ask_once())
    except FAILURES:
        return None


def _measure(
    client: Client, windows_w: Float32Array, callers: int, warm_up_s: float, seconds: float
) -> Sample:
    calls, began = asyncio.run(_run(client, windows_w, callers, warm_up_s, seconds))
    inside = [call for call in calls if call.share_within(began, began + seconds) > 0.0]
    answered = [call for call in inside if not call.has_failed]
    windows = len(windows_w) * sum(call.share_within(began, began + seconds) for call in answered)
    p50_ms, p99_ms = np.percentile([call.duration_s * 1_000 for call in answered] or nan, (50, 99))
    return Sample(
        windows_per_s=windows / seconds,
        p50_ms=float(p50_ms),
        p99_ms=float(p99_ms),
        calls=len(answered),
        failed_calls=len(inside) - len(answered),
    )


async def _run(
    client: Client, windows_w: Float32Array, callers: int, warm_up_s: float, seconds: float
) -> tuple[list[_Call], float]:
    """Returns all calls and when the time that counts began; nobody stops before its end."""
    async with AsyncExitStack() as stack:
        asks = await _open(client, windows_w, stack)
        began = time.perf_counter() + warm_up_s
        calls: list[_Call] = []

        async def call_again_and_again() -> None:
            while (started := time.perf_counter()) < began + seconds:
                try:
                    if len(asks) == 1:
                        await asks[0]()
                    else:
                        await asyncio.gather(*(ask() for ask in asks))
                except FAILURES:
                    ended, has_failed = time.perf_counter(), True
                    await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
                else:
                    ended, has_failed = time.perf_counter(), False
                calls.append(_Call(started, ended, has_failed))

        await asyncio.gather(*(call_again_and_again() for _ in range(callers)))
    return calls, began


async def _open(client: Client, windows_w: Float32Array, stack: AsyncExitStack) -> Sequence[Ask]:
    """Returns the calls that together ask about the windows."""
    pieces = np.split(windows_w, range(client.max_windows, len(windows_w), client.max_windows))
    return [await stack.enter_async_context(client.open(piece)) for piece in pieces]
