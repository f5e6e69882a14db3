"""A right that was taken away ends at once in every process."""

import grpc
import pytest

from nilm.telemetry.v1 import cache_service_pb2 as cache_pb
from tests.integration.redis.world import HOME, World
from tests.support.eventually import eventually_answers


async def test_an_invalidation_through_one_replica_reaches_the_other(world: World) -> None:
    viewer, admin = world.caller("viewer"), world.caller("root", admin=True)
    for replica in (world.first, world.second):
        await replica.read(viewer)
        assert await replica.entry_count(admin) == 1
    del world.home.members["viewer"]
    request = cache_pb.InvalidateCacheRequest(building_id=HOME)
    answer = await world.first.caches.InvalidateCache(request, **admin)
    assert answer.invalidated_count == 1

    async def is_refused() -> bool:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await world.second.read(viewer)
        return caught.value.code() is grpc.StatusCode.NOT_FOUND

    async def is_forgotten() -> bool:
        return await world.second.entry_count(admin) == 0

    await eventually_answers(is_forgotten, within_s=20)  # a decision would be kept for 30 s
    assert await is_refused()


async def test_replicas_share_what_auth_said(world: World) -> None:
    viewer, admin = world.caller("viewer"), world.caller("root", admin=True)
    await world.first.read(viewer)
    await world.second.read(viewer)
    stats = await world.second.caches.GetCacheStats(cache_pb.GetCacheStatsRequest(), **admin)
    assert (stats.entry_count, stats.hit_count, stats.miss_count) == (1, 1, 0)


async def test_an_invalidation_that_reaches_nobody_else_says_so(world: World) -> None:
    viewer, admin = world.caller("viewer"), world.caller("root", admin=True)
    await world.first.read(viewer)
    world.redis.process.kill()
    request = cache_pb.InvalidateCacheRequest(building_id=HOME)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await world.first.caches.InvalidateCache(request, **admin)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "try again" in (caught.value.details() or "")
    assert await world.first.entry_count(admin) == 0
