"""Asks another service whether it is ready."""

from collections.abc import Awaitable, Callable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm_core.errors import UnavailableError

_TIMEOUT_S = 2.0


def remote_health(channel: grpc.aio.Channel, name: str) -> Callable[[], Awaitable[None]]:
    """Returns a readiness check of the service behind a channel."""
    stub = health_pb2_grpc.HealthStub(channel)

    async def check() -> None:
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            raise UnavailableError(f"{name} cannot be reached: {error.details()}") from error
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise UnavailableError(f"{name} is not ready")

    return check
