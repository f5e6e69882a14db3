"""Jobs in the hands of real processes that are killed, over the real auth and telemetry."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2

from nilm.inference.v1 import inference_service_pb2, job_pb2, model_service_pb2
from nilm.inference.v1 import job_service_pb2 as pb
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from tests.integration.inference.worker_process import JOB_BEGINS, JOB_ENDED, Worker, workers
from tests.support import inference_world
from tests.support.eventually import eventually, eventually_answers
from tests.support.inference_world import World
from tests.support.redis_server import RedisServer
from tests.support.rpc_errors import detail, failure
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
DAYS = 10
END = START + timedelta(days=DAYS)
MINUTES = DAYS * 1_440
NAMES = ("kettle", "microwave")
MINUTE = timedelta(minutes=1)
SUCCEEDED = (job_pb2.JOB_STATE_SUCCEEDED,)
ENDED = (*SUCCEEDED, job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_CANCELLED)

Home = tuple[dict[str, Any], str]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with inference_world.world(tmp_path, real_telemetry=True) as started:
        for seed, name in enumerate(NAMES, 1):
            add_model(tmp_path / "models", name, seed=seed)
        yield started


@pytest.fixture
async def home(world: World) -> Home:
    anna = await world.sign_up()
    return anna, await furnished(world, anna)


@pytest.fixture
def redis(redis_server: RedisServer) -> dict[str, Any]:
    return {"job_queue": "redis", "redis_url": redis_server.url}


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that may be stopped."""
    server = RedisServer()
    yield server
    server.close()


async def furnished(world: World, who: dict[str, Any]) -> str:
    """Makes a building with mains, the same in each; returns its id.

    The last reading, at the end of the interval, is what the one before it holds until.
    """
    building_id = await world.building(who)
    power_w = np.random.default_rng(4).uniform(50.0, 3_000.0, MINUTES + 1)
    async with connect(world.telemetry_target) as channel:
        stub = reading_grpc.ReadingServiceStub(channel)
        for first in range(0, MINUTES + 1, 9_600):
            minutes = range(first, min(first + 9_600, MINUTES + 1))
            columns = reading_pb2.ReadingColumns(
                start_time=to_timestamp(START),
                offset_us=[minute * 60_000_000 for minute in minutes],
                power_w=power_w[first : first + 9_600],
            )
            request = reading_pb.WriteReadingsRequest(building_id=building_id, readings=columns)
            await stub.WriteReadings(request, **who)
    return building_id


async def predictions(world: World, home: Home) -> dict[str, list[tuple[datetime, float]]]:
    """Returns each stored cell of each appliance, as often as the store has it."""
    who, building_id = home
    found: dict[str, list[tuple[datetime, float]]] = {name: [] for name in NAMES}
    request = prediction_pb.QueryPredictionsRequest(
        building_id=building_id,
        start_time=to_timestamp(START - timedelta(days=1)),
        end_time=to_timestamp(END + timedelta(days=1)),
        page_size=100_000,
    )
    async with connect(world.telemetry_target) as channel:
        stub = prediction_grpc.PredictionServiceStub(channel)
        while True:
            answer = await stub.QueryPredictions(request, **who)
            for series in answer.series:
                first = series.start_time.ToDatetime(tzinfo=UTC)
                found[series.appliance_id] += [
                    (first + index * MINUTE, power_w)
                    for index, power_w in enumerate(series.power_w)
                    if not np.isnan(power_w)
                ]
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token


async def check_every_cell_is_there_once(world: World, home: Home) -> None:
    """Checks the predictions of a building against a run that nobody cut."""
    whole = home[0], await furnished(world, home[0])
    async with world.inference(chunk_hours=48) as running:
        request = inference_service_pb2.DisaggregateRequest(
            building_id=whole[1],
            start_time=to_timestamp(START),
            end_time=to_timestamp(END),
            omit_results=True,
        )
        async for _ in running.inference.Disaggregate(request, **whole[0]):
            pass
    expected, found = await predictions(world, whole), await predictions(world, home)
    for name in NAMES:
        times = [time for time, _ in found[name]]
        assert sorted(times) == [START + minute * MINUTE for minute in range(MINUTES)]
        np.testing.assert_allclose(
            [power_w for _, power_w in sorted(found[name])],
            [power_w for _, power_w in sorted(expected[name])],
            rtol=1e-4,
            atol=0.05,
        )


async def create(worker: Worker, home: Home) -> job_pb2.DisaggregationJob:
    request = pb.CreateDisaggregationJobRequest(
        building_id=home[1], start_time=to_timestamp(START), end_time=to_timestamp(END)
    )
    return (await worker.jobs.CreateDisaggregationJob(request, **home[0])).job


async def test_another_process_finishes_the_job_of_one_that_is_killed(
    world: World, home: Home, redis: dict[str, Any]
) -> None:
    async with workers(world, "one", "two", **redis) as (one, two):
        job = await create(one, home)
        half = await one.until(home[0], job, fraction=0.3)
        assert half.fraction < 0.9
        killed, other = (one, two) if one.lines(JOB_BEGINS) else (two, one)
        assert not other.lines(JOB_BEGINS)
        killed.kill()
        last = await other.until(home[0], job, states=ENDED)
        assert last.state == job_pb2.JOB_STATE_SUCCEEDED
        assert last.prediction_count == len(NAMES) * MINUTES
        assert last.attempt_count == 2
        assert not killed.lines(JOB_ENDED)
        assert len(other.lines(JOB_BEGINS)) == len(other.lines(JOB_ENDED)) == 1
    await check_every_cell_is_there_once(world, home)


async def test_the_one_process_goes_on_after_it_was_killed(world: World, home: Home) -> None:
    async with Worker(world, "alone").opened() as alone:
        job = await create(alone, home)
        half = await alone.until(home[0], job, fraction=0.3)
        assert half.fraction < 0.9
        alone.kill()
        alone.start()
        await alone.ready()
        resumed = await alone.job(home[0], job)
        assert resumed.fraction >= half.fraction
        last = await alone.until(home[0], job, states=ENDED)
        assert last.state == job_pb2.JOB_STATE_SUCCEEDED
        assert last.prediction_count == len(NAMES) * MINUTES
        assert last.attempt_count == 2
        assert len(alone.lines(JOB_ENDED)) == 1
    await check_every_cell_is_there_once(world, home)


async def test_two_processes_share_the_jobs_and_none_is_run_twice(
    world: World, home: Home, redis: dict[str, Any]
) -> None:
    async with workers(world, "one", "two", **{**redis, "chunk_hours": 8}) as (one, two):
        jobs = [await create((one, two)[number % 2], home) for number in range(5)]
        for job in jobs:
            last = await one.until(home[0], job, states=ENDED)
            assert (last.state, last.attempt_count) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
        begun = [*one.lines(JOB_BEGINS), *two.lines(JOB_BEGINS)]
        assert one.lines(JOB_BEGINS)
        assert two.lines(JOB_BEGINS)
        assert [len([line for line in begun if job.job_id in line]) for job in jobs] == [1] * 5


async def test_a_job_that_takes_its_worker_along_each_time_fails_in_the_end(
    world: World, home: Home
) -> None:
    async with Worker(world, "alone", max_job_attempts=2, chunk_hours=1).opened() as alone:
        job = await create(alone, home)
        for attempt in (1, 2):
            await eventually(lambda attempt=attempt: len(alone.lines(JOB_BEGINS)) == attempt)
            alone.kill()
            alone.start()
            await alone.ready()
        last = await alone.until(home[0], job, states=ENDED)
        assert last.state == job_pb2.JOB_STATE_FAILED
        assert "given up after 2 attempts" in last.message
        assert last.fraction < 1.0


async def test_redis_away_stops_neither_a_running_job_nor_the_rest_of_the_service(
    world: World, home: Home, own_redis: RedisServer
) -> None:
    settings = {"job_queue": "redis", "redis_url": own_redis.url, "redis_retry_s": 0.2}
    async with Worker(world, "alone", job_lease_s=60, **settings).opened() as alone:
        job = await create(alone, home)
        before = await alone.until(home[0], job, fraction=0.1)
        own_redis.process.stop()
        error = await failure(create(alone, home), grpc.StatusCode.UNAVAILABLE)
        assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds > 0
        models = await alone.models.ListModels(model_service_pb2.ListModelsRequest(), **home[0])
        assert len(models.models) == len(NAMES)
        kept = len((await predictions(world, home))["kettle"])

        async def goes_on() -> bool:
            return len((await predictions(world, home))["kettle"]) > kept

        await eventually_answers(goes_on)
        await alone.ready()
        own_redis.process.start()
        await eventually(lambda: bool(alone.lines('"redis is back"')))
        last = await alone.until(home[0], job, states=ENDED)
        assert (last.state, last.attempt_count) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
        assert last.prediction_count == len(NAMES) * MINUTES
        assert last.fraction > before.fraction
        assert len(alone.lines('"redis is away"')) == 1
        assert len(alone.lines('"redis is back"')) == 1
        assert not alone.lines("Traceback")
