"""FastAPI under uvicorn: the JSON endpoint that one writes oneself. It has no batching."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from benchmarks.peers.clients import HttpClient
from benchmarks.peers.environment import TORCH, executable, running
from benchmarks.peers.peer import Endpoint, Workplace
from benchmarks.support.processes import free_port

_ANY = 1_000_000


class FastApi:
    """One process, which answers one call after the other."""

    name = "FastAPI"
    requirements = (
        "fastapi==0.165.0",
        "uvicorn==0.54.0",
        "uvloop==0.23.0",
        "httptools==0.9.0",
        *TORCH,
    )
    settings = MappingProxyType(
        {"protocol": "JSON over HTTP", "workers": "1", "batching": "none; a call is run alone"}
    )

    @asynccontextmanager
    async def serving(self, workplace: Workplace) -> AsyncIterator[list[Endpoint]]:
        """Runs uvicorn with uvloop and httptools, without an access log."""
        port = free_port()
        command = (
            *(executable(self, "python"), "-m", "uvicorn", "fastapi_app:app"),
            *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
        )
        async with running(self, workplace, command):
            client = HttpClient(f"http://127.0.0.1:{port}/predict", is_json=True, max_windows=_ANY)
            yield [Endpoint(self.name, client)]
