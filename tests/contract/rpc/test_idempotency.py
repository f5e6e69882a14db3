"""Every idempotency store keeps the first answer, and only that."""

import asyncio
from collections.abc import Callable

from nilm_rpc.idempotency import IdempotencyStore, StoredAnswer
from tests.support.eventually import eventually_answers

ANSWER = StoredAnswer(b"fingerprint", b"response \x00\xff")
DAY_S = 86_400.0

Make = Callable[[float], IdempotencyStore]


async def test_a_finished_key_answers(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    assert await store.begin("key") is None
    await store.finish("key", ANSWER)
    assert await store.begin("key") == ANSWER
    assert await store.begin("other") is None


async def test_an_empty_answer_is_an_answer(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    await store.begin("key")
    await store.finish("key", StoredAnswer(b"", b""))
    assert await store.begin("key") == StoredAnswer(b"", b"")


async def test_an_abandoned_key_is_tried_anew(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    assert await store.begin("key") is None
    await store.abandon("key")
    assert await store.begin("key") is None


async def test_the_second_waits_for_the_first(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    assert await store.begin("key") is None
    second = asyncio.create_task(store.begin("key"))
    done, _ = await asyncio.wait({second}, timeout=0.05)
    assert not done
    await store.finish("key", ANSWER)
    assert await second == ANSWER


async def test_one_who_waits_takes_over_an_abandoned_key(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    assert await store.begin("key") is None
    waiting = [asyncio.create_task(store.begin("key")) for _ in range(3)]
    await store.abandon("key")
    done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result() for task in done] == [None]
    await store.finish("key", ANSWER)
    assert await asyncio.gather(*others) == [ANSWER, ANSWER]


async def test_who_stops_waiting_leaves_the_key_to_the_others(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    assert await store.begin("key") is None
    impatient = asyncio.create_task(store.begin("key"))
    patient = asyncio.create_task(store.begin("key"))
    await asyncio.sleep(0)
    impatient.cancel()
    await store.finish("key", ANSWER)
    assert await patient == ANSWER


async def test_of_a_hundred_at_once_one_works(idempotency: Make) -> None:
    store = idempotency(DAY_S)
    worked = 0

    async def call(number: int) -> StoredAnswer:
        nonlocal worked
        if (first := await store.begin("key")) is not None:
            return first
        worked += 1
        await asyncio.sleep(0.02)
        mine = StoredAnswer(b"f", str(number).encode())
        await store.finish("key", mine)
        return mine

    answers = await asyncio.gather(*(call(number) for number in range(100)))
    assert worked == 1
    assert len(set(answers)) == 1


async def test_an_answer_ends_with_its_time(idempotency: Make) -> None:
    store = idempotency(0.1)
    await store.begin("key")
    await store.finish("key", ANSWER)

    async def is_forgotten() -> bool:
        return await store.begin("key") is None

    await eventually_answers(is_forgotten)
