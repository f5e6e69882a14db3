"""The telemetry service in a process of its own, as it really runs."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
import jwt
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as pb_grpc
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.tokens import TokenVerifier, build_verifier
from tests.support.server_process import free_port
from tests.support.tokens import bearer

_READY_TIMEOUT_S = 120.0


@dataclass
class Household:
    """What the processes of one test have in common: a data file, a secret, an `auth`."""

    folder: Path
    auth_target: str
    secret_file: Path
    launcher: tuple[str, ...] = ()
    """What the service is started by, such as a program that limits it."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Further settings of the service."""
    database: Path = field(init=False)

    def __post_init__(self) -> None:
        self.database = self.folder / "data" / "telemetry.duckdb"

    def caller(self, subject: str = "warden") -> dict[str, Any]:
        now = int(time.time())
        claims = {"sub": subject, "iss": "nilm-auth", "aud": "nilm", "iat": now, "exp": now + 600}
        token = jwt.encode(claims, self.secret_file.read_text(), algorithm="HS256")
        return {"metadata": bearer(token), "timeout": 60}

    def start(self, port: int) -> subprocess.Popen[str]:
        settings = {
            "PORT": port,
            "OPS_PORT": 0,
            "AUTH_TARGET": self.auth_target,
            "DATABASE_PATH": self.database,
            "TOKENS__ALGORITHM": "HS256",
            "TOKENS__SECRET_FILE": self.secret_file,
            "LIMIT_DEFAULT_PER_MINUTE": 0,
            "DRAIN_GRACE_S": 5,
            "LOG_LEVEL": "WARNING",
            **self.settings,
        }
        return subprocess.Popen(
            [*self.launcher, sys.executable, "-m", "nilm_telemetry"],
            env={
                **os.environ,
                **{f"NILM_TELEMETRY_{name}": str(value) for name, value in settings.items()},
            },
            stderr=subprocess.PIPE,
            text=True,
        )

    def fail(self) -> tuple[int, str]:
        """Starts a process that must not come up; returns its exit code and what it said."""
        process = self.start(free_port())
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    @asynccontextmanager
    async def running(self) -> "AsyncIterator[Running]":
        """Runs the service until the end of `async with`, if it lives that long."""
        port = free_port()
        process = await asyncio.to_thread(self.start, port)
        try:
            async with connect(f"127.0.0.1:{port}") as channel:
                await _until_serving(channel, process)
                yield Running(process, channel, pb_grpc.ReadingServiceStub(channel))
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.to_thread(process.communicate)


@dataclass
class Running:
    process: subprocess.Popen[str]
    channel: grpc.aio.Channel
    readings: pb_grpc.ReadingServiceStub

    async def end(self, number: signal.Signals) -> int:
        """Sends a signal and returns the exit code."""
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 60)

    async def stored(
        self,
        caller: dict[str, Any],
        building_id: str,
        meter_id: str,
        start: datetime,
        end: datetime,
    ) -> dict[int, float]:
        """Returns all readings of an interval, by time in microseconds."""
        request = pb.QueryReadingsRequest(
            building_id=building_id,
            meter_id=meter_id,
            start_time=to_timestamp(start),
            end_time=to_timestamp(end),
            page_size=100_000,
        )
        found: dict[int, float] = {}
        while True:
            answer = await self.readings.QueryReadings(request, **caller)
            first = answer.readings.start_time.ToMicroseconds()
            times = [first + offset for offset in answer.readings.offset_us]
            found.update(zip(times, answer.readings.power_w, strict=True))
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token


def make_secret(folder: Path) -> tuple[Path, TokenVerifier]:
    """Returns the file of a fresh secret, and a verifier of tokens signed with it."""
    path = folder / "secret"
    path.write_text(secrets.token_hex(32))
    return path, build_verifier(VerifierSettings(algorithm="HS256", secret_file=path))


async def _until_serving(channel: grpc.aio.Channel, process: subprocess.Popen[str]) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    async with asyncio.timeout(_READY_TIMEOUT_S):
        while True:
            assert process.poll() is None, "the service ended while it started"
            with contextlib.suppress(grpc.aio.AioRpcError):
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            await asyncio.sleep(0.05)
