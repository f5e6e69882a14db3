"""BentoML with its adaptive batching."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from benchmarks.peers.clients import HttpClient
from benchmarks.peers.environment import SERVING, TORCH, executable, running
from benchmarks.peers.peer import MAX_BATCH, Endpoint, Workplace
from benchmarks.support.processes import free_port

_ANY = 1_000_000


class BentoMl:
    """One worker; from outside it takes arrays as JSON alone."""

    name = "BentoML"
    requirements = ("bentoml==1.4.39", *TORCH)
    settings = MappingProxyType(
        {
            "protocol": "JSON over HTTP",
            "workers": "1",
            "batching": f"adaptive, at most {MAX_BATCH} windows and 10 s; longer calls are split",
            "logs": "no line a call",
        }
    )

    @asynccontextmanager
    async def serving(self, workplace: Workplace) -> AsyncIterator[list[Endpoint]]:
        """Runs the service."""
        port = free_port()
        command = (
            *(executable(self, "bentoml"), "serve", "bentoml_service:Seq2PointService"),
            *("--working-dir", SERVING, "--host", "127.0.0.1", "--port", str(port)),
        )
        variables = {"BENTOML_HOME": str(workplace.folder), "BENTOML_DO_NOT_TRACK": "True"}
        async with running(self, workplace, command, variables):
            client = HttpClient(f"http://127.0.0.1:{port}/predict", is_json=True, max_windows=_ANY)
            yield [Endpoint(self.name, client)]
