"""Services run inside the test's own process, behind real gRPC."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from nilm_rpc.channel import connect
from nilm_rpc.server import RunningServer, ServiceDefinition
from nilm_rpc.settings import ServerSettings


@asynccontextmanager
async def in_process(
    definition: ServiceDefinition, **settings: Any
) -> AsyncIterator[grpc.aio.Channel]:
    """Serves a definition on a free port and yields a channel to it."""
    server_settings = ServerSettings(**{"drain_grace_s": 0.5, **settings})
    async with (
        RunningServer(server_settings, definition) as server,
        connect(f"127.0.0.1:{server.port}") as channel,
    ):
        yield channel
