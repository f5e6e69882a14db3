"""What is acknowledged is stored, and what is not says why, in time."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from nilm_core.access import MeterKind
from nilm_core.clock import ManualClock
from nilm_core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)
from nilm_core.timegrid import TimeGrid, from_us, to_us
from nilm_rpc.call import Call, enter_call
from nilm_telemetry.adapters.influxdb.stores import InfluxStores
from nilm_telemetry.domain.buckets import bucket_grid
from nilm_telemetry.domain.predictions import PredictedCells
from nilm_telemetry.domain.readings import MeterSeries, Readings
from tests.support.eventually import eventually
from tests.support.influxdb import StandInInfluxDb
from tests.support.influxdb_data import Bucket
from tests.support.influxdb_stores import config_of, stand_in_stores

DAY = 1_709_251_200_000_000
MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)
KETTLE = MeterSeries("bld_1", "mtr_2", MeterKind.APPLIANCE)
RAW = "raw_sensor_data"
WRITE = "/api/v2/write"


def rows(start: int, count: int) -> Readings:
    times = DAY + 1_000_000 * np.arange(start, start + count, dtype=np.int64)
    return Readings(times, np.full(count, start, np.float32))


def raw_rows(server: StandInInfluxDb) -> int:
    return sum(len(series.rows) for series in server.buckets[RAW].series.values())


async def outcome(write: asyncio.Future[None]) -> NilmError | None:
    try:
        await write
    except NilmError as error:
        return error
    return None


async def test_writes_that_wait_share_a_request() -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        server.delay_s = 0.05
        server.writes.clear()
        await asyncio.gather(*(stores.readings.write(MAINS, rows(n, 1)) for n in range(200)))
        assert raw_rows(server) == 200
        assert len([name for name, _ in server.writes if name == RAW]) < 20


async def test_of_writes_at_once_the_last_wins_and_order_is_kept() -> None:
    async with stand_in_stores(batch_rows=3) as (server, stores):
        await asyncio.gather(
            *(
                stores.readings.write(
                    MAINS, Readings(np.array([DAY], np.int64), np.array([n], np.float32))
                )
                for n in range(50)
            )
        )
        (series,) = server.buckets[RAW].series.values()
        assert series.rows == {DAY: 49.0}


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_only_204_is_taken_for_stored(status: int) -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        server.answers[WRITE] = (status, "thanks")
        with pytest.raises(UnavailableError, match=f"HTTP {status}"):
            await stores.readings.write(MAINS, rows(1, 1))


async def test_a_partial_write_is_an_error_that_names_what_happened() -> None:
    async with stand_in_stores() as (server, stores):
        server.buckets[RAW].write("reading,building_id=bld_1,meter_id=mtr_1 power_w=1i 0")
        with pytest.raises(FailedPreconditionError, match=r"field type conflict.*dropped=1"):
            await stores.readings.write(MAINS, rows(0, 1))


async def test_a_write_that_is_refused_does_not_take_others_with_it() -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(KETTLE, rows(0, 1))
        server.answers[WRITE] = (422, "partial write: points beyond retention policy dropped=1")
        with pytest.raises(FailedPreconditionError, match="beyond retention policy dropped=1"):
            await stores.readings.write(KETTLE, rows(1, 1))
        server.answers.clear()
        await stores.readings.write(MAINS, rows(0, 1))
        server.buckets[RAW].series.clear()
        server.buckets[RAW].write("reading,building_id=bld_1,meter_id=mtr_1 power_w=1i 0")
        outcomes = await asyncio.gather(
            *(
                outcome(asyncio.ensure_future(stores.readings.write(series, rows(n, 1))))
                for n, series in enumerate([KETTLE, MAINS, KETTLE, MAINS, KETTLE])
            )
        )
        refused = [isinstance(each, FailedPreconditionError) for each in outcomes]
        assert refused == [False, True, False, True, False]
        assert [each for each in outcomes if each is None] == [None] * 3


@pytest.mark.parametrize(
    ("status", "kind", "retry_s"),
    [
        (401, UnavailableError, 15),
        (403, UnavailableError, 15),
        (404, UnavailableError, 15),
        (413, FailedPreconditionError, None),
        (429, ResourceExhaustedError, 1),
        (500, UnavailableError, 1),
        (503, UnavailableError, 1),
        (418, NilmError, None),
    ],
)
async def test_each_answer_is_an_error_of_ours(
    status: int, kind: type[NilmError], retry_s: int | None
) -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        for path in (WRITE, "/api/v2/query"):
            server.answers[path] = (status, "no")
        for action in (
            stores.readings.write(MAINS, rows(1, 1)),
            stores.readings.page("mtr_1", DAY, DAY + 10, 1),
        ):
            with pytest.raises(NilmError) as caught:
                await action
            assert type(caught.value) is kind
            waits = caught.value.retry_after
            assert (waits.total_seconds() if waits else None) == retry_s


async def test_the_token_is_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stand_in_stores() as (server, stores):
        server.token = "another"
        with pytest.raises(UnavailableError) as caught:
            await stores.readings.write(MAINS, rows(0, 1))
        assert "refuses the token" in caught.value.message
        told = caplog.text + str(caught.value) + repr(stores.client.config)
        assert stores.client.config.token not in told


async def test_a_server_that_hangs_is_told_of_within_the_callers_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nilm_telemetry.adapters.influxdb.client._ANSWER_MARGIN_S", 6.0)
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        server.delay_s = 30
        loop = asyncio.get_running_loop()
        for action in (
            lambda: stores.readings.write(MAINS, rows(1, 1)),
            lambda: stores.readings.page("mtr_1", DAY, DAY + 10, 1),
            stores.readings.extents,
        ):
            enter_call(Call("/m", "req_1", "127.0.0.1", deadline=loop.time() + 6.5))
            begun = time.monotonic()
            with pytest.raises(UnavailableError) as caught:
                await action()
            assert time.monotonic() - begun < 6.5
            assert caught.value.retry_after is not None


async def test_a_server_that_is_gone_is_told_of_at_once_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with leaving() as (server, stores):
        for _ in range(5):
            begun = time.monotonic()
            with pytest.raises(UnavailableError, match="try again") as caught:
                await stores.readings.write(MAINS, rows(1, 1))
            assert time.monotonic() - begun < 8  # it would be waited for for 10 s
            assert caught.value.reason == "STORE_AWAY"
        with pytest.raises(UnavailableError):
            await stores.check()
        async with server.running():
            await stores.readings.write(MAINS, rows(1, 1))
            await stores.check()
            assert raw_rows(server) == 2
    told = [record.message for record in caplog.records if "time-series store" in record.message]
    assert told == ["the time-series store is away", "the time-series store answers again"]


@contextlib.asynccontextmanager
async def leaving() -> AsyncIterator[tuple[StandInInfluxDb, InfluxStores]]:
    """Gives stores with one row whose server is gone."""
    server = StandInInfluxDb()
    async with contextlib.AsyncExitStack() as stack:
        async with server.running():
            stores = await stack.enter_async_context(InfluxStores(config_of(server)))
            await stores.prepare()
            await stores.readings.write(MAINS, rows(0, 1))
        yield server, stores


async def test_a_full_queue_is_refused_and_memory_stays_bounded() -> None:
    async with stand_in_stores(max_queued_rows=1_000, batch_rows=200) as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        server.delay_s = 0.5
        writes = [
            asyncio.ensure_future(stores.readings.write(MAINS, rows(100 * n, 100)))
            for n in range(20)
        ]
        await asyncio.sleep(0.1)
        outcomes = await asyncio.gather(*(outcome(write) for write in writes))
        refused = [each for each in outcomes if each is not None]
        assert len(refused) == 10
        assert {each.reason for each in refused} == {"WRITE_QUEUE_FULL"}
        assert all(isinstance(each, ResourceExhaustedError) for each in refused)
        assert all(each.retry_after is not None for each in refused)
        assert raw_rows(server) >= 1_000


async def test_a_caller_who_gives_up_is_forgotten() -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        server.gate.clear()
        sent = asyncio.ensure_future(stores.readings.write(MAINS, rows(1, 1)))
        await eventually(lambda: server.held_count == 1)
        writes = [
            asyncio.ensure_future(stores.readings.write(MAINS, rows(n, 1))) for n in range(2, 9)
        ]
        await eventually(lambda: stores.readings._writer.queued_rows >= len(writes))
        for write in writes:
            write.cancel()
        await asyncio.gather(*writes, return_exceptions=True)
        server.gate.set()
        assert await outcome(sent) is None
        await stores.readings.write(KETTLE, rows(0, 1))
        assert stores.readings._writer.queued_rows == 0
        assert raw_rows(server) == 3


async def test_buckets_and_tasks_are_made_once() -> None:
    async with stand_in_stores() as (server, stores):
        made = list(server.made)
        assert len(made) == 9
        await stores.prepare()
        async with InfluxStores(stores.client.config) as another:
            await another.prepare()
        assert server.made == made
        task = next(iter(server.tasks.values()))
        script = task.flux
        task.flux = script.replace("6h", "1h")
        await stores.prepare()
        assert task.flux == script
        assert server.made == made


async def test_without_the_right_to_make_tasks_all_but_the_tasks_is_set_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = StandInInfluxDb()
    server.answers["/api/v2/tasks"] = (403, "insufficient permissions")
    clock = ManualClock(from_us(DAY + 10 * 86_400_000_000))
    async with server.running(), InfluxStores(config_of(server), clock) as stores:
        await stores.prepare()
        await stores.readings.write(MAINS, rows(0, 10))
        clock.advance(timedelta(minutes=16))
        assert await stores.settler.settle_rested() > 0
        assert server.buckets["raw_sensor_data_1h"].series
    assert "no downsampling tasks" in caplog.text


async def test_an_organisation_that_is_not_there_is_named() -> None:
    server = StandInInfluxDb()
    config = replace(config_of(server), org="elsewhere")
    async with server.running(), InfluxStores(replace(config, url=server.url)) as stores:
        with pytest.raises(FailedPreconditionError, match="no organisation 'elsewhere'"):
            await stores.prepare()


async def test_a_server_that_is_away_at_the_start_is_set_up_once_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nilm_telemetry.adapters.influxdb.stores._RETRY_S", 0.05)
    server = StandInInfluxDb()
    async with server.running():
        pass
    async with InfluxStores(config_of(server)) as stores:
        work = asyncio.create_task(stores.maintain())
        with pytest.raises(UnavailableError):
            await stores.readings.write(MAINS, rows(0, 1))
        async with server.running():
            async with asyncio.timeout(60):
                while len(server.made) < 9:  # noqa: ASYNC110 the server tells nobody
                    await asyncio.sleep(0.02)
            await stores.readings.write(MAINS, rows(0, 1))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


INJECTIONS = ('x" or r.meter_id != "', '") |> drop() //', "a b", "A", "mtr_1\n", "")


@pytest.mark.parametrize("text", INJECTIONS)
async def test_no_text_of_a_caller_reaches_the_server(text: str) -> None:
    async with stand_in_stores() as (server, stores):
        await stores.readings.write(MAINS, rows(0, 1))
        before: dict[str, Bucket] = {
            name: Bucket(dict(one.series)) for name, one in server.buckets.items()
        }
        server.queries.clear()
        grid = bucket_grid(from_us(DAY), from_us(DAY + 10**9), 10)
        assert isinstance(grid, TimeGrid)
        cells = PredictedCells(
            text, "v1", 60, np.array([DAY]), np.ones(1, np.float32), np.ones(1, np.float32)
        )
        readings, predictions = stores.readings, stores.predictions
        for action in (
            readings.write(MeterSeries(text, "mtr_1", MeterKind.MAINS), rows(0, 1)),
            readings.write(MeterSeries("bld_1", text, MeterKind.MAINS), rows(0, 1)),
            readings.page(text, DAY, DAY + 1, 1),
            readings.buckets(text, grid, DAY, DAY + 10**9),
            readings.quarters(text, DAY, DAY + 900_000_000),
            readings.extents([text]),
            predictions.write("bld_1", [cells]),
            predictions.write(text, [cells]),
            predictions.page(text, "kettle", DAY, DAY + 1, 1),
            predictions.page("bld_1", text, DAY, DAY + 1, 1),
            predictions.means(text, "kettle", grid, DAY, DAY + 1),
            predictions.means("bld_1", text, grid, DAY, DAY + 1),
            predictions.quarters(text, "kettle", DAY, DAY + 900_000_000),
            predictions.quarters("bld_1", text, DAY, DAY + 900_000_000),
            predictions.reaches([text]),
        ):
            with pytest.raises(InvalidArgumentError):
                await action
        assert server.queries == []
        assert {name: Bucket(dict(one.series)) for name, one in server.buckets.items()} == before


async def test_any_version_of_a_model_may_be_stored() -> None:
    version = 'v1 "quoted", \\ = ü\n\r\n|> yield()'
    async with stand_in_stores() as (_, stores):
        cells = PredictedCells(
            "kettle",
            version,
            60_000_000,
            np.array([DAY]),
            np.ones(1, np.float32),
            np.ones(1, np.float32),
        )
        await stores.predictions.write("bld_1", [cells])
        (part,) = await stores.predictions.page("bld_1", "kettle", DAY, DAY + 1, 1)
        assert part.model_version == version
        (reach,) = await stores.predictions.reaches()
        assert reach.model_version == version
        assert to_us(from_us(reach.until_us)) == DAY + 60_000_000
