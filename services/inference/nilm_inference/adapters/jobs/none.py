"""The job queue of a service that is told to have none."""

from collections.abc import Sequence
from datetime import datetime

from nilm_core.errors import FailedPreconditionError
from nilm_inference.domain.jobs import Claim, Job, Outcome
from nilm_inference.domain.progress import Progress


class NoJobQueue:
    """Implements `nilm_inference.ports.JobQueue` by refusing every job."""

    async def submit(self, job: Job, max_open: int) -> Job:  # noqa: ARG002 the port's signature
        """Refuses the job.

        Raises:
            FailedPreconditionError: Always.
        """
        raise FailedPreconditionError(
            "this server runs no jobs; call Disaggregate, or have the operator set "
            "NILM_INFERENCE_JOB_QUEUE",
            reason="NO_JOB_QUEUE",
        )

    async def get(self, building_id: str, job_id: str) -> Job | None:  # noqa: ARG002 the port's signature
        """Knows no job."""
        return None

    async def page(self, building_id: str, before: str, limit: int) -> Sequence[Job]:  # noqa: ARG002 the port's signature
        """Knows no job."""
        return ()

    async def cancel(self, building_id: str, job_id: str, now: datetime) -> Job | None:  # noqa: ARG002 the port's signature
        """Knows no job."""
        return None

    async def claim(self, now: datetime) -> Claim | None:  # noqa: ARG002 the port's signature
        """Has nothing to do."""
        return None

    async def keep(self, claim: Claim, progress: Progress) -> Job | None:  # noqa: ARG002 the port's signature
        """Knows no claim."""
        return None

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:  # noqa: ARG002 the port's signature
        """Knows no claim."""
        return False

    async def release(self, claim: Claim) -> None:
        """Knows no claim."""
