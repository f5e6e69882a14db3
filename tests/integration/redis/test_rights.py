"""The rights that docs/operations.md names are enough, and what is refused is told once."""

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from nilm_core.access import BuildingAccess
from nilm_rpc.access_cache import AccessChange, AccessKey
from nilm_rpc.idempotency import StoredAnswer
from nilm_rpc.settings import ServerSettings
from nilm_rpc.shared.link import RedisLink
from nilm_rpc.shared.stores import open_access_cache, open_stores
from tests.integration.redis.world import messages
from tests.support.eventually import eventually, eventually_answers
from tests.support.redis_server import RedisServer

PASSWORD = "p@ss/word"
ENCODED = "p%40ss%2Fword"
RIGHTS = (
    *("resetchannels", "~nilm:*", "&nilm:*", "-@all", "+ping", "+select"),
    *("+evalsha", "+script|load", "+time", "+multi", "+exec", "+publish", "+subscribe"),
    *("+get", "+set", "+del", "+pttl", "+pexpire", "+hmget", "+hset"),
)


async def _add_user(server: RedisServer, *rights: str) -> None:
    async with RedisLink(server.url, timeout_s=20.0) as link:
        await link.client.execute_command(
            "ACL", "SETUSER", "nilm", "reset", "on", f">{PASSWORD}", *rights
        )


def _settings(server: RedisServer, file: Path, password: str) -> ServerSettings:
    file.write_text(f"redis://nilm:{password}@127.0.0.1:{server.port}/0\n")
    return ServerSettings(redis_url_file=file, redis_timeout_ms=5_000, redis_retry_s=0.05)


async def _use_everything(settings: ServerSettings) -> None:
    async def decide() -> BuildingAccess:
        return BuildingAccess("bld_1", "viewer", frozenset(), "Europe/London", ())

    async with open_stores(settings, "telemetry") as stores, open_access_cache(stores) as cache:
        assert await stores.limiter.acquire("usr_1", 60) == 0.0
        for key in ("kept", "left"):
            assert await stores.idempotency.begin(key) is None
        await stores.idempotency.finish("kept", StoredAnswer(b"f", b"r"))
        await stores.idempotency.abandon("left")
        await cache.get(AccessKey("usr_1", "bld_1"), decide)
        assert stores.access_changes is not None
        await stores.access_changes.announce(AccessChange())
        await eventually(lambda: cache.stats().entry_count == 0)


async def test_the_named_rights_are_enough(
    own_redis: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nilm_rpc.shared")
    await _add_user(own_redis, *RIGHTS)
    await _use_everything(_settings(own_redis, tmp_path / "redis-url", ENCODED))
    assert messages(caplog.records) == []


async def test_a_missing_right_costs_its_use_alone_and_is_told_once(
    own_redis: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nilm_rpc.shared")
    await _add_user(own_redis, *RIGHTS, "-set")
    settings = _settings(own_redis, tmp_path / "redis-url", ENCODED)
    async with open_stores(settings, "telemetry") as stores:
        for number in range(5):
            assert await stores.limiter.acquire("usr_1", 60) == 0.0
            assert await stores.idempotency.begin(f"key {number}") is None
        assert [record.__dict__["use"] for record in caplog.records] == ["repeats"]
        await _add_user(own_redis, *RIGHTS)
        assert stores.link is not None
        assert await stores.idempotency.begin("key 6") is None
    assert messages(caplog.records) == ["redis refuses", "redis serves again"]


async def test_a_wrong_password_is_told_without_it(
    own_redis: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await _add_user(own_redis, *RIGHTS)
    settings = _settings(own_redis, tmp_path / "redis-url", "not-the-password")
    async with open_stores(settings, "telemetry") as stores:
        assert await stores.limiter.acquire("usr_1", 60) == 0.0
        await eventually(lambda: messages(caplog.records) == ["redis is away"])
    [told] = [record for record in caplog.records if record.message == "redis is away"]
    assert "invalid username-password" in told.__dict__["failure"]
    assert "not-the-password" not in str([record.__dict__ for record in caplog.records])
    assert "not-the-password" not in repr(settings)


async def test_an_address_may_hold_a_path_of_a_socket(tmp_path: Path) -> None:
    settings = ServerSettings(
        redis_url=SecretStr(f"unix://{tmp_path}/none.sock"), redis_retry_s=0.05
    )
    async with open_stores(settings, "telemetry") as stores:
        assert await stores.limiter.acquire("usr_1", 60) == 0.0

        async def is_away() -> bool:
            return stores.link is not None and stores.link.is_away

        await eventually_answers(is_away)
