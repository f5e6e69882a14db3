"""The Open Inference Protocol for tools on the same machine: on loopback alone, without a token."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import grpc

from nilm_inference.settings import InferenceSettings
from nilm_rpc.interceptors.deadline import DeadlineInterceptor
from nilm_rpc.interceptors.errors import ErrorInterceptor
from nilm_rpc.interceptors.observe import ObserveInterceptor
from nilm_rpc.registration import register
from nilm_rpc.server import SERVER_OPTIONS, bind

_log = logging.getLogger(__name__)

_HOST = "127.0.0.1"


@asynccontextmanager
async def local_port(
    settings: InferenceSettings, servicer: object
) -> AsyncIterator[Sequence[Callable[[], Awaitable[None]]]]:
    """Serves one servicer until the end of the block, if the settings give it a port.

    Yields:
        What drains it: nothing, or one.

    Raises:
        UnavailableError: The port is in use.
    """
    if not settings.oip_port:
        yield ()
        return
    server = grpc.aio.server(
        interceptors=[
            ObserveInterceptor(),
            ErrorInterceptor(),
            DeadlineInterceptor(settings.default_deadline_s),
        ],
        options=SERVER_OPTIONS,
    )
    register(server, [servicer])
    bind(server, _HOST, settings.oip_port)
    await server.start()
    _log.info("serving without tokens on loopback", extra={"port": settings.oip_port})
    try:
        yield (lambda: server.stop(settings.drain_grace_s),)
    finally:
        await server.stop(None)
