"""A repeat that reaches another process gets the first answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from nilm_rpc.idempotency import StoredAnswer
from nilm_rpc.shared.idempotency import RedisIdempotencyStore
from nilm_rpc.shared.link import RedisLink
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer

ANSWER = StoredAnswer(b"fingerprint", b"response")
SECRET = "usr_1:/nilm.buildings.v1.BuildingService/CreateBuilding:what the user sent"

MakeStore = Callable[..., RedisIdempotencyStore]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def make(own_redis: RedisServer, stack: AsyncExitStack) -> MakeStore:
    """Makes the store of one more process."""

    def store(**settings: float) -> RedisIdempotencyStore:
        link = RedisLink(own_redis.url, timeout_s=10.0, retry_s=0.05)
        stack.push_async_exit(link)
        return RedisIdempotencyStore(link, **settings)

    return store


async def test_another_process_answers_with_the_first_answer(make: MakeStore) -> None:
    first, second = make(), make()
    assert await first.begin("key") is None
    waiting = asyncio.create_task(second.begin("key"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await first.finish("key", ANSWER)
    assert await waiting == ANSWER
    assert await make().begin("key") == ANSWER


async def test_of_a_hundred_calls_in_four_processes_one_works(make: MakeStore) -> None:
    stores = [make() for _ in range(4)]
    worked = 0

    async def call(number: int) -> StoredAnswer:
        nonlocal worked
        store = stores[number % len(stores)]
        if (first := await store.begin("key")) is not None:
            return first
        worked += 1
        await asyncio.sleep(0.05)
        mine = StoredAnswer(b"f", str(number).encode())
        await store.finish("key", mine)
        return mine

    answers = await asyncio.gather(*(call(number) for number in range(100)))
    assert worked == 1
    assert len(set(answers)) == 1


async def test_the_claim_of_a_killed_process_ends(make: MakeStore) -> None:
    killed, survivor = make(claim_s=0.3), make(claim_s=0.3)
    assert await killed.begin("key") is None  # and is never heard of again
    async with asyncio.timeout(60):
        assert await survivor.begin("key") is None
    await survivor.finish("key", ANSWER)
    await killed.finish("key", StoredAnswer(b"", b"late"))
    assert await make().begin("key") == ANSWER


async def test_a_claim_that_is_worked_on_outlives_its_time(make: MakeStore) -> None:
    slow, other = make(claim_s=5.0), make(claim_s=5.0)
    renewing = asyncio.create_task(slow.renew())
    assert await slow.begin("key") is None
    waiting = asyncio.create_task(other.begin("key"))
    done, _ = await asyncio.wait({waiting}, timeout=6.5)
    assert not done
    await slow.finish("key", ANSWER)
    assert await waiting == ANSWER
    renewing.cancel()


async def test_an_answer_is_kept_though_its_caller_left(make: MakeStore) -> None:
    first, second = make(), make()
    assert await first.begin("key") is None
    finishing = asyncio.create_task(first.finish("key", ANSWER))
    await asyncio.sleep(0)
    finishing.cancel()
    async with asyncio.timeout(15):  # the claim would end after 20 s
        assert await second.begin("key") == ANSWER


async def test_who_leaves_while_he_claims_holds_nobody_up(
    make: MakeStore, own_redis: RedisServer
) -> None:
    first, second = make(), make()
    await first.begin("another, so that it is connected")
    own_redis.process.pause()
    leaving = asyncio.create_task(first.begin("key"))
    await asyncio.wait({leaving}, timeout=0.1)
    leaving.cancel()  # the claim is on its way and will be granted
    await asyncio.wait({leaving}, timeout=0.1)
    own_redis.process.resume()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    async with asyncio.timeout(15):  # the claim would end after 20 s
        assert await second.begin("key") is None


async def test_while_redis_is_away_each_process_remembers(
    make: MakeStore, own_redis: RedisServer
) -> None:
    first, second = make(), make()
    assert await first.begin("before") is None
    own_redis.process.kill()
    await first.finish("before", ANSWER)
    assert await first.begin("before") == ANSWER
    for store in (first, second):
        assert await store.begin("key") is None
        await store.finish("key", ANSWER)
        assert await store.begin("key") == ANSWER
    own_redis.process.start()
    await eventually(lambda: not first._link.is_away and not second._link.is_away)
    assert await first.begin("after") is None
    await first.finish("after", ANSWER)
    assert await second.begin("after") == ANSWER


async def test_nothing_of_a_key_can_be_read_in_redis_and_everything_ends(
    make: MakeStore, own_redis: RedisServer
) -> None:
    store = make()
    await store.begin(SECRET)
    async with RedisLink(own_redis.url, timeout_s=20.0) as link:
        [key] = await link.client.keys("*")
        assert 0 < await link.client.pttl(key) <= 20_000
        await store.finish(SECRET, ANSWER)
        assert await link.client.keys("*") == [key]
        assert 86_000_000 < await link.client.pttl(key) <= 86_400_000
    assert b"usr_1" not in key
    assert b"user sent" not in key
