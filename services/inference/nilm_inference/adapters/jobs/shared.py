"""The job queue of many processes: Redis Streams with a consumer group."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from nilm_core.errors import UnavailableError
from nilm_core.ids import new_id
from nilm_core.timegrid import to_us
from nilm_inference.adapters.jobs import redis_scripts as scripts
from nilm_inference.adapters.jobs.records import job_of_record, job_record
from nilm_inference.domain.jobs import Claim, Job, Outcome, too_many_jobs
from nilm_inference.domain.progress import Progress
from nilm_rpc.shared.link import RedisAwayError, RedisLink

_USE = "jobs"
_GROUP = "workers"
_MILLISECOND = timedelta(milliseconds=1)
_RETRY_AFTER = timedelta(seconds=2)


class RedisJobQueue:
    """Implements `nilm_inference.ports.JobQueue` over all processes that share a Redis.

    Redis has to keep what it acknowledges (`appendonly yes`) and must not evict keys.
    """

    def __init__(
        self, link: RedisLink, worker: str, *, lease: timedelta, retention: timedelta
    ) -> None:
        self._link = link
        self._worker = worker
        self._lease_ms = lease // _MILLISECOND
        self._retention_ms = retention // _MILLISECOND
        self._queue = f"{link.prefix}:jobs"
        register = link.client.register_script
        self._submit: AsyncScript = register(scripts.SUBMIT)
        self._cancel: AsyncScript = register(scripts.CANCEL)
        self._claim: AsyncScript = register(scripts.CLAIM)
        self._keep: AsyncScript = register(scripts.KEEP)
        self._finish: AsyncScript = register(scripts.FINISH)
        self._release: AsyncScript = register(scripts.RELEASE)

    async def submit(self, job: Job, max_open: int) -> Job:
        """Lets a job wait, see `nilm_inference.ports.JobBoard`."""
        fields = [part for field in job_record(job).items() for part in field]
        found = await self._run(
            self._submit, self._keys(job), [max_open, job.job_id, job.position, *fields]
        )
        if not found:
            raise too_many_jobs(job.building_id, max_open)
        return _job(found)

    async def get(self, building_id: str, job_id: str) -> Job | None:
        """Returns a job, see `nilm_inference.ports.JobBoard`."""
        (job,) = await self._find([job_id])
        return job if job is not None and job.building_id == building_id else None

    async def page(self, building_id: str, before: str, limit: int) -> Sequence[Job]:
        """Returns a page of jobs, see `nilm_inference.ports.JobBoard`.

        Those that Redis has dropped since are dropped from the list too.
        """
        name = self._list_of(building_id)
        jobs: list[Job] = []
        while (missing := limit - len(jobs)) > 0:
            page = await self._ask(
                lambda redis, before=before, missing=missing: redis.zrange(  # type: ignore[misc]  # defaults bind the loop's variables
                    name,
                    f"({before}" if before else "+",
                    "-",
                    desc=True,
                    bylex=True,
                    offset=0,
                    num=missing,
                )
            )
            positions = [each.decode() for each in cast("list[bytes]", page)]
            if not positions:
                break
            found = await self._find([each.partition(":")[2] for each in positions])
            jobs += [job for job in found if job is not None]
            gone = [each for each, job in zip(positions, found, strict=True) if job is None]
            if gone:
                await self._ask(lambda redis, gone=gone: redis.zrem(name, *gone))  # type: ignore[misc]  # as above
            before = positions[-1]
        return jobs

    async def cancel(self, building_id: str, job_id: str, now: datetime) -> Job | None:
        """Cancels a job, see `nilm_inference.ports.JobBoard`."""
        found = await self._run(
            self._cancel,
            [self._job(job_id), *self._keys_of(building_id)],
            [building_id, _GROUP, job_id, to_us(now), self._retention_ms],
        )
        return _job(found) if found else None

    async def claim(self, now: datetime) -> Claim | None:
        """Takes a job, see `nilm_inference.ports.JobQueue`."""
        token = new_id("clm")
        found = await self._run(
            self._claim, [self._queue], [_GROUP, self._worker, self._lease_ms, token, to_us(now)]
        )
        return Claim(_job(found), token) if found else None

    async def keep(self, claim: Claim, progress: Progress) -> Job | None:
        """Renews the lease, see `nilm_inference.ports.JobQueue`."""
        found = await self._run(
            self._keep,
            [self._job(claim.job.job_id), self._queue],
            [
                claim.token,
                _GROUP,
                self._worker,
                to_us(progress.done_until),
                progress.prediction_count,
            ],
        )
        return _job(found) if found else None

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Ends a job, see `nilm_inference.ports.JobQueue`."""
        ended = await self._run(
            self._finish,
            self._keys(claim.job),
            [
                claim.token,
                _GROUP,
                claim.job.job_id,
                outcome.state.value,
                outcome.message,
                to_us(now),
                self._retention_ms,
            ],
        )
        return bool(ended)

    async def release(self, claim: Claim) -> None:
        """Gives a job back, see `nilm_inference.ports.JobQueue`."""
        keys = [self._job(claim.job.job_id), self._queue]
        await self._run(self._release, keys, [claim.token, _GROUP])

    async def _find(self, job_ids: Sequence[str]) -> list[Job | None]:
        async def read(redis: Redis) -> Any:
            pipeline = redis.pipeline(transaction=False)
            for job_id in job_ids:
                pipeline.hgetall(self._job(job_id))
            return await pipeline.execute()

        return [_job_of_fields(fields) if fields else None for fields in await self._ask(read)]

    async def _run(self, script: AsyncScript, keys: list[str], args: list[Any]) -> Any:
        return await self._ask(lambda redis: script(keys, args, redis))

    async def _ask(self, command: Callable[[Redis], Awaitable[Any]]) -> Any:
        try:
            return await self._link.run(_USE, command)
        except RedisAwayError as error:
            raise UnavailableError(
                "the job queue is away; jobs that run go on", retry_after=_RETRY_AFTER
            ) from error

    def _keys(self, job: Job) -> list[str]:
        return [self._job(job.job_id), *self._keys_of(job.building_id)]

    def _keys_of(self, building_id: str) -> tuple[str, str, str]:
        return self._queue, self._link.key("open-jobs", building_id), self._list_of(building_id)

    def _list_of(self, building_id: str) -> str:
        return self._link.key("jobs-of", building_id)

    def _job(self, job_id: str) -> str:
        return f"{self._link.prefix}:job:{job_id}"


def _job(flat: list[bytes]) -> Job:
    return _job_of_fields(dict(zip(flat[::2], flat[1::2], strict=True)))


def _job_of_fields(fields: dict[bytes, bytes]) -> Job:
    return job_of_record({name.decode(): value.decode() for name, value in fields.items()})
