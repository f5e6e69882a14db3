"""Decisions are shared between processes, and end in all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from nilm_core.access import BuildingAccess, Permission
from nilm_rpc.access_cache import AccessChange, AccessKey
from nilm_rpc.shared.access_cache import RedisAccessCache, RedisAccessChanges
from nilm_rpc.shared.link import RedisLink
from tests.support.eventually import eventually, eventually_answers
from tests.support.redis_server import RedisServer

KEY = AccessKey("usr_ada", "bld_home")


@dataclass
class Auth:
    permissions: frozenset[Permission] = frozenset({Permission.BUILDING_READ})
    asked: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def decide(self) -> BuildingAccess:
        self.asked += 1
        permissions = self.permissions
        await self.may_answer.wait()
        return BuildingAccess("bld_home", "viewer", permissions, "Europe/London", ())


@dataclass
class Process:
    link: RedisLink
    cache: RedisAccessCache
    auth: Auth

    async def ask(self) -> frozenset[Permission]:
        return (await self.cache.get(KEY, self.auth.decide)).permissions

    @property
    def entry_count(self) -> int:
        return self.cache.stats().entry_count


@dataclass
class World:
    redis: RedisServer
    auth: Auth
    stack: AsyncExitStack

    async def process(self, ttl_s: float = 30.0) -> Process:
        """Returns one more process, which hears of changes."""
        link = await self.stack.enter_async_context(
            RedisLink(self.redis.url, timeout_s=10.0, retry_s=0.05)
        )
        before = await self._listeners(link)
        process = Process(link, RedisAccessCache(link, ttl_s), self.auth)
        listening = asyncio.create_task(process.cache.listen())
        self.stack.push_async_callback(asyncio.gather, listening, return_exceptions=True)
        self.stack.callback(listening.cancel)

        async def is_heard() -> bool:
            return await self._listeners(link) > before

        await eventually_answers(is_heard)
        return process

    async def _listeners(self, link: RedisLink) -> int:
        [(_, count)] = await link.client.pubsub_numsub("nilm:access:changes")
        return int(count)


@pytest.fixture
async def world(own_redis: RedisServer) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        yield World(own_redis, Auth(), stack)


async def test_a_decision_ends_its_time_after_auth_made_it_wherever_it_is_kept(
    world: World,
) -> None:
    first, second = await world.process(ttl_s=60.0), await world.process(ttl_s=60.0)
    await first.ask()
    name = first.link.key("access", "usr_ada\nbld_home\n")
    assert 0 < await first.link.client.pttl(name) <= 60_000
    await first.link.client.pexpire(name, 4_000)  # as if most of its time had gone by
    await second.ask()
    assert world.auth.asked == 1

    async def is_asked_again() -> bool:
        await second.ask()
        return world.auth.asked == 2

    await eventually_answers(is_asked_again, within_s=30)
    await first.ask()
    assert world.auth.asked == 2


async def test_a_change_reaches_all_processes(world: World) -> None:
    processes = [await world.process() for _ in range(3)]
    for process in processes:
        await process.ask()
    assert world.auth.asked == 1
    world.auth.permissions = frozenset()
    await RedisAccessChanges(processes[0].link).announce(AccessChange(user_id="usr_ada"))
    await eventually(lambda: [each.entry_count for each in processes] == [0, 0, 0])
    for process in processes:
        assert await process.ask() == frozenset()
    assert world.auth.asked == 2


async def test_an_answer_older_than_a_change_reaches_no_process(world: World) -> None:
    slow, other = await world.process(), await world.process()
    world.auth.may_answer.clear()
    asking = asyncio.create_task(slow.ask())
    await eventually(lambda: world.auth.asked == 1)
    world.auth.permissions = frozenset()
    await RedisAccessChanges(other.link).announce(AccessChange("bld_home"))
    world.auth.may_answer.set()
    await asking
    assert await other.ask() == frozenset()
    assert await slow.ask() == frozenset()


async def test_a_process_that_lost_its_hearing_forgets_when_it_hears_again(world: World) -> None:
    process = await world.process()
    await process.ask()
    other = await world.process()
    await other.link.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    await eventually(lambda: process.entry_count == 0 and not process.link.is_away)
    await process.ask()
    assert world.auth.asked == 1  # Redis still knew
    world.auth.permissions = frozenset()
    await RedisAccessChanges(other.link).announce(AccessChange())
    await eventually(lambda: process.entry_count == 0)
    assert await process.ask() == frozenset()


async def test_a_hanging_connection_is_taken_for_lost(world: World) -> None:
    process = await world.process()
    await process.ask()
    world.redis.process.pause()
    await eventually(lambda: process.link.is_away)  # nobody asked: the silence told
    world.redis.process.resume()
    await eventually(lambda: process.entry_count == 0)


async def test_while_redis_is_away_a_process_keeps_its_own_decisions(world: World) -> None:
    process = await world.process(ttl_s=4.0)
    world.redis.process.kill()
    await eventually(lambda: process.link.is_away)
    await process.ask()
    await process.ask()
    assert world.auth.asked == 1
    while world.auth.asked == 1:
        await process.ask()
        await asyncio.sleep(0.01)


async def test_what_redis_holds_and_cannot_be_understood_is_asked_for(world: World) -> None:
    process = await world.process()
    name = process.link.key("access", "usr_ada\nbld_home\n")
    for broken in (b"", b"\n", b"\n{", b'\n{"permissions":["UNHEARD_OF"]}', b"\n[]", b"\nnull"):
        await process.link.client.set(name, broken, px=10_000)
        world.auth.asked = 0
        assert await process.ask() == world.auth.permissions
        assert world.auth.asked == 1
        await process.link.client.publish("nilm:access:changes", b"not a change")
        await eventually(lambda: process.entry_count == 0)


async def test_nobody_can_be_told_apart_in_redis_and_everything_ends(world: World) -> None:
    process = await world.process()
    await process.ask()
    await process.cache.invalidate(AccessChange(user_id="usr_ada"))
    keys = await process.link.client.keys("*")
    assert len(keys) == 2
    for key in keys:
        assert b"usr_ada" not in key
        assert b"bld_home" not in key
        assert 0 < await process.link.client.pttl(key) <= 86_400_000
