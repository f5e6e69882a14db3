"""Services as they really run: each in a process of its own."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_READY_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 15.0


def free_port() -> int:
    """Returns a port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def service(name: str, settings: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `python -m nilm_<name>` with settings, until the end of `with`.

    Args:
        name: Name of the service.
        settings: Its settings without their prefix, such as `PORT`.
        log: File for what it prints.
    """
    prefix = f"NILM_{name.upper()}_"
    environment = {**os.environ, **{prefix + key: value for key, value in settings.items()}}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"nilm_{name}"], env=environment, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def until_serving(
    channel: grpc.aio.Channel, process: subprocess.Popen[bytes], log: Path, part: str = ""
) -> None:
    """Waits until the health service says SERVING, of all or of one part.

    Raises:
        RuntimeError: The process ended, or took too long; the message ends with what it printed.
    """
    stub = health_pb2_grpc.HealthStub(channel)
    async with asyncio.timeout(_READY_TIMEOUT_S):
        while process.poll() is None:
            try:
                answer = await stub.Check(health_pb2.HealthCheckRequest(service=part), timeout=1)
            except grpc.aio.AioRpcError:
                pass
            else:
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the service ended: {_tail(log)}")


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Returns the memory that a process has resident, MB of 2**20 bytes."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _tail(log: Path) -> str:
    return log.read_text()[-2_000:]
