"""The one thread that torch runs in."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import torch

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


class TorchExecutor:
    """Runs one piece of work at a time, in the order in which it came.

    One thread is enough, since torch spreads a piece over `thread_count` cores; more of them would
    only fight over the same ones. Long work is to be given in short pieces.
    """

    def __init__(self, thread_count: int) -> None:
        self._pool = ThreadPoolExecutor(
            max_workers=1,
            thread_name_prefix="torch",
            initializer=torch.set_num_threads,
            initargs=(thread_count,),
        )

    async def run(self, work: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Returns what `work` does, off the event loop."""
        future = self._pool.submit(work, *args, **kwargs)
        return await asyncio.wrap_future(future)

    async def run_taken(
        self, take: Callable[[], _T | None], work: Callable[[_T], _R]
    ) -> tuple[_T, _R] | None:
        """Takes something once torch is free for it, and returns it with what `work` makes of it.

        Returns:
            None where there is nothing to take then.
        """

        def run() -> tuple[_T, _R] | None:
            taken = take()
            return None if taken is None else (taken, work(taken))

        return await self.run(run)

    def run_and_wait(self, work: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Returns what `work` does, to a thread that may wait; the event loop's may not."""
        return self._pool.submit(work, *args, **kwargs).result()

    async def close(self) -> None:
        """Lets the piece in hand end and drops the rest."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
