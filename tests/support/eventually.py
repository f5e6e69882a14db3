"""Waits for what becomes true by itself, asking again rather than sleeping for long."""

import asyncio
from collections.abc import Awaitable, Callable

PERIOD_S = 0.02


async def eventually(condition: Callable[[], bool], within_s: float = 60.0) -> None:
    """Returns once a condition holds; raises TimeoutError where it does not in time."""

    async def ask() -> bool:
        return condition()

    await eventually_answers(ask, within_s)


async def eventually_answers(
    condition: Callable[[], Awaitable[bool]], within_s: float = 60.0
) -> None:
    """Returns once what is asked answers true; raises TimeoutError where it does not in time."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 what is asked has no event to wait on
            await asyncio.sleep(PERIOD_S)
