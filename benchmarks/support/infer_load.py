"""Callers of Infer: so many who each wait for their answer, or as many as come by chance."""

import asyncio
import time

import numpy as np

from support.inference_stack import InferenceStack

_SETTLE_S = 0.3


async def closed_loop(
    stack: InferenceStack, appliance_id: str, callers: int, duration_s: float
) -> float:
    """Returns windows/s by Infer, each caller coming back as soon as he is answered."""
    all_callers = [stack.caller(appliance_id) for _ in range(callers)]
    count, until = 0, 0.0

    async def call_again_and_again(index: int) -> None:
        nonlocal count
        while time.perf_counter() < until:
            answer = await all_callers[index].infer()
            assert answer.persisted
            count += 1

    until = time.perf_counter() + _SETTLE_S
    await asyncio.gather(*(call_again_and_again(index) for index in range(callers)))
    count, started = 0, time.perf_counter()
    until = started + duration_s
    await asyncio.gather(*(call_again_and_again(index) for index in range(callers)))
    return count / (time.perf_counter() - started)


async def open_loop(
    stack: InferenceStack, appliance_id: str, per_s: float, duration_s: float
) -> list[float]:
    """Returns the seconds that each call took where calls come by chance, so many a second.

    They come whether those before are answered or not, and each is counted from when it was due:
    what the server holds up is seen in the figures of all who wait for it.
    """
    caller = stack.caller(appliance_id)
    rng = np.random.default_rng(1)
    due_s = np.cumsum(rng.exponential(1.0 / per_s, int(per_s * duration_s)))
    started = time.perf_counter()
    durations_s: list[float] = []

    async def call(due: float) -> None:
        answer = await caller.infer()
        assert answer.persisted
        durations_s.append(time.perf_counter() - started - due)

    async with asyncio.TaskGroup() as calls:
        for due in due_s.tolist():
            await asyncio.sleep(due - (time.perf_counter() - started))
            calls.create_task(call(due))
    return durations_s
