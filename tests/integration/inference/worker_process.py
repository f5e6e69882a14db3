"""Inference in a process of its own, to be killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm.inference.v1 import (
    inference_service_pb2_grpc,
    job_pb2,
    job_service_pb2,
    job_service_pb2_grpc,
    model_service_pb2_grpc,
)
from nilm_rpc.channel import connect
from tests.support.eventually import eventually_answers
from tests.support.inference_world import World
from tests.support.server_process import free_port

JOB_ENDED = '"job ended"'
JOB_BEGINS = '"job begins"'


class Worker:
    """One process, its stubs and what it logged."""

    def __init__(self, world: World, name: str, **settings: Any) -> None:
        self.port = free_port()
        self._log = world.folder / f"{name}.log"
        values = {
            "PORT": self.port,
            "OPS_PORT": 0,
            "MODELS_DIR": world.folder / "models",
            "DATA_DIR": world.folder / "inference",
            "AUTH_TARGET": world.auth_target,
            "TELEMETRY_TARGET": world.telemetry_target,
            "SERVICE_SECRET_FILE": world.folder / "secret",
            "TOKENS__JWKS_URL": world.jwks_url,
            "LIVE": "false",
            "CHUNK_HOURS": 2,
            "TORCH_THREADS": 1,
            "JOB_POLL_S": 0.1,
            "JOB_LEASE_S": 6,
            "MAX_RUNNING_JOBS": 1,
            "REDIS_TIMEOUT_MS": 5_000,
            "DRAIN_GRACE_S": 0.5,
            **settings,
        }
        self._environment = {
            **os.environ,
            **{f"NILM_INFERENCE_{name.upper()}": str(value) for name, value in values.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, or starts it again."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nilm_inference"], env=self._environment, stderr=log
            )

    def kill(self) -> None:
        """Ends it at once, as a loss of power would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)
            self._process = None

    def lines(self, text: str) -> list[str]:
        """Returns the lines of its log, of all its lives, that hold a text."""
        return [line for line in _read(self._log).splitlines() if text in line]

    async def ready(self) -> None:
        """Returns once it serves; fails with what it said where it does not."""
        stub = health_pb2_grpc.HealthStub(self._channel)

        async def is_ready() -> bool:
            ended = self._process is None or self._process.poll() is not None
            assert not ended, _read(self._log)
            try:
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
            except grpc.aio.AioRpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

        await eventually_answers(is_ready, within_s=120)

    async def job(self, who: dict[str, Any], job: job_pb2.DisaggregationJob) -> Any:
        """Returns a job as it is now."""
        asked = job_service_pb2.GetDisaggregationJobRequest(
            building_id=job.building_id, job_id=job.job_id
        )
        return (await self.jobs.GetDisaggregationJob(asked, **who)).job

    async def until(
        self,
        who: dict[str, Any],
        job: job_pb2.DisaggregationJob,
        *,
        fraction: float = 0.0,
        states: tuple[int, ...] = (),
    ) -> Any:
        """Returns the job once so much of it is done, or it is in one of these states."""
        seen: list[Any] = []

        async def is_so() -> bool:
            seen[:] = [await self.job(who, job)]
            if states:
                return seen[0].state in states
            assert seen[0].state in (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING), seen
            return bool(seen[0].fraction >= fraction)

        await eventually_answers(is_so, within_s=180)
        return seen[0]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Worker"]:
        """Starts it, and ends it at the end of the block."""
        self.start()
        try:
            async with connect(f"127.0.0.1:{self.port}") as self._channel:
                self.jobs = job_service_pb2_grpc.JobServiceStub(self._channel)
                self.inference = inference_service_pb2_grpc.InferenceServiceStub(self._channel)
                self.models = model_service_pb2_grpc.ModelServiceStub(self._channel)
                await self.ready()
                yield self
        finally:
            self.kill()


@asynccontextmanager
async def workers(world: World, *names: str, **settings: Any) -> AsyncIterator[list[Worker]]:
    """Runs several at once until the end of the block."""
    async with AsyncExitStack() as stack:
        made = [Worker(world, name, **settings) for name in names]
        yield list(
            await asyncio.gather(*(stack.enter_async_context(each.opened()) for each in made))
        )


def _read(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""
