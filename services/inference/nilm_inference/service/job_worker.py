"""Works on jobs, one at a time: takes one, keeps it while it runs, and ends it or gives it back."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from nilm_core.clock import Clock
from nilm_core.errors import (
    AbortedError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)
from nilm_inference import metrics
from nilm_inference.domain.jobs import Claim, Job, JobState, Outcome
from nilm_inference.domain.progress import Progress
from nilm_inference.ports import JobQueue
from nilm_inference.service.disaggregation import IntervalDisaggregation

_log = logging.getLogger(__name__)

_TRANSIENT = (UnavailableError, ResourceExhaustedError, AbortedError)
_BEATS_A_LEASE = 3
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_INTERNAL = "internal error; the job's id names it in the server's log"
_NOTHING = "there are no mains readings to predict from in the interval"


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker goes about its jobs."""

    lease: timedelta
    """For how long the queue leaves a job to a worker that is silent."""
    poll_period: timedelta
    """Time between two looks into an empty queue."""
    max_attempts: int
    """How often a job is begun or resumed at most."""
    patience: timedelta
    """For how long a job waits for a service that is away before it fails."""


class _CancelledByCallerError(Exception):
    """A caller does not want the job any more."""


class _ClaimLostError(Exception):
    """The job is, or may be, another worker's."""


class JobWorker:
    """Takes jobs from the queue until it is cancelled; then it gives back what it has."""

    def __init__(
        self,
        queue: JobQueue,
        intervals: IntervalDisaggregation,
        clock: Clock,
        settings: WorkerSettings,
    ) -> None:
        self._queue = queue
        self._intervals = intervals
        self._clock = clock
        self._settings = settings

    async def run(self) -> None:
        """Goes on until it is cancelled, whatever becomes of the queue."""
        while True:
            try:
                claim = await self._queue.claim(self._clock.now())
                if claim is not None:
                    await self._hold(claim)
                    continue
            except UnavailableError:
                pass  # the queue itself logs that it is away and that it is back
            except Exception:  # noqa: BLE001 whatever it is, the next look may do better
                _log.exception("job worker failed, trying again")
            await asyncio.sleep(self._settings.poll_period.total_seconds())

    async def _hold(self, claim: Claim) -> None:
        """Works on a job until it ends, is another's, or this worker is told to stop."""
        job = claim.job
        facts = {"job_id": job.job_id, "building_id": job.building_id}
        _log.info("job begins", extra={**facts, "attempt": job.attempt_count})
        try:
            outcome = await self._outcome(claim)
        except _ClaimLostError:
            _log.warning("job left to other workers", extra=facts)
            return
        except asyncio.CancelledError:
            with contextlib.suppress(UnavailableError):  # the lease ends by itself
                await self._queue.release(claim)
            _log.info("job given back", extra=facts)
            raise
        if await self._end(claim, outcome):
            metrics.JOBS.labels(outcome.state).inc()
            _log.info("job ended", extra={**facts, "state": outcome.state, "text": outcome.message})

    async def _outcome(self, claim: Claim) -> Outcome:
        job = claim.job
        if job.is_cancel_requested:
            return Outcome(JobState.CANCELLED)
        if job.attempt_count > self._settings.max_attempts:
            return Outcome(
                JobState.FAILED,
                f"given up after {self._settings.max_attempts} attempts: each ended with its "
                "worker; what was predicted until then is kept",
            )
        run = _Run(self._queue, self._intervals, claim, self._settings)
        try:
            progress = await run.to_end()
        except _CancelledByCallerError:
            return Outcome(JobState.CANCELLED)
        except NilmError as error:
            return Outcome(JobState.FAILED, error.message)
        except (_ClaimLostError, asyncio.CancelledError):
            raise
        except Exception:  # noqa: BLE001 whatever it is, the job has to end
            _log.exception("job failed", extra={"job_id": job.job_id})
            return Outcome(JobState.FAILED, _INTERNAL)
        return Outcome(JobState.SUCCEEDED, "" if progress.prediction_count else _NOTHING)

    async def _end(self, claim: Claim, outcome: Outcome) -> bool:
        """Ends the job; a queue that is away is asked again for as long as the lease holds."""
        give_up = time.monotonic() + self._settings.lease.total_seconds()
        while True:
            try:
                return await self._queue.finish(claim, outcome, self._clock.now())
            except UnavailableError:
                if time.monotonic() > give_up:
                    return False
            await asyncio.sleep(self._settings.poll_period.total_seconds())


class _Run:
    """One job on its way, and the heartbeat that says so."""

    def __init__(
        self,
        queue: JobQueue,
        intervals: IntervalDisaggregation,
        claim: Claim,
        settings: WorkerSettings,
    ) -> None:
        self._queue = queue
        self._intervals = intervals
        self._claim = claim
        self._settings = settings
        self._progress = claim.job.progress
        self._kept_at = time.monotonic()

    async def to_end(self) -> Progress:
        """Returns how far the job is when all of it is done.

        Raises:
            _CancelledByCallerError: It is not wanted any more.
            _ClaimLostError: Another worker has it, or may have it.
            NilmError: It cannot be done.
        """
        work = asyncio.create_task(self._work())
        beat = asyncio.create_task(self._beat())
        try:
            done, _ = await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            beat.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)
        for task in done:
            task.result()
        return self._progress

    async def _work(self) -> None:
        failed_at: float | None = None
        failures = 0
        while True:
            before = self._progress
            try:
                await self._advance()
            except _TRANSIENT as error:
                now = time.monotonic()
                if failed_at is None or self._progress != before:
                    failed_at, failures = now, 0
                if now - failed_at > self._settings.patience.total_seconds():
                    raise
                pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(failures, 10))
                failures += 1
                if error.retry_after is not None:
                    pause_s = max(pause_s, error.retry_after.total_seconds())
                await asyncio.sleep(pause_s)
            else:
                return

    async def _advance(self) -> None:
        """Disaggregates from where the job is, and tells the queue of each durable chunk."""
        steps = self._intervals.run(
            self._progress.request, resume_token=self._progress.resume_token, omit_results=True
        )
        async with contextlib.aclosing(steps):
            async for step in steps:
                if isinstance(step, Progress) and step != self._progress:
                    metrics.JOB_CELLS.inc(step.prediction_count - self._progress.prediction_count)
                    self._progress = step
                    await self._keep()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._settings.lease.total_seconds() / _BEATS_A_LEASE)
            await self._keep()

    async def _keep(self) -> None:
        """Renews the lease; a queue that is away does no harm until the lease may have ended."""
        asked_at = time.monotonic()
        try:
            job: Job | None = await self._queue.keep(self._claim, self._progress)
        except UnavailableError:
            if asked_at - self._kept_at > self._settings.lease.total_seconds():
                raise _ClaimLostError from None
            return
        if job is None:
            raise _ClaimLostError
        self._kept_at = asked_at
        if job.is_cancel_requested:
            raise _CancelledByCallerError
