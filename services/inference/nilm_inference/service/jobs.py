"""What callers do with jobs; the work itself is `nilm_inference.service.job_worker`'s."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError, NotFoundError, ResourceExhaustedError
from nilm_inference.domain.jobs import Job, new_job
from nilm_inference.domain.progress import IntervalRequest
from nilm_inference.ports import JobBoard
from nilm_inference.service.disaggregation import IntervalDisaggregation

_MAX_WATCHERS = 500
_LOOK_PERIOD_S = 0.5
_HEARTBEAT_S = 15.0


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some of a building's jobs, newest first."""

    jobs: Sequence[Job]
    next_position: str
    """Where the next page begins; empty on the last one."""


class DisaggregationJobs:
    """Makes, shows, cancels and watches the jobs of buildings."""

    def __init__(
        self, board: JobBoard, intervals: IntervalDisaggregation, clock: Clock, *, max_open: int
    ) -> None:
        self._board = board
        self._intervals = intervals
        self._clock = clock
        self._max_open = max_open
        self._watcher_count = 0

    async def create(self, request: IntervalRequest, request_id: str, caller: str) -> Job:
        """Returns a job that is durable, or the first one of a repeat.

        Raises:
            InvalidArgumentError: An appliance is not served, the interval holds no whole cell, or
                the request id was used for another job.
            ResourceExhaustedError: The building has too many unfinished jobs.
            UnavailableError: The queue is away.
        """
        self._intervals.check(request)
        job = new_job(request, self._clock.now(), request_id, caller)
        kept = await self._board.submit(job, self._max_open)
        if kept.request != request:
            raise InvalidArgumentError.of_field(
                "request_id", "was used for another request; take a new one for each"
            )
        return kept

    async def get(self, building_id: str, job_id: str) -> Job:
        """Returns a job.

        Raises:
            NotFoundError: The building has no such job, or no longer.
            UnavailableError: The queue is away.
        """
        return _found(await self._board.get(building_id, job_id), job_id)

    async def page(self, building_id: str, before: str, size: int) -> JobPage:
        """Returns the jobs that come after the position `before`; empty for the newest.

        Raises:
            UnavailableError: The queue is away.
        """
        jobs = await self._board.page(building_id, before, size + 1)
        return JobPage(jobs[:size], jobs[size - 1].position if len(jobs) > size else "")

    async def cancel(self, building_id: str, job_id: str) -> Job:
        """Returns the job, cancelled or about to be; one that has ended stays as it is.

        Raises:
            NotFoundError: The building has no such job, or no longer.
            UnavailableError: The queue is away.
        """
        return _found(await self._board.cancel(building_id, job_id, self._clock.now()), job_id)

    async def watch(self, building_id: str, job_id: str) -> AsyncGenerator[Job]:
        """Yields the job now, whenever it has changed, and every 15 s; ends when it has ended.

        Raises:
            NotFoundError: The building has no such job, or no longer.
            ResourceExhaustedError: Too many watch.
            UnavailableError: The queue is away.
        """
        if self._watcher_count >= _MAX_WATCHERS:
            raise ResourceExhaustedError(
                f"{_MAX_WATCHERS} streams watch jobs already; try again later",
                reason="TOO_MANY_WATCHERS",
                retry_after=timedelta(seconds=_HEARTBEAT_S),
            )
        self._watcher_count += 1
        try:
            shown: Job | None = None
            silent_s = 0.0
            while shown is None or not shown.state.is_final:
                job = await self.get(building_id, job_id)
                if job != shown or silent_s >= _HEARTBEAT_S:
                    shown, silent_s = job, 0.0
                    yield job
                    continue
                await asyncio.sleep(_LOOK_PERIOD_S)
                silent_s += _LOOK_PERIOD_S
        finally:
            self._watcher_count -= 1


def _found(job: Job | None, job_id: str) -> Job:
    if job is None:
        raise NotFoundError(f"job {job_id} not found; jobs are dropped some days after their end")
    return job
