"""Triton, as `nvidia-pytriton` brings it, with its dynamic batcher."""

import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from benchmarks.peers.clients import TensorClient
from benchmarks.peers.environment import SERVING, executable, running
from benchmarks.peers.peer import MAX_BATCH, Endpoint, Workplace
from benchmarks.support.processes import free_port


class Triton:
    """The server's binary and one Python process, which share memory."""

    name = "Triton"
    requirements = ("nvidia-pytriton==0.7.0", "torch==2.13.0", "numpy==1.26.4")
    settings = MappingProxyType(
        {
            "protocol": "Open Inference Protocol over gRPC, raw tensors",
            "instances": "1",
            "batching": f"dynamic, at most {MAX_BATCH} windows, no delay; a batch of 128 goes as "
            "two calls at once",
            "numpy": "1.26.4, since pytriton asks for one below 2",
        }
    )

    @asynccontextmanager
    async def serving(self, workplace: Workplace) -> AsyncIterator[list[Endpoint]]:
        """Runs the server."""
        port = free_port()
        variables = {
            "PEERS_PORT": str(port),
            "PEERS_HTTP_PORT": str(free_port()),
            "PEERS_METRICS_PORT": str(free_port()),
            # Its stub is linked to libpython3.11, which must be as old as the standard library.
            "LD_LIBRARY_PATH": str(sysconfig.get_config_var("LIBDIR")),
        }
        command = [executable(self, "python"), SERVING / "triton_server.py"]
        async with running(self, workplace, command, variables):
            client = TensorClient(
                f"127.0.0.1:{port}", "seq2point", "windows_w", ("outputs",), MAX_BATCH
            )
            yield [Endpoint(self.name, client)]
