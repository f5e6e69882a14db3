"""The one owner thread, and sums that are kept beside rows that change."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from nilm_core.access import MeterKind
from nilm_core.errors import ResourceExhaustedError, UnavailableError
from nilm_core.timegrid import to_us
from nilm_telemetry.adapters.duckdb.committer import AfterCommit, GroupCommitter
from nilm_telemetry.adapters.duckdb.database import Database, DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import MemoryReadingStore
from nilm_telemetry.domain.quarters import DAY_US
from nilm_telemetry.domain.readings import MeterSeries, Readings

START = to_us(datetime(2024, 3, 1, tzinfo=UTC))
MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)
DAYS = 6


async def test_late_writes_and_sums_that_are_kept_never_disagree(tmp_path: Path) -> None:
    reference = MemoryReadingStore()
    rng = np.random.default_rng(3)
    end = START + DAYS * DAY_US
    async with DuckDbStores(DatabaseConfig(tmp_path / "telemetry.duckdb")) as stores:

        async def write(readings: Readings) -> None:
            await reference.write(MAINS, readings)
            await stores.readings.write(MAINS, readings)

        count = DAYS * 1_440 + 10
        times = START + np.arange(count, dtype=np.int64) * 60_000_000
        await write(Readings(times, rng.uniform(0, 3_000, count).astype(np.float32)))
        done = asyncio.Event()

        async def query() -> int:
            queries = 0
            while not done.is_set():
                await stores.readings.quarters("mtr_1", START, end)
                queries += 1
            return queries

        readers = [asyncio.create_task(query()) for _ in range(3)]
        for _ in range(40):
            late = START + rng.integers(0, DAYS * DAY_US, 20)
            await write(Readings(late, rng.uniform(0, 3_000, 20).astype(np.float32)))
        done.set()
        assert min(await asyncio.gather(*readers)) > 0
        kept = await stores.readings.quarters("mtr_1", START, end)
    expected = await reference.quarters("mtr_1", START, end)
    np.testing.assert_array_equal(kept.count, expected.count)
    np.testing.assert_array_equal(kept.covered_us, expected.covered_us)
    np.testing.assert_allclose(kept.energy_wh, expected.energy_wh, atol=1e-6)


class Recording:
    """A table that keeps nothing but how it was asked."""

    def __init__(self) -> None:
        self.groups: list[list[Any]] = []
        self.error: Exception | None = None

    def apply(self, connection: duckdb.DuckDBPyConnection, requests: list[Any]) -> AfterCommit:
        self.groups.append(requests)
        if self.error is not None:
            raise self.error
        return lambda: None


@pytest.fixture
async def table() -> Recording:
    return Recording()


@pytest.fixture
async def committer(tmp_path: Path, table: Recording) -> AsyncIterator[GroupCommitter]:
    database = Database(DatabaseConfig(tmp_path / "test.duckdb"))
    opened = GroupCommitter(database, [table])
    yield opened
    await opened.close()
    database.close()


async def test_what_waits_is_committed_together_in_order(
    committer: GroupCommitter, table: Recording
) -> None:
    await asyncio.gather(*(committer.write(table, number, 1) for number in range(200)))
    assert [request for group in table.groups for request in group] == list(range(200))
    assert len(table.groups) < 100


@pytest.mark.parametrize("error", [duckdb.IOException("disk full"), ValueError("a bug")])
async def test_a_failed_commit_is_told_to_all_and_the_next_goes_on(
    committer: GroupCommitter, table: Recording, error: Exception
) -> None:
    table.error = error
    outcomes = await asyncio.gather(
        *(committer.write(table, number, 1) for number in range(5)), return_exceptions=True
    )
    assert all(isinstance(outcome, UnavailableError) for outcome in outcomes)
    assert "disk full" not in str(outcomes[0])
    table.error = None
    await committer.write(table, "next", 1)
    assert table.groups[-1] == ["next"]


async def test_a_full_queue_refuses_and_says_when_to_come_back(
    committer: GroupCommitter, table: Recording
) -> None:
    with pytest.raises(ResourceExhaustedError) as caught:
        await committer.write(table, "huge", 2_000_001)
    assert caught.value.retry_after is not None
    await committer.write(table, "small", 1)


async def test_a_caller_that_left_does_not_stop_the_others(
    committer: GroupCommitter, table: Recording
) -> None:
    calls = [asyncio.create_task(committer.write(table, number, 1)) for number in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert outcomes[0] is None
    assert outcomes[2] is None


async def test_after_closing_nothing_is_taken(tmp_path: Path, table: Recording) -> None:
    database = Database(DatabaseConfig(tmp_path / "test.duckdb"))
    committer = GroupCommitter(database, [table])
    waiting = asyncio.create_task(committer.write(table, "last", 1))
    await asyncio.sleep(0)
    await committer.close()
    await waiting
    with pytest.raises(UnavailableError):
        await committer.write(table, "late", 1)
    database.close()


async def test_too_many_queries_are_refused(tmp_path: Path) -> None:
    database = Database(DatabaseConfig(tmp_path / "test.duckdb", max_waiting=3))
    sql = "SELECT count(*) FROM range(2_000_000)"
    outcomes = await asyncio.gather(
        *(database.read(lambda cursor: cursor.execute(sql).fetchall()) for _ in range(8)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes[:3]] == [list] * 3
    assert all(isinstance(outcome, ResourceExhaustedError) for outcome in outcomes[3:])
    database.close()


async def test_closed_days_are_added_up_in_the_background_until_none_is_left(
    tmp_path: Path,
) -> None:
    async with DuckDbStores(DatabaseConfig(tmp_path / "telemetry.duckdb")) as stores:
        times = START + np.arange(30 * 96, dtype=np.int64) * 900_000_000
        await stores.readings.write(MAINS, Readings(times, np.ones(len(times), np.float32)))
        steps = 0
        while await stores.readings.roll_up():
            steps += 1
        assert 1 < steps <= 5
        late = Readings(times[:1] + 5, np.ones(1, np.float32))
        await stores.readings.write(MAINS, late)
        assert await stores.readings.roll_up()
        assert not await stores.readings.roll_up()
