"""Chooses the form of the job queue by its name."""

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from nilm_core.clock import Clock
from nilm_core.errors import FailedPreconditionError
from nilm_core.ids import new_id
from nilm_inference.adapters.jobs.embedded import EmbeddedJobQueue
from nilm_inference.adapters.jobs.none import NoJobQueue
from nilm_inference.adapters.jobs.shared import RedisJobQueue
from nilm_inference.ports import JobQueue
from nilm_rpc.shared.link import RedisLink


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """What the forms of the queue are made with."""

    folder: Path
    """Where the embedded form keeps its file."""
    link: RedisLink | None
    """Where the shared form keeps its jobs; None where there is no Redis."""
    clock: Clock
    lease: timedelta
    """For how long a job is left to a worker that is silent."""
    retention: timedelta
    """How long jobs that ended can be seen."""


def open_job_queue(kind: str, config: QueueConfig) -> AbstractAsyncContextManager[JobQueue]:
    """Gives the queue of a kind that `FORMS` names, and closes it at the end.

    Raises:
        FailedPreconditionError: It needs Redis, and there is none.
        UnavailableError: The file is another process's, or cannot be written.
        DataCorruptionError: The file is damaged.
    """
    return FORMS[kind](config)


@asynccontextmanager
async def _embedded(config: QueueConfig) -> AsyncIterator[JobQueue]:
    queue = EmbeddedJobQueue.open(
        config.folder, config.clock, lease=config.lease, retention=config.retention
    )
    try:
        yield queue
    finally:
        await queue.close()


@asynccontextmanager
async def _redis(config: QueueConfig) -> AsyncIterator[JobQueue]:
    if config.link is None:
        raise FailedPreconditionError(
            "the job queue `redis` needs redis_url; set NILM_INFERENCE_REDIS_URL, "
            "or NILM_INFERENCE_JOB_QUEUE=embedded"
        )
    worker = f"{socket.gethostname()}-{os.getpid()}-{new_id('w')}"
    yield RedisJobQueue(config.link, worker, lease=config.lease, retention=config.retention)


@asynccontextmanager
async def _none(_config: QueueConfig) -> AsyncIterator[JobQueue]:
    yield NoJobQueue()


FORMS: Mapping[str, Callable[[QueueConfig], AbstractAsyncContextManager[JobQueue]]] = (
    MappingProxyType({"embedded": _embedded, "redis": _redis, "none": _none})
)
"""Each form of the queue by its name in the settings."""
