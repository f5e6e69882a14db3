"""Runs single windows of many callers together."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from nilm_core.errors import ResourceExhaustedError, UnavailableError
from nilm_inference import metrics
from nilm_inference.domain.series import Float32Array
from nilm_inference.engine.executor import TorchExecutor
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate, evaluate_windows

_RETRY_AFTER = timedelta(seconds=1)

Answer = tuple[float, float]
"""Power, W, and confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    model: LoadedModel
    window_w: Float32Array
    answer: asyncio.Future[Answer]


class WindowBatcher:
    """A bounded queue in front of the executor.

    What came in while a batch ran is the next batch. An idle engine runs a lone window at once; it
    waits, and only for up to `max_wait_s`, where the callers of the last batch are likely to be
    back with their next window.
    """

    def __init__(
        self,
        executor: TorchExecutor,
        *,
        max_batch: int = 128,
        queue_size: int = 1_024,
        max_wait_s: float = 0.003,
    ) -> None:
        self._executor = executor
        self._max_batch = max_batch
        self._queue_size = queue_size
        self._max_wait_s = max_wait_s
        self._queue: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._is_closed = False
        metrics.QUEUE_DEPTH.set_function(lambda: len(self._queue))

    async def estimate(self, model: LoadedModel, window_w: Float32Array) -> Answer:
        """Returns what a model says about the middle of a window, W, shape (window,).

        A caller that is cancelled leaves the queue.

        Raises:
            ResourceExhaustedError: The queue is full.
            UnavailableError: The service is stopping.
        """
        if self._is_closed:
            raise UnavailableError("inference is stopping", retry_after=_RETRY_AFTER)
        if len(self._queue) >= self._queue_size:
            raise ResourceExhaustedError(
                f"{self._queue_size} windows are waiting already; try again in a second",
                reason="QUEUE_FULL",
                retry_after=_RETRY_AFTER,
            )
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        waiting = _Waiting(model, window_w, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        try:
            return await waiting.answer
        finally:
            if waiting.answer.cancelled() and waiting in self._queue:
                self._queue.remove(waiting)

    async def close(self) -> None:
        """Ends the runner; who still waits is told that the service stops."""
        self._is_closed = True
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        for waiting in self._queue:
            if not waiting.answer.done():
                waiting.answer.set_exception(UnavailableError("inference is stopping"))
        self._queue.clear()

    async def _run(self) -> None:
        last_size = 1
        while True:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
            await self._wait_for_more(min(last_size, self._max_batch))
            if batch := self._take():
                last_size = len(batch)
                await self._evaluate(batch)

    async def _wait_for_more(self, expected: int) -> None:
        """Waits until as many are here as last time, but not long."""
        if len(self._queue) >= expected:
            return
        try:
            async with asyncio.timeout(self._max_wait_s):
                while len(self._queue) < expected:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            pass

    def _take(self) -> list[_Waiting]:
        """Takes the oldest window and all others of its model, up to a full batch."""
        if not self._queue:
            return []
        model = self._queue[0].model
        batch: list[_Waiting] = []
        rest: deque[_Waiting] = deque()
        for waiting in self._queue:
            is_ours = waiting.model is model and len(batch) < self._max_batch
            (batch if is_ours else rest).append(waiting)
        self._queue = rest
        return batch

    async def _evaluate(self, batch: list[_Waiting]) -> None:
        model = batch[0].model
        windows_w = np.stack([waiting.window_w for waiting in batch])  # (B, window)
        metrics.BATCH_SIZE.observe(len(batch))
        metrics.WINDOWS.labels(model.entry.appliance_id).inc(len(batch))
        try:
            estimate: Estimate = await self._executor.run(evaluate_windows, model, windows_w)
            answers = zip(estimate.power_w.tolist(), estimate.confidence.tolist(), strict=True)
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
        except Exception as error:  # noqa: BLE001 it belongs to the callers of this batch
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
        except asyncio.CancelledError:
            self._queue.extendleft(reversed(batch))
            raise
