"""What one form of the job queue alone has to do."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nilm_core.clock import SystemClock
from nilm_core.errors import DataCorruptionError, FailedPreconditionError, UnavailableError
from nilm_inference.adapters.jobs.embedded import FILE_NAME, EmbeddedJobQueue
from nilm_inference.adapters.jobs.queues import QueueConfig, open_job_queue
from nilm_inference.adapters.jobs.shared import RedisJobQueue
from nilm_inference.domain.jobs import Claim, Job, JobState, Outcome, new_job
from nilm_inference.domain.progress import IntervalRequest
from nilm_rpc.shared.link import RedisLink
from tests.support.eventually import eventually_answers
from tests.support.redis_server import RedisServer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=30)
RETENTION = timedelta(days=7)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that may be stopped."""
    server = RedisServer()
    yield server
    server.close()


def a_job(building_id: str = "bld_1") -> Job:
    return new_job(IntervalRequest(building_id, (), NOW, NOW + timedelta(days=1)), NOW, "", "anna")


def embedded(folder: Path) -> EmbeddedJobQueue:
    return EmbeddedJobQueue.open(folder, SystemClock(), lease=LEASE, retention=RETENTION)


def shared(link: RedisLink, name: str, lease: timedelta = LEASE) -> RedisJobQueue:
    return RedisJobQueue(link, name, lease=lease, retention=RETENTION)


async def test_the_file_is_one_processs_alone(tmp_path: Path) -> None:
    first = embedded(tmp_path)
    with pytest.raises(UnavailableError, match="one process alone"):
        embedded(tmp_path)
    await first.close()
    await embedded(tmp_path).close()


async def test_what_ran_when_the_process_died_is_free_at_once(tmp_path: Path) -> None:
    first = embedded(tmp_path)
    job = await first.submit(a_job(), 1)
    assert await first.claim(NOW) is not None
    assert await first.claim(NOW) is None
    await first.close()
    second = embedded(tmp_path)
    claim = await second.claim(NOW)
    await second.close()
    assert claim is not None
    assert (claim.job.job_id, claim.job.attempt_count) == (job.job_id, 2)


def test_a_damaged_file_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(DataCorruptionError, match=FILE_NAME):
        embedded(tmp_path)


async def test_the_shared_form_needs_redis(tmp_path: Path) -> None:
    config = QueueConfig(tmp_path, None, SystemClock(), LEASE, RETENTION)
    with pytest.raises(FailedPreconditionError, match="NILM_INFERENCE_REDIS_URL"):
        async with open_job_queue("redis", config):
            pass


async def test_dead_workers_are_forgotten_with_the_last_of_their_jobs(
    redis_server: RedisServer,
) -> None:
    async with RedisLink(redis_server.url, timeout_s=20.0) as link:
        dead, live = shared(link, "dead"), shared(link, "live", timedelta(seconds=0.1))
        await dead.submit(a_job(), 1)
        assert await dead.claim(NOW) is not None
        claims: list[Claim] = []

        async def is_claimed() -> bool:
            claims.extend(each for each in [await live.claim(NOW)] if each is not None)
            return bool(claims)

        await eventually_answers(is_claimed)
        consumers = await link.client.xinfo_consumers("nilm:jobs", "workers")
        assert [each["name"] for each in consumers] == [b"live"]
        assert await live.finish(claims[0], Outcome(JobState.SUCCEEDED), NOW)
        assert await link.client.xlen("nilm:jobs") == 0


async def test_nothing_of_a_job_is_left_in_redis_after_its_time(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url, timeout_s=20.0) as link:
        queue = RedisJobQueue(link, "one", lease=LEASE, retention=timedelta(seconds=0.1))
        for building_id in ("bld_1", "bld_2"):
            await queue.submit(a_job(building_id), 1)
            claim = await queue.claim(NOW)
            assert claim is not None
            await queue.finish(claim, Outcome(JobState.SUCCEEDED), NOW)

        async def is_gone() -> bool:
            return await link.client.keys("*") == [b"nilm:jobs"]

        await eventually_answers(is_gone)


async def test_redis_away_is_told_at_once_and_logged_once_and_jobs_outlive_it(
    own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with RedisLink(own_redis.url, timeout_s=60.0, retry_s=0.1) as link:
        queue = shared(link, "one")
        job = await queue.submit(a_job(), 1)
        claim = await queue.claim(NOW)
        assert claim is not None
        own_redis.process.stop()
        for call in (
            queue.submit(a_job(), 9),
            queue.get("bld_1", job.job_id),
            queue.page("bld_1", "", 9),
            queue.cancel("bld_1", job.job_id, NOW),
            queue.claim(NOW),
            queue.keep(claim, job.progress),
            queue.finish(claim, Outcome(JobState.SUCCEEDED), NOW),
            queue.release(claim),
        ):
            with pytest.raises(UnavailableError) as caught:
                await asyncio.wait_for(call, 20.0)
            assert caught.value.retry_after is not None
        own_redis.process.start()

        async def is_back() -> bool:
            return not link.is_away

        await eventually_answers(is_back)
        kept = await queue.keep(claim, job.progress)
        assert kept is not None
        assert kept.job_id == job.job_id
    messages = [each.message for each in caplog.records]
    assert messages.count("redis is away") == messages.count("redis is back") == 1
