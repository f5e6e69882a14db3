"""What every form of the job queue has to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nilm_core.clock import SystemClock
from nilm_core.errors import ResourceExhaustedError
from nilm_inference.adapters.jobs.queues import QueueConfig, open_job_queue
from nilm_inference.domain.jobs import Claim, Job, JobState, Outcome, new_job
from nilm_inference.domain.progress import IntervalRequest, Progress
from nilm_inference.ports import JobQueue
from nilm_rpc.shared.link import RedisLink
from tests.support.eventually import eventually_answers
from tests.support.redis_server import RedisServer

START = datetime(2024, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)
"""Longer than any test takes."""

SHORT_LEASE = timedelta(seconds=1)
"""Of workers that fall silent."""

RETENTION = timedelta(seconds=0.3)
DONE = Outcome(JobState.SUCCEEDED, "all is well")

RIGHTS = (
    *("resetchannels", "~nilm:*", "-@all", "+ping", "+select", "+evalsha", "+script|load"),
    *("+exists", "+persist", "+pexpire", "+hdel", "+hget", "+hgetall", "+hincrby", "+hset"),
    *("+sadd", "+scard", "+srem", "+zadd", "+zrange", "+zrem", "+xack", "+xadd", "+xautoclaim"),
    *("+xclaim", "+xdel", "+xgroup", "+xinfo", "+xreadgroup"),
)
"""What docs/operations.md says that jobs need in Redis."""

Opener = Callable[..., AbstractAsyncContextManager[JobQueue]]


@pytest.fixture(params=["embedded", "redis"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the queue, again and again over the same jobs, with no more rights than it needs."""
    url = ""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        async with RedisLink(server.url, timeout_s=20.0) as link:
            command = ("ACL", "SETUSER", "jobs", "reset", "on", ">secret", *RIGHTS)
            await link.client.execute_command(*command)
        url = f"redis://jobs:secret@127.0.0.1:{server.port}/0"

    @asynccontextmanager
    async def open_queue(
        lease: timedelta = LEASE, retention: timedelta = timedelta(days=7)
    ) -> AsyncIterator[JobQueue]:
        def config(link: RedisLink | None) -> QueueConfig:
            return QueueConfig(tmp_path, link, SystemClock(), lease, retention)

        if not url:
            async with open_job_queue("embedded", config(None)) as queue:
                yield queue
            return
        async with (
            RedisLink(url, timeout_s=20.0) as link,
            open_job_queue("redis", config(link)) as queue,
        ):
            yield queue

    return open_queue


@pytest.fixture
async def queue(opened: Opener) -> AsyncIterator[JobQueue]:
    async with opened() as one:
        yield one


def a_job(
    building_id: str = "bld_1", *, created: datetime = NOW, appliances: tuple[str, ...] = ()
) -> Job:
    request = IntervalRequest(building_id, appliances, START, START + timedelta(days=10))
    return new_job(request, created, "", "anna")


def at(job: Job, days: int, count: int) -> Progress:
    return Progress(job.request, START + timedelta(days=days), count)


async def claimed(queue: JobQueue) -> Claim:
    """Returns a claim; there must be one to be had."""
    claim = await queue.claim(NOW)
    assert claim is not None
    return claim


async def until_claimed(queue: JobQueue) -> Claim:
    """Returns a claim as soon as one is to be had."""
    found: list[Claim] = []

    async def is_claimed() -> bool:
        claim = await queue.claim(NOW)
        found.extend([claim] if claim is not None else [])
        return bool(found)

    await eventually_answers(is_claimed)
    return found[0]


async def test_a_job_is_kept_as_it_was_made(queue: JobQueue) -> None:
    job = a_job(appliances=("kettle", "microwave"))
    assert await queue.submit(job, 1) == job
    assert await queue.get("bld_1", job.job_id) == job
    assert await queue.get("bld_2", job.job_id) is None
    assert await queue.get("bld_1", "job_0") is None


async def test_a_job_goes_through_the_hands_of_one_worker(queue: JobQueue) -> None:
    job = a_job()
    await queue.submit(job, 1)
    claim = await claimed(queue)
    running = replace(job, state=JobState.RUNNING, attempt_count=1, begun=NOW)
    assert claim.job == running
    assert await queue.get("bld_1", job.job_id) == running
    assert await queue.claim(NOW) is None
    half = replace(running, progress=at(job, 5, 70))
    assert await queue.keep(claim, at(job, 5, 70)) == half
    assert await queue.get("bld_1", job.job_id) == half
    later = NOW + timedelta(minutes=3)
    assert await queue.finish(claim, DONE, later)
    ended = replace(half, state=JobState.SUCCEEDED, message="all is well", finished=later)
    assert await queue.get("bld_1", job.job_id) == ended
    assert await queue.claim(NOW) is None
    assert await queue.keep(claim, at(job, 6, 80)) is None
    assert not await queue.finish(claim, DONE, later)


async def test_the_oldest_waiting_job_comes_first(queue: JobQueue) -> None:
    jobs = [a_job(created=NOW + timedelta(seconds=second)) for second in range(3)]
    for job in jobs:
        await queue.submit(job, 5)
    assert [(await claimed(queue)).job.job_id for _ in jobs] == [job.job_id for job in jobs]


async def test_a_job_is_claimed_once_however_many_ask(queue: JobQueue) -> None:
    jobs = [a_job(f"bld_{number}") for number in range(5)]
    for job in jobs:
        await queue.submit(job, 1)
    claims = await asyncio.gather(*(queue.claim(NOW) for _ in range(20)))
    won = [claim.job.job_id for claim in claims if claim is not None]
    assert sorted(won) == sorted(job.job_id for job in jobs)


async def test_a_silent_worker_loses_his_job_with_what_it_had(opened: Opener) -> None:
    job = a_job()
    async with opened(SHORT_LEASE) as queue:
        await queue.submit(job, 1)
        silent = await claimed(queue)
        await queue.keep(silent, at(job, 4, 44))
        other = await until_claimed(queue)
        assert other.job.job_id == job.job_id
        assert other.job.progress == at(job, 4, 44)
        assert other.job.attempt_count == 2
        assert await queue.keep(silent, at(job, 5, 55)) is None
        assert not await queue.finish(silent, DONE, NOW)
        await queue.release(silent)
        kept = await queue.keep(other, at(job, 6, 66))
        assert kept is not None
        assert kept.state is JobState.RUNNING
        assert await queue.finish(other, DONE, NOW)


async def test_a_worker_that_tells_of_itself_keeps_its_job(opened: Opener) -> None:
    job, lease_s = a_job(), 5.0
    async with opened(timedelta(seconds=lease_s)) as queue:
        await queue.submit(job, 1)
        claim = await claimed(queue)
        end = asyncio.get_running_loop().time() + 1.4 * lease_s
        while asyncio.get_running_loop().time() < end:
            assert await queue.keep(claim, job.progress) is not None
            assert await queue.claim(NOW) is None
            await asyncio.sleep(lease_s / 20)
        assert await queue.finish(claim, DONE, NOW)


async def test_a_job_given_back_waits_as_if_never_taken(queue: JobQueue) -> None:
    job = a_job()
    await queue.submit(job, 1)
    claim = await claimed(queue)
    await queue.keep(claim, at(job, 3, 33))
    await queue.release(claim)
    waiting = await queue.get("bld_1", job.job_id)
    assert waiting == replace(job, begun=NOW, progress=at(job, 3, 33))
    again = await claimed(queue)
    assert again.job.attempt_count == 1
    assert again.job.progress == at(job, 3, 33)
    assert await queue.keep(claim, job.progress) is None


async def test_a_waiting_job_is_cancelled_at_once(queue: JobQueue) -> None:
    job = a_job()
    await queue.submit(job, 1)
    gone = await queue.cancel("bld_1", job.job_id, NOW)
    assert gone == replace(job, state=JobState.CANCELLED, finished=NOW)
    assert await queue.claim(NOW) is None
    assert await queue.cancel("bld_1", job.job_id, NOW + timedelta(days=1)) == gone


async def test_a_running_job_hears_of_its_cancellation(queue: JobQueue) -> None:
    job = a_job()
    await queue.submit(job, 1)
    claim = await claimed(queue)
    asked = await queue.cancel("bld_1", job.job_id, NOW)
    assert asked is not None
    assert (asked.state, asked.is_cancel_requested) == (JobState.RUNNING, True)
    kept = await queue.keep(claim, at(job, 1, 11))
    assert kept is not None
    assert kept.is_cancel_requested
    assert await queue.finish(claim, Outcome(JobState.CANCELLED), NOW)
    ended = await queue.get("bld_1", job.job_id)
    assert ended is not None
    assert (ended.state, ended.is_cancel_requested) == (JobState.CANCELLED, False)
    assert ended.progress == at(job, 1, 11)


async def test_a_cancellation_needs_the_right_building(queue: JobQueue) -> None:
    job = a_job()
    await queue.submit(job, 1)
    assert await queue.cancel("bld_2", job.job_id, NOW) is None
    assert await queue.cancel("bld_1", "job_0", NOW) is None
    assert await queue.get("bld_1", job.job_id) == job


async def test_a_building_has_so_many_unfinished_jobs_and_no_more(queue: JobQueue) -> None:
    for _ in range(2):
        await queue.submit(a_job(), 2)
    with pytest.raises(ResourceExhaustedError, match="2 jobs are unfinished"):
        await queue.submit(a_job(), 2)
    await queue.submit(a_job("bld_2", created=NOW + timedelta(seconds=1)), 2)
    claim = await claimed(queue)
    assert claim.job.building_id == "bld_1"
    with pytest.raises(ResourceExhaustedError):
        await queue.submit(a_job(), 2)
    await queue.finish(claim, DONE, NOW)
    waiting = a_job()
    await queue.submit(waiting, 2)
    await queue.cancel("bld_1", waiting.job_id, NOW)
    await queue.submit(a_job(), 2)


async def test_a_repeat_gets_the_first_job_even_where_no_more_are_taken(queue: JobQueue) -> None:
    request = a_job().request
    first = new_job(request, NOW, "mine", "anna")
    await queue.submit(first, 1)
    later = NOW + timedelta(hours=1)
    assert await queue.submit(new_job(request, later, "mine", "anna"), 1) == first
    with pytest.raises(ResourceExhaustedError):
        await queue.submit(new_job(request, later, "mine", "ben"), 1)


async def test_so_many_at_once_are_still_no_more_than_allowed(queue: JobQueue) -> None:
    answers = await asyncio.gather(
        *(queue.submit(a_job(), 3) for _ in range(12)), return_exceptions=True
    )
    assert len([each for each in answers if isinstance(each, Job)]) == 3
    assert all(isinstance(each, Job | ResourceExhaustedError) for each in answers)


async def test_pages_go_from_the_newest_to_the_oldest(queue: JobQueue) -> None:
    jobs = [a_job(created=NOW + timedelta(seconds=number // 2)) for number in range(5)]
    for job in jobs:
        await queue.submit(job, 9)
    await queue.submit(a_job("bld_2"), 9)
    seen: list[Job] = []
    while page := await queue.page("bld_1", seen[-1].position if seen else "", 2):
        assert len(page) <= 2
        seen += page
    assert seen == sorted(jobs, key=lambda job: job.position, reverse=True)
    assert await queue.page("bld_3", "", 2) in ([], ())


async def test_jobs_that_ended_are_dropped_after_their_time(opened: Opener) -> None:
    async with opened(retention=RETENTION) as queue:
        old, new = a_job(), a_job(created=NOW + timedelta(seconds=1))
        await queue.submit(old, 2)
        claim = await claimed(queue)
        await queue.finish(claim, DONE, SystemClock().now())
        await queue.submit(new, 2)

        async def is_dropped() -> bool:
            assert (await queue.get("bld_1", new.job_id)) is not None
            other = await queue.claim(SystemClock().now())
            assert other is None or other.job.job_id == new.job_id
            return await queue.get("bld_1", old.job_id) is None

        await eventually_answers(is_dropped)
        assert [job.job_id for job in await queue.page("bld_1", "", 1)] == [new.job_id]


async def test_jobs_outlive_the_process(opened: Opener) -> None:
    waiting, taken = a_job(created=NOW + timedelta(seconds=1)), a_job()
    async with opened(SHORT_LEASE) as queue:
        for job in (taken, waiting):
            await queue.submit(job, 2)
        claim = await claimed(queue)
        await queue.keep(claim, at(taken, 2, 22))
    found: dict[str, Job] = {}
    async with opened(SHORT_LEASE) as queue:
        while len(found) < 2:
            again = await until_claimed(queue)
            found.setdefault(again.job.job_id, again.job)
    assert found.keys() == {taken.job_id, waiting.job_id}
    resumed = found[taken.job_id]
    assert (resumed.attempt_count, resumed.progress) == (2, at(taken, 2, 22))
