"""Jobs: long disaggregations that outlive their callers and the workers that run them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nilm_core.errors import ResourceExhaustedError
from nilm_core.ids import new_id
from nilm_core.timegrid import to_us
from nilm_inference.domain.progress import IntervalRequest, Progress

_ID_DIGITS = 16
_RETRY_AFTER = timedelta(seconds=30)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """One disaggregation in the background."""

    job_id: str
    progress: Progress
    created: datetime
    state: JobState = JobState.QUEUED
    attempt_count: int = 0
    """How often a worker began or resumed it; one that gives it back takes its attempt along."""
    is_cancel_requested: bool = False
    """Whether a cancellation was asked for that the worker is still to hear of."""
    message: str = ""
    """Why it failed, or what is to be known of its result."""
    begun: datetime | None = None
    """When a worker first had it."""
    finished: datetime | None = None

    @property
    def request(self) -> IntervalRequest:
        """What is disaggregated."""
        return self.progress.request

    @property
    def building_id(self) -> str:
        """The building that it belongs to."""
        return self.request.building_id

    @property
    def position(self) -> str:
        """Where it stands in the list of its building's jobs, by age."""
        return f"{to_us(self.created):020d}:{self.job_id}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of a worker, for as long as he keeps it."""

    job: Job
    token: str
    """Told by every later call; a claim that another worker took over no longer fits."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended."""

    state: JobState
    message: str = ""


def new_job(request: IntervalRequest, created: datetime, request_id: str, caller: str) -> Job:
    """Returns a job that waits.

    A caller's repeat with the same `request_id` in the same building has the same id.
    """
    job_id = new_id("job")
    if request_id:
        text = f"{caller}\n{request.building_id}\n{request_id}"
        job_id = f"job_{hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS]}"
    return Job(job_id, Progress(request, request.start, 0), created)


def cancelled(job: Job, now: datetime) -> Job:
    """Returns a job after a caller's cancellation: one that runs is only asked to stop."""
    if job.state is JobState.QUEUED:
        return replace(job, state=JobState.CANCELLED, finished=now)
    if job.state is JobState.RUNNING:
        return replace(job, is_cancel_requested=True)
    return job


def too_many_jobs(building_id: str, max_open: int) -> ResourceExhaustedError:
    """Returns the error for a building that has as many unfinished jobs as it may."""
    return ResourceExhaustedError(
        f"building {building_id}: {max_open} jobs are unfinished; wait for one, or cancel one",
        reason="TOO_MANY_JOBS",
        metadata={"building_id": building_id},
        retry_after=_RETRY_AFTER,
    )
