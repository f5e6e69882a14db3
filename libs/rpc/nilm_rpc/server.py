"""The one server builder: interceptors, health, reflection, signals and drain."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from pydantic import ValidationError

from nilm_core.errors import NilmError, UnavailableError
from nilm_rpc.access_cache import AccessChanges
from nilm_rpc.authorization import Authorizer
from nilm_rpc.health import Check, HealthMonitor
from nilm_rpc.idempotency import EmbeddedIdempotencyStore, IdempotencyStore
from nilm_rpc.interceptors.announce import AnnounceInterceptor
from nilm_rpc.interceptors.authenticate import AuthenticateInterceptor
from nilm_rpc.interceptors.authorise import AuthoriseInterceptor
from nilm_rpc.interceptors.base import WrappingInterceptor
from nilm_rpc.interceptors.deadline import DeadlineInterceptor
from nilm_rpc.interceptors.errors import ErrorInterceptor
from nilm_rpc.interceptors.limit import LimitInterceptor
from nilm_rpc.interceptors.observe import ObserveInterceptor
from nilm_rpc.interceptors.repeat import RepeatInterceptor
from nilm_rpc.limiter import EmbeddedLimiter, Limiter
from nilm_rpc.ops import OpsServer
from nilm_rpc.policy import EXEMPT, LimitClass, Policy
from nilm_rpc.registration import register
from nilm_rpc.settings import ServerSettings
from nilm_rpc.tokens import TokenVerifier

_log = logging.getLogger(__name__)

_MAX_MESSAGE_BYTES = 16 << 20
_MAX_CONCURRENT_STREAMS = 1_024
SERVER_OPTIONS = (
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a second listener
    ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.max_concurrent_streams", _MAX_CONCURRENT_STREAMS),
)
_INFRASTRUCTURE: Policy = {
    f"/{method}": EXEMPT
    for method in (
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    )
}


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """What one service serves and what it stands on."""

    name: str
    servicers: Sequence[object]
    """One for each gRPC service, of the generated base class."""
    policy: Policy
    verifier: TokenVerifier
    authorizer: Authorizer | None = None
    """Needed where the policy has building permissions."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What must be well before the service is ready."""
    health_parts: Callable[[], Mapping[str, bool]] = dict
    """Names that gRPC health answers beside those of the services, and which of them serve."""
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """Run beside the server; cancelled when the drain begins."""
    on_stop: Sequence[Callable[[], Awaitable[None]]] = ()
    """Run in order after the drain."""
    documents: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    """JSON documents on the ops port, by path."""
    limiter: Limiter = field(default_factory=EmbeddedLimiter)
    idempotency: IdempotencyStore = field(default_factory=EmbeddedIdempotencyStore)
    access_changes: AccessChanges | None = None
    """Told of the methods whose rule says that they change access; None: nobody would hear."""


class RunningServer:
    """A service that is served inside `async with`, and drained at its end.

    Raises:
        UnavailableError: A port is in use.
    """

    def __init__(self, settings: ServerSettings, definition: ServiceDefinition) -> None:
        self._settings = settings
        self._definition = definition
        self._health = HealthMonitor(definition.checks, definition.health_parts)
        self._tasks: list[asyncio.Task[None]] = []
        self.port = 0
        self.ops_port = 0

    async def __aenter__(self) -> Self:
        settings, definition = self._settings, self._definition
        self._server = grpc.aio.server(
            interceptors=_interceptors(settings, definition), options=SERVER_OPTIONS
        )
        full_names = register(self._server, definition.servicers)
        self._health.watch(full_names)
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        reflection.enable_server_reflection((*full_names, reflection.SERVICE_NAME), self._server)
        self.port = bind(self._server, settings.host, settings.port)
        self._ops = OpsServer(
            settings.host,
            settings.ops_port,
            health=self._health.current,
            tell_details=settings.environment == "development",
            documents=definition.documents,
        )
        self.ops_port = self._ops.port
        await self._server.start()
        self._ops.start()
        await self._health.check_once()
        for run in (self._health.run, *definition.background):
            task = asyncio.create_task(run())
            task.add_done_callback(_log_death)
            self._tasks.append(task)
        _log.info("serving", extra={"port": self.port, "ops_port": self.ops_port})
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _log.info("draining", extra={"grace_s": self._settings.drain_grace_s})
        await self._health.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.stop(self._settings.drain_grace_s)
        for close in self._definition.on_stop:
            await close()
        await asyncio.to_thread(self._ops.stop)
        _log.info("stopped")


async def serve(settings: ServerSettings, definition: ServiceDefinition) -> None:
    """Serves until SIGTERM or SIGINT, then drains.

    Raises:
        UnavailableError: A port is in use.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with RunningServer(settings, definition):
        await stop.wait()


def run(name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a service's main; what keeps it from starting is one line and exit code 1."""
    try:
        asyncio.run(main())
    except (NilmError, OSError, ValidationError) as error:
        line = " ".join(str(error).split())
        sys.exit(f"{name}: {line}")
    except KeyboardInterrupt:
        sys.exit(130)


def _interceptors(
    settings: ServerSettings, definition: ServiceDefinition
) -> list[WrappingInterceptor]:
    policy = {**_INFRASTRUCTURE, **definition.policy}
    per_minute = {
        LimitClass.DEFAULT: settings.limit_default_per_minute,
        LimitClass.SIGN_IN: settings.limit_sign_in_per_minute,
        LimitClass.INFERENCE: settings.limit_inference_per_minute,
        LimitClass.EXEMPT: 0,
    }
    chain: list[WrappingInterceptor] = [
        ObserveInterceptor(),
        ErrorInterceptor(),
        AuthenticateInterceptor(policy, definition.verifier),
        LimitInterceptor(policy, definition.limiter, per_minute),
    ]
    if definition.authorizer is not None:
        chain.append(AuthoriseInterceptor(policy, definition.authorizer))
    chain.append(RepeatInterceptor(definition.idempotency))
    if definition.access_changes is not None:
        chain.append(AnnounceInterceptor(policy, definition.access_changes))
    chain.append(DeadlineInterceptor(settings.default_deadline_s))
    return chain


def bind(server: grpc.aio.Server, host: str, port: int) -> int:
    """Opens a port of a server, 0 for a free one, and returns it.

    Raises:
        UnavailableError: It is in use or cannot be opened.
    """
    _require_free(host, port)
    with contextlib.suppress(RuntimeError):
        if bound := server.add_insecure_port(f"{host}:{port}"):
            return bound
    raise _cannot_open(host, port)


def _require_free(host: str, port: int) -> None:
    """Tries the port without gRPC, which writes lines of its own where it fails."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise _cannot_open(host, port) from error


def _cannot_open(host: str, port: int) -> UnavailableError:
    return UnavailableError(f"port {host}:{port} is in use or cannot be opened; take another one")


def _log_death(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("background work ended", exc_info=error)
