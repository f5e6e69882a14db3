"""Hears a channel of Redis, and says when messages may have been missed."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from nilm_rpc.shared.link import FAILURES, RedisLink

_USE = "messages"


async def listen(
    link: RedisLink,
    channel: str,
    *,
    on_begin: Callable[[], None],
    on_message: Callable[[bytes], None],
    silence_s: float = 2.0,
) -> None:
    """Hears a channel until it is cancelled, and again after each loss of the connection.

    Args:
        link: How Redis is reached.
        channel: The channel's name.
        on_begin: Called whenever hearing begins: what was said before was not heard.
        on_message: Called with each message.
        silence_s: After this long without a message the server is asked for a sign of life; one
            that gives none for as long again is taken for lost.
    """
    while True:
        subscription = link.client.pubsub()
        try:
            await subscription.subscribe(channel)
            await _hear(link, subscription, on_begin, on_message, silence_s)
        except FAILURES as error:
            link.failed(_USE, error)
        finally:
            with contextlib.suppress(*FAILURES):
                await subscription.aclose()
        await asyncio.sleep(link.retry_s)


async def _hear(
    link: RedisLink,
    subscription: Any,
    on_begin: Callable[[], None],
    on_message: Callable[[bytes], None],
    silence_s: float,
) -> None:
    is_asked = False
    while True:
        message = await subscription.get_message(timeout=silence_s)
        if message is None:
            if is_asked:
                raise TimeoutError("no sign of life")
            is_asked = True
            await subscription.ping()
            continue
        is_asked = False
        if message["type"] == "subscribe":
            link.served(_USE)
            on_begin()
        elif message["type"] == "message":
            on_message(message["data"])
