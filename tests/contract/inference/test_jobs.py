"""JobService behind a real server, with real auth, real workers and a telemetry in memory."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from nilm.inference.v1 import job_pb2
from nilm.inference.v1 import job_service_pb2 as pb
from nilm_core.timegrid import to_us
from nilm_rpc.convert import to_timestamp
from tests.support.eventually import eventually, eventually_answers
from tests.support.inference_world import Inference, World
from tests.support.redis_server import RedisServer
from tests.support.rpc_errors import detail, failure, fields

START = datetime(2024, 5, 1, tzinfo=UTC)
PERIOD = timedelta(seconds=30)
DAYS = 3
END = START + timedelta(days=DAYS)
CELLS = 2 * DAYS * 1_440
FINAL = (job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_CANCELLED)


@pytest.fixture(params=["embedded", "redis"])
def queue(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of each form of the queue."""
    if request.param == "embedded":
        return {"job_queue": "embedded"}
    server: RedisServer = request.getfixturevalue("redis_server")
    return {"job_queue": "redis", "redis_url": server.url, "redis_timeout_ms": 5_000}


@pytest.fixture
async def running(world: World, queue: dict[str, Any]) -> AsyncIterator[Inference]:
    async with world.inference(chunk_hours=12, **queue) as started:
        yield started


@pytest.fixture
async def home(world: World) -> tuple[dict[str, Any], str]:
    """A building with three days of mains."""
    anna = await world.sign_up()
    building_id = await world.building(anna)
    readings = [200.0 + 2_000.0 * (index % 240 < 6) for index in range(DAYS * 2_880)]
    world.telemetry.add_readings(building_id, START, PERIOD, readings)
    return anna, building_id


def request(building_id: str, **changes: Any) -> pb.CreateDisaggregationJobRequest:
    values = {
        "building_id": building_id,
        "start_time": to_timestamp(START),
        "end_time": to_timestamp(END),
    }
    return pb.CreateDisaggregationJobRequest(**{**values, **changes})


async def create(
    running: Inference, home: tuple[dict[str, Any], str], **changes: Any
) -> job_pb2.DisaggregationJob:
    who, building_id = home
    answer = await running.jobs.CreateDisaggregationJob(request(building_id, **changes), **who)
    return answer.job


def named(job: job_pb2.DisaggregationJob) -> dict[str, str]:
    return {"building_id": job.building_id, "job_id": job.job_id}


async def get(
    running: Inference, who: dict[str, Any], job: job_pb2.DisaggregationJob
) -> job_pb2.DisaggregationJob:
    asked = pb.GetDisaggregationJobRequest(**named(job))
    return (await running.jobs.GetDisaggregationJob(asked, **who)).job


async def ended(
    running: Inference, who: dict[str, Any], job: job_pb2.DisaggregationJob
) -> job_pb2.DisaggregationJob:
    """Returns the job when it has ended."""
    call = running.jobs.WatchDisaggregationJob(
        pb.WatchDisaggregationJobRequest(**named(job)), **who
    )
    async with asyncio.timeout(120):
        *_, last = [answer.job async for answer in call]
    return last


async def until_ended(
    running: Inference, who: dict[str, Any], job: job_pb2.DisaggregationJob
) -> job_pb2.DisaggregationJob:
    """Returns the job when it has ended, also where the queue is away at times."""
    seen: list[job_pb2.DisaggregationJob] = []

    async def is_so() -> bool:
        with contextlib.suppress(grpc.aio.AioRpcError):
            seen[:] = [await get(running, who, job)]
            return seen[0].state in FINAL
        return False

    await until(is_so)
    return seen[0]


def until(check: Callable[[], Awaitable[bool]]) -> Awaitable[None]:
    return eventually_answers(check, within_s=120)


async def test_a_job_is_worked_on_and_ends_with_every_prediction_kept(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    made = await create(running, home)
    assert made.state == job_pb2.JOB_STATE_QUEUED
    assert (made.fraction, made.attempt_count, made.message) == (0.0, 0, "")
    assert not made.HasField("begin_time")
    last = await ended(running, home[0], made)
    assert last.state == job_pb2.JOB_STATE_SUCCEEDED
    assert (last.fraction, last.prediction_count, last.attempt_count) == (1.0, CELLS, 1)
    assert last.done_until_time == to_timestamp(END)
    assert (last.message, last.cancel_requested) == ("", False)
    times = [each.ToDatetime() for each in (last.create_time, last.begin_time, last.finish_time)]
    assert times == sorted(times)
    for name in ("kettle", "microwave"):
        assert len(world.telemetry.cells[home[1], name]) == DAYS * 1_440
    assert {subject for subject, _ in world.telemetry.writes} == {"inference"}


async def test_a_watcher_sees_each_step_and_then_the_end(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    world.telemetry.write_delay_s = 0.6
    made = await create(running, home)
    watch = pb.WatchDisaggregationJobRequest(**named(made))
    seen = [each.job async for each in running.jobs.WatchDisaggregationJob(watch, **home[0])]
    fractions = [each.fraction for each in seen]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) >= 4
    assert [each.state in FINAL for each in seen] == [False] * (len(seen) - 1) + [True]


async def test_cancelled_half_way_what_was_kept_stays_and_no_more_comes(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    world.telemetry.write_delay_s = 0.3
    anna, building_id = home
    made = await create(running, home)

    async def has_begun() -> bool:
        return (await get(running, anna, made)).prediction_count > 0

    await until(has_begun)
    cancel = pb.CancelDisaggregationJobRequest(**named(made))
    answer = await running.jobs.CancelDisaggregationJob(cancel, **anna)
    assert answer.job.cancel_requested
    last = await ended(running, anna, made)
    assert last.state == job_pb2.JOB_STATE_CANCELLED
    assert 0 < last.fraction < 1
    assert not last.cancel_requested
    done_until_us = to_us(last.done_until_time.ToDatetime(tzinfo=UTC))
    cells = world.telemetry.cells[building_id, "kettle"]
    assert len([time for time in cells if time < done_until_us]) == last.prediction_count / 2
    count = len(world.telemetry.writes)
    again = await running.jobs.CancelDisaggregationJob(cancel, **anna)
    assert again.job == last
    await asyncio.sleep(0.5)
    assert len(world.telemetry.writes) == count


async def test_a_job_over_absent_readings_ends_and_says_so(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    early = {"start_time": START - timedelta(days=30), "end_time": START - timedelta(days=20)}
    made = await create(running, home, **{name: to_timestamp(time) for name, time in early.items()})
    last = await ended(running, home[0], made)
    assert last.state == job_pb2.JOB_STATE_SUCCEEDED
    assert (last.fraction, last.prediction_count) == (1.0, 0)
    assert "no mains readings" in last.message
    assert world.telemetry.writes == []


async def test_telemetry_that_goes_away_delays_a_job_and_no_more(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    world.telemetry.writes_until_failure = 2
    made = await create(running, home)

    async def is_stuck() -> bool:
        job = await get(running, home[0], made)
        return job.fraction == pytest.approx(1 / DAYS) and len(world.telemetry.writes) > 3

    await until(is_stuck)
    world.telemetry.writes_until_failure = None
    last = await ended(running, home[0], made)
    assert (last.state, last.prediction_count) == (job_pb2.JOB_STATE_SUCCEEDED, CELLS)
    assert last.attempt_count == 1


async def test_telemetry_that_stays_away_fails_a_job_in_the_end(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    world.telemetry.writes_until_failure = 1
    async with world.inference(chunk_hours=12, job_patience_s=0.1, **queue) as running:
        last = await ended(running, home[0], await create(running, home))
    assert last.state == job_pb2.JOB_STATE_FAILED
    assert last.message == "the store is away"
    assert last.fraction == pytest.approx(1 / DAYS / 2)


async def test_a_chunk_that_takes_longer_than_the_lease_is_not_taken_away(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    world.telemetry.write_delay_s = 9.0
    first_day = {"end_time": to_timestamp(START + timedelta(days=1))}
    async with world.inference(chunk_hours=24, job_lease_s=6.0, **queue) as running:
        last = await ended(running, home[0], await create(running, home, **first_day))
    assert (last.state, last.attempt_count) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
    assert len(world.telemetry.writes) == 1


async def test_a_worker_that_cannot_renew_its_lease_stops_and_the_job_goes_on_later(
    world: World, home: tuple[dict[str, Any], str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.telemetry.write_delay_s = 0.4
    server = RedisServer()
    settings = {
        "job_queue": "redis",
        "redis_url": server.url,
        "redis_timeout_ms": 5_000,
        "redis_retry_s": 0.1,
        "max_running_jobs": 1,  # so that nobody takes the job of a worker that is merely slow
    }
    try:
        async with world.inference(chunk_hours=4, job_lease_s=2.0, **settings) as running:
            made = await create(running, home)
            await eventually(lambda: bool(world.telemetry.writes))
            server.process.stop()
            await eventually(lambda: "job left to other workers" in caplog.messages)
            count = len(world.telemetry.writes)
            await asyncio.sleep(1.0)
            assert len(world.telemetry.writes) == count < DAYS * 6
            world.telemetry.write_delay_s = 0.0
            server.process.start()
            last = await until_ended(running, home[0], made)
    finally:
        server.close()
    assert (last.state, last.prediction_count) == (job_pb2.JOB_STATE_SUCCEEDED, CELLS)
    assert last.attempt_count == 2


async def test_a_job_goes_on_where_a_drained_server_left_it(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    world.telemetry.write_delay_s = 0.3
    async with world.inference(chunk_hours=12, **queue) as running:
        made = await create(running, home)

        async def has_begun() -> bool:
            return (await get(running, home[0], made)).prediction_count > 0

        await until(has_begun)
    async with world.inference(chunk_hours=12, **queue) as running:
        last = await ended(running, home[0], made)
    assert (last.state, last.prediction_count) == (job_pb2.JOB_STATE_SUCCEEDED, CELLS)
    assert last.attempt_count == 1
    assert len(world.telemetry.cells[home[1], "kettle"]) == DAYS * 1_440


async def test_a_repeat_of_a_creation_gets_the_same_job_even_after_a_restart(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    async with world.inference(**queue) as running:
        first = await create(running, home, request_id="once")
        await ended(running, home[0], first)
    async with world.inference(**queue) as running:
        again = await create(running, home, request_id="once")
        assert again.job_id == first.job_id
        other = request(home[1], request_id="once", appliance_ids=["kettle"])
        error = await failure(
            running.jobs.CreateDisaggregationJob(other, **home[0]),
            grpc.StatusCode.INVALID_ARGUMENT,
        )
        assert fields(error) == ["request_id"]


async def test_the_jobs_of_a_building_are_listed_newest_first_in_pages(
    home: tuple[dict[str, Any], str], running: Inference
) -> None:
    anna, building_id = home
    made = [await create(running, home, appliance_ids=["kettle"]) for _ in range(3)]
    asked = pb.ListDisaggregationJobsRequest(building_id=building_id, page_size=2)
    first = await running.jobs.ListDisaggregationJobs(asked, **anna)
    asked.page_token = first.next_page_token
    second = await running.jobs.ListDisaggregationJobs(asked, **anna)
    listed = [each.job_id for page in (first, second) for each in page.jobs]
    assert listed == [each.job_id for each in reversed(made)]
    assert (len(first.jobs), second.next_page_token) == (2, "")


async def test_a_building_waits_for_so_many_jobs_and_no_more(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    world.telemetry.write_delay_s = 5.0
    async with world.inference(max_open_jobs=2, **queue) as running:
        for _ in range(2):
            await create(running, home)
        error = await failure(
            running.jobs.CreateDisaggregationJob(request(home[1]), **home[0]),
            grpc.StatusCode.RESOURCE_EXHAUSTED,
        )
    assert detail(error, error_details_pb2.ErrorInfo).reason == "TOO_MANY_JOBS"
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds > 0


async def test_so_many_jobs_run_at_once_and_no_more(
    world: World, home: tuple[dict[str, Any], str], queue: dict[str, Any]
) -> None:
    world.telemetry.write_delay_s = 0.2
    states: list[list[int]] = []
    async with world.inference(max_running_jobs=2, chunk_hours=24, **queue) as running:
        for _ in range(4):
            await create(running, home)
        asked = pb.ListDisaggregationJobsRequest(building_id=home[1])

        async def are_done() -> bool:
            jobs = (await running.jobs.ListDisaggregationJobs(asked, **home[0])).jobs
            states.append([each.state for each in jobs])
            return set(states[-1]) == {job_pb2.JOB_STATE_SUCCEEDED}

        await until(are_done)
    assert max(each.count(job_pb2.JOB_STATE_RUNNING) for each in states) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"appliance_ids": ["kettle", "toaster"]}, "appliance_ids[1]"),
        ({"start_time": None}, "start_time"),
        ({"end_time": to_timestamp(START)}, "end_time"),
        ({"end_time": to_timestamp(START + timedelta(days=1_200))}, "end_time"),
        ({"end_time": to_timestamp(START + timedelta(seconds=59))}, "end_time"),
    ],
)
async def test_what_is_wrong_is_named_before_a_job_is_made(
    home: tuple[dict[str, Any], str], running: Inference, changes: dict[str, Any], field: str
) -> None:
    anna, building_id = home
    call = running.jobs.CreateDisaggregationJob(request(building_id, **changes), **anna)
    assert fields(await failure(call, grpc.StatusCode.INVALID_ARGUMENT)) == [field]
    asked = pb.ListDisaggregationJobsRequest(building_id=building_id)
    assert not (await running.jobs.ListDisaggregationJobs(asked, **anna)).jobs


async def test_jobs_are_of_their_building_alone(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    anna, _ = home
    ben = await world.sign_up("ben")
    bens = await world.building(ben)
    job = await create(running, home)
    theirs = {"building_id": bens, "job_id": job.job_id}
    for who, names, code in (
        (ben, named(job), grpc.StatusCode.NOT_FOUND),
        (ben, theirs, grpc.StatusCode.NOT_FOUND),
    ):
        get_it = running.jobs.GetDisaggregationJob(pb.GetDisaggregationJobRequest(**names), **who)
        await failure(get_it, code)
        cancel = pb.CancelDisaggregationJobRequest(**names)
        await failure(running.jobs.CancelDisaggregationJob(cancel, **who), code)
        watch = pb.WatchDisaggregationJobRequest(**names)
        await failure(running.jobs.WatchDisaggregationJob(watch, **who).read(), code)
    assert (await ended(running, anna, job)).state == job_pb2.JOB_STATE_SUCCEEDED


async def test_a_server_without_a_queue_refuses_jobs_and_serves_the_rest(
    world: World, home: tuple[dict[str, Any], str], tmp_path: Path
) -> None:
    async with world.inference(job_queue="none", service_secret_file=None) as running:
        call = running.jobs.CreateDisaggregationJob(request(home[1]), **home[0])
        error = await failure(call, grpc.StatusCode.FAILED_PRECONDITION)
        assert "NILM_INFERENCE_JOB_QUEUE" in (error.details() or "")
        asked = pb.ListDisaggregationJobsRequest(building_id=home[1])
        assert not (await running.jobs.ListDisaggregationJobs(asked, **home[0])).jobs
    assert not (tmp_path / "inference").exists()
