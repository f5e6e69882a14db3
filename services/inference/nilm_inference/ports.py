"""What the use cases need of other services and of the job queue.

Whose token goes with a call is the adapter's matter: one serves callers, another the background.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from nilm_inference.domain.drift import ModelWeek
from nilm_inference.domain.jobs import Claim, Job, Outcome
from nilm_inference.domain.progress import Progress
from nilm_inference.domain.series import BuildingActivity, PredictionSeries, Readings
from nilm_models.drift import ModelStatistics


class MainsSource(Protocol):
    """Where mains readings come from."""

    async def mains(self, building_id: str, start: datetime, end: datetime) -> Readings:
        """Returns the readings of the building's mains meter in [start, end).

        Raises:
            NilmError: They cannot be had; the caller is told as it is.
        """
        ...


class PredictionSink(Protocol):
    """Where predictions are kept."""

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        """Returns once all cells are durable; those that are NaN are left as they were.

        Raises:
            NilmError: Nothing can be said of what was kept; a repeat is harmless.
        """
        ...


class PredictionSource(Protocol):
    """Where predictions are read back from."""

    def read(
        self, building_id: str, appliance_ids: Sequence[str], start: datetime, end: datetime
    ) -> AsyncIterator[PredictionSeries]:
        """Yields the predictions of [start, end), in time order for each appliance."""
        ...


class ActivitySource(Protocol):
    """Where the live loop finds its work."""

    async def activity(self) -> Sequence[BuildingActivity]:
        """Returns how far the readings and the predictions of every building reach."""
        ...


class ApplianceDirectory(Protocol):
    """Where it is known what a building has."""

    async def appliances(self, building_id: str) -> frozenset[str]:
        """Returns the ids of the appliances that were entered for a building.

        Raises:
            NilmError: They cannot be had; UnavailableError while the directory is away.
        """
        ...


class JobBoard(Protocol):
    """Where callers put their jobs and see how they are; what it answers is durable.

    Each method raises UnavailableError while the queue is away.
    """

    async def submit(self, job: Job, max_open: int) -> Job:
        """Lets a job wait, and returns it, or the one that has its id already.

        Raises:
            ResourceExhaustedError: The building has `max_open` unfinished jobs.
        """
        ...

    async def get(self, building_id: str, job_id: str) -> Job | None:
        """Returns a job of the building."""
        ...

    async def page(self, building_id: str, before: str, limit: int) -> Sequence[Job]:
        """Returns the building's jobs, newest first.

        Args:
            building_id: The building.
            before: Position of the last job of the page before; empty for the first page.
            limit: Most jobs.
        """
        ...

    async def cancel(self, building_id: str, job_id: str, now: datetime) -> Job | None:
        """Cancels a job as `nilm_inference.domain.jobs.cancelled` says, and returns it."""
        ...


class JobQueue(JobBoard, Protocol):
    """Where workers take jobs from, each in the hands of one worker at a time.

    A claim that is not kept up for the queue's lease is another's to take. Each method raises
    UnavailableError while the queue is away; that it is, and that it is back, the queue logs once.
    """

    async def claim(self, now: datetime) -> Claim | None:
        """Returns a job that waits, or whose worker died, as running; None where there is none."""
        ...

    async def keep(self, claim: Claim, progress: Progress) -> Job | None:
        """Renews the lease and keeps how far the job is; None where the claim is lost."""
        ...

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Ends the job; False, and nothing changes, where the claim is lost."""
        ...

    async def release(self, claim: Claim) -> None:
        """Gives the job back to be resumed by another, as if this worker had never had it."""
        ...


class DriftStore(Protocol):
    """Where the weeks of models are counted, by as many processes as there are.

    Each method raises UnavailableError while the store is away.
    """

    async def add(self, lots: Mapping[ModelWeek, ModelStatistics]) -> None:
        """Adds what was counted to what is kept; durable on return."""
        ...

    async def read(self, since: datetime) -> Mapping[ModelWeek, ModelStatistics]:
        """Returns the weeks that start at `since` or later; older ones may be gone."""
        ...
