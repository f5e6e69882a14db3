"""Runs single windows of many callers together."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from weakref import WeakKeyDictionary

import numpy as np

from nilm_core.errors import InvalidArgumentError, ResourceExhaustedError, UnavailableError
from nilm_inference import metrics
from nilm_inference.domain.series import Float32Array
from nilm_inference.engine.batch import Batch, Outcome, deliver, evaluated, fail
from nilm_inference.engine.executor import TorchExecutor
from nilm_inference.engine.pace import Pace
from nilm_inference.engine.queue import BatchQueue, Network, Waiting
from nilm_models.architectures import Disaggregator
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate

_RETRY_AFTER = timedelta(seconds=1)

Answer = tuple[float, float]
"""Power, W, and confidence."""

_TURNS = 2
"""Batches asked of torch at once: the next begins while the last one's callers are answered."""


class WindowBatcher:
    """A bounded queue in front of the executor.

    What came in while a batch ran is the next batch; models of one network share it. Nothing waits
    for company: an idle engine runs a lone window at once, and a busy one finds its batch waiting.
    torch's thread takes the next batch by itself, since the event loop may be busy with callers for
    as long as a batch takes. A call that the measured time of the batches before it would keep
    beyond its deadline is refused at once.
    """

    def __init__(
        self,
        executor: TorchExecutor,
        *,
        max_batch: int = 128,
        queue_size: int = 1_024,
    ) -> None:
        self._executor = executor
        self._max_batch = max_batch
        self._queue_size = queue_size
        self._queue = BatchQueue()
        self._orders = count()
        self._paces: WeakKeyDictionary[Disaggregator, Pace] = WeakKeyDictionary()
        self._in_hand: Batch | None = None  # written in torch's thread alone
        self._unanswered: set[Waiting] = set()
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._turns: list[asyncio.Task[None]] = []
        self._is_closed = False
        metrics.QUEUE_DEPTH.set_function(lambda: self._queue.window_count)

    async def estimate(
        self, model: LoadedModel, window_w: Float32Array, deadline: float | None = None
    ) -> Answer:
        """Returns what a model says about the middle of a window, W, shape (window,).

        Otherwise as `estimate_together`.
        """
        estimates = await self.estimate_together((model,), window_w[None], deadline)
        return float(estimates[0].power_w[0]), float(estimates[0].confidence[0])

    async def estimate_together(
        self,
        models: Sequence[LoadedModel],
        windows_w: Float32Array,
        deadline: float | None = None,
    ) -> list[Estimate]:
        """Returns what models of one network say about the middles of windows.

        A caller that is cancelled leaves the queue.

        Args:
            models: One or more, of which `shares_network` is true.
            windows_w: Mains power, W, shape (B, window) with B at least 1; NaN is missing.
            deadline: When the caller stops waiting, in the event loop's time; None for never.

        Returns:
            One estimate a model, of shape (B,).

        Raises:
            InvalidArgumentError: There are more windows than the queue takes.
            ResourceExhaustedError: The queue is full, or the deadline cannot be met.
            UnavailableError: The service is stopping.
        """
        self._admit(models[0], len(windows_w), deadline)
        if not self._turns:
            self._turns = [asyncio.create_task(self._take_turns()) for _ in range(_TURNS)]
        pieces = [
            Waiting(
                tuple(models),
                windows_w[first : first + self._max_batch],
                self._loop.create_future(),
                next(self._orders),
            )
            for first in range(0, len(windows_w), self._max_batch)
        ]
        self._unanswered.update(pieces)
        for piece in pieces:
            self._queue.add(piece)
        self._arrived.set()
        try:
            answers = [await piece.answer for piece in pieces]
        finally:
            for piece in pieces:
                self._leave(piece)
        return (
            answers[0]
            if len(answers) == 1
            else [_joined(each) for each in zip(*answers, strict=True)]
        )

    async def close(self) -> None:
        """Takes no more turns; who still waits is told that the service stops."""
        self._is_closed = True
        for turn in self._turns:
            turn.cancel()
        await asyncio.gather(*self._turns, return_exceptions=True)
        self._queue.clear()
        fail(tuple(self._unanswered), UnavailableError("inference is stopping"))

    def _admit(self, model: LoadedModel, count: int, deadline: float | None) -> None:
        """Refuses what has no place, and what would come too late."""
        if self._is_closed:
            raise UnavailableError("inference is stopping", retry_after=_RETRY_AFTER)
        if count > self._queue_size:
            raise InvalidArgumentError(
                f"at most {self._queue_size} windows can be asked for at once, not {count}"
            )
        if self._queue.window_count + count > self._queue_size:
            raise ResourceExhaustedError(
                f"{self._queue.window_count} windows are waiting already; try again in a second",
                reason="QUEUE_FULL",
                retry_after=_RETRY_AFTER,
            )
        if deadline is None or (self._in_hand is None and not self._queue.window_count):
            return  # an idle engine tries, or an old measurement would be believed for ever
        now = time.monotonic()
        wait_s = self._wait_s((model.network, model.entry.preprocessing), count, now)
        if now + wait_s > deadline:
            metrics.REFUSED_DEADLINES.inc()
            raise ResourceExhaustedError(
                f"the answer would take {wait_s:.3f} s, which is beyond the deadline; "
                "nothing was run",
                reason="DEADLINE_OUT_OF_REACH",
                retry_after=timedelta(seconds=wait_s),
            )

    def _wait_s(self, newcomer: Network, count: int, now: float) -> float:
        """Returns how long a newcomer with so many windows is expected to wait, s."""
        in_hand = self._in_hand  # torch's thread may exchange it meanwhile
        wait_s = max(0.0, in_hand.ends_at - now) if in_hand is not None else 0.0
        for network, waiting in self._queue.ahead_of(newcomer):
            # Of another network, only the batch of its oldest is sure to come before.
            wait_s += self._expected(network, min(waiting, self._max_batch))
        full, rest = divmod(self._queue.waiting_of(newcomer) + count, self._max_batch)
        wait_s += full * self._expected(newcomer, self._max_batch)
        return wait_s + (self._expected(newcomer, rest) if rest else 0.0)

    def _expected(self, network: Network, size: int) -> float:
        pace = self._paces.get(network[0])
        return 0.0 if pace is None else pace.expected(size)

    def _leave(self, piece: Waiting) -> None:
        """Lets a piece go, whether it was answered or not."""
        self._unanswered.discard(piece)
        if piece.answer.cancel() or piece.answer.cancelled():
            self._queue.discard(piece)
        else:
            piece.answer.exception()  # of several that failed the caller is told the first

    async def _take_turns(self) -> None:
        while True:
            while not self._arrived.is_set():  # the other turn may have come first
                await self._arrived.wait()
            self._arrived.clear()
            await self._take_turn()

    async def _take_turn(self) -> None:
        done = await self._executor.run_taken(self._take, self._evaluate)
        if done is not None:
            self._deliver(*done)

    def _take(self) -> Batch | None:
        """Takes a batch in hand, in torch's thread."""
        callers = self._queue.take(self._max_batch)
        if self._queue.window_count:
            self._loop.call_soon_threadsafe(self._arrived.set)
        if not callers:
            return None
        now = time.monotonic()
        size = sum(len(caller.windows_w) for caller in callers)
        self._in_hand = Batch(callers, now, now + self._expected(callers[0].network, size))
        return self._in_hand

    def _evaluate(self, batch: Batch) -> Outcome:
        outcome = evaluated(batch)
        self._in_hand = None
        return outcome

    def _deliver(self, batch: Batch, outcome: Outcome) -> None:
        if outcome.error is None:
            pace = self._paces.setdefault(batch.network[0], Pace())
            pace.measured(outcome.window_count, outcome.ended_at - batch.began_at)
        deliver(batch, outcome)


def _joined(parts: Sequence[Estimate]) -> Estimate:
    return Estimate(
        np.concatenate([part.power_w for part in parts]),
        np.concatenate([part.on_probability for part in parts]),
    )
