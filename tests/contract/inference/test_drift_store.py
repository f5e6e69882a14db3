"""What every form of the store of drift has to do."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nilm_core.errors import UnavailableError
from nilm_inference.adapters.drift.embedded import EmbeddedDriftStore
from nilm_inference.adapters.drift.shared import RedisDriftStore
from nilm_inference.domain.drift import WEEK, ModelWeek
from nilm_inference.ports import DriftStore
from nilm_models.drift import ModelStatistics
from nilm_rpc.shared.link import RedisLink
from tests.support.redis_server import RedisServer

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
KETTLE = ModelWeek(MONDAY, "kettle_cnn", "1.0.0")
MICROWAVE = ModelWeek(MONDAY, "microwave_cnn", "2.1.0")
RIGHTS = (
    *("resetchannels", "~nilm:*", "-@all", "+ping", "+select", "+multi", "+exec", "+pexpire"),
    *("+hgetall", "+hincrbyfloat"),
)
"""What docs/operations.md says that drift needs in Redis."""

Opener = Callable[[], AbstractAsyncContextManager[DriftStore]]


@pytest.fixture(params=["embedded", "redis"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the store, again and again over the same weeks, with no more rights than it needs."""
    url = ""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        async with RedisLink(server.url, timeout_s=20.0) as link:
            command = ("ACL", "SETUSER", "drift", "reset", "on", ">secret", *RIGHTS)
            await link.client.execute_command(*command)
        url = f"redis://drift:secret@127.0.0.1:{server.port}/0"

    @asynccontextmanager
    async def open_store() -> AsyncIterator[DriftStore]:
        if not url:
            yield EmbeddedDriftStore(tmp_path / "new")
            return
        async with RedisLink(url, timeout_s=20.0) as link:
            yield RedisDriftStore(link)

    return open_store


def a_lot(first_bin: int) -> ModelStatistics:
    return ModelStatistics(
        mains=(first_bin, *[0] * 7, 3),
        probability=(first_bin, *[0] * 6, 1),
        power=(*[0] * 15, 1),
        on_power_sum_w=7_000.5,
    )


async def test_what_processes_count_is_added_up_and_outlives_them(opened: Opener) -> None:
    async with opened() as one, opened() as other:
        await one.add({KETTLE: a_lot(10), MICROWAVE: a_lot(1)})
        await other.add({KETTLE: a_lot(20)})
        await other.add({})
    async with opened() as again:
        assert await again.read(MONDAY) == {
            KETTLE: a_lot(10) + a_lot(20),
            MICROWAVE: a_lot(1),
        }


async def test_weeks_and_versions_are_apart(opened: Opener) -> None:
    next_week = ModelWeek(MONDAY + WEEK, "kettle_cnn", "1.0.0")
    next_version = ModelWeek(MONDAY + WEEK, "kettle_cnn", "1.1.0")
    async with opened() as store:
        await store.add({KETTLE: a_lot(1), next_week: a_lot(2), next_version: a_lot(3)})
        assert await store.read(MONDAY + WEEK) == {next_week: a_lot(2), next_version: a_lot(3)}
        assert len(await store.read(MONDAY)) == 3
        assert await store.read(MONDAY + 2 * WEEK) == {}


async def test_a_folder_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = EmbeddedDriftStore(tmp_path / "file")
    with pytest.raises(UnavailableError, match=r"drift\.db"):
        await store.add({KETTLE: a_lot(1)})


async def test_old_weeks_leave_the_file(tmp_path: Path) -> None:
    store = EmbeddedDriftStore(tmp_path)
    await store.add({KETTLE: a_lot(1)})
    await store.add({ModelWeek(MONDAY + 8 * WEEK, "kettle_cnn", "1.0.0"): a_lot(1)})
    assert KETTLE not in await store.read(MONDAY)


async def test_a_redis_that_is_away_is_an_outage() -> None:
    async with RedisLink("redis://127.0.0.1:1/0") as link:
        store = RedisDriftStore(link)
        with pytest.raises(UnavailableError, match="Redis"):
            await store.add({KETTLE: a_lot(1)})
        with pytest.raises(UnavailableError, match="Redis"):
            await store.read(MONDAY)
