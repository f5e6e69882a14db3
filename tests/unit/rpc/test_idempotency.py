"""The first answer is kept, and only that."""

import asyncio

from nilm_rpc.idempotency import EmbeddedIdempotencyStore, StoredAnswer

ANSWER = StoredAnswer(b"request", b"response")


async def test_a_finished_key_answers() -> None:
    store = EmbeddedIdempotencyStore()
    assert await store.begin("key") is None
    await store.finish("key", ANSWER)
    assert await store.begin("key") == ANSWER


async def test_an_abandoned_key_is_tried_anew() -> None:
    store = EmbeddedIdempotencyStore()
    assert await store.begin("key") is None
    await store.abandon("key")
    assert await store.begin("key") is None


async def test_the_second_waits_for_the_first() -> None:
    store = EmbeddedIdempotencyStore()
    assert await store.begin("key") is None
    second = asyncio.create_task(store.begin("key"))
    await asyncio.sleep(0.01)
    assert not second.done()
    await store.finish("key", ANSWER)
    assert await second == ANSWER


async def test_answers_end_with_their_time_and_their_room() -> None:
    now = [0.0]
    store = EmbeddedIdempotencyStore(ttl_s=10, max_bytes=100, monotonic=lambda: now[0])
    for key in ("a", "b"):
        await store.begin(key)
        await store.finish(key, StoredAnswer(b"", bytes(60)))
    assert await store.begin("b") is not None
    assert await store.begin("a") is None  # dropped to make room for b
    now[0] = 11.0
    assert await store.begin("b") is None
