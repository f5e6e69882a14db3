"""CacheService."""

from typing import Any

import grpc

from nilm.telemetry.v1 import cache_service_pb2 as pb
from nilm.telemetry.v1 import cache_service_pb2_grpc as pb_grpc
from nilm_rpc.access_cache import AccessCache, AccessChange

Context = grpc.aio.ServicerContext


class CacheServicer(pb_grpc.CacheServiceServicer):
    """The cache of access decisions, for administrators."""

    def __init__(self, cache: AccessCache) -> None:
        self._cache = cache

    async def GetCacheStats(
        self, request: pb.GetCacheStatsRequest, context: Context[Any, Any]
    ) -> pb.GetCacheStatsResponse:
        """Answers how well the cache does."""
        stats = self._cache.stats()
        return pb.GetCacheStatsResponse(
            entry_count=stats.entry_count,
            hit_count=stats.hit_count,
            miss_count=stats.miss_count,
            evicted_count=stats.evicted_count,
        )

    async def InvalidateCache(
        self, request: pb.InvalidateCacheRequest, context: Context[Any, Any]
    ) -> pb.InvalidateCacheResponse:
        """Forgets cached decisions."""
        change = AccessChange(building_id=request.building_id)
        return pb.InvalidateCacheResponse(invalidated_count=await self._cache.invalidate(change))
