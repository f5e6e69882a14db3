"""Room for decisions is bounded."""

from nilm_core.access import BuildingAccess
from nilm_rpc.access_cache import AccessKey, EmbeddedAccessCache


async def test_beyond_the_capacity_the_longest_unused_is_dropped() -> None:
    cache = EmbeddedAccessCache(capacity=2)
    asked: list[str] = []

    async def ask(subject: str) -> None:
        async def decide() -> BuildingAccess:
            asked.append(subject)
            return BuildingAccess("bld_1", "viewer", frozenset(), "Europe/London", ())

        await cache.get(AccessKey(subject, "bld_1"), decide)

    for subject in ("ada", "bob", "ada", "eve", "ada", "bob"):
        await ask(subject)
    assert asked == ["ada", "bob", "eve", "bob"]
    assert cache.stats().evicted_count == 2
