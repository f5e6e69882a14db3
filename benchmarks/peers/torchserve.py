"""TorchServe with batches of requests; needs Java 17."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from benchmarks.peers.clients import HttpClient
from benchmarks.peers.environment import SERVING, TORCH, executable, running
from benchmarks.peers.peer import MAX_BATCH, Endpoint, Workplace
from benchmarks.support.processes import free_port

_ANY = 1_000_000
_MAX_DELAY_MS = 3

_MODEL = f"""\
minWorkers: 1
maxWorkers: 1
batchSize: {MAX_BATCH}
maxBatchDelay: {_MAX_DELAY_MS}
responseTimeout: 60
"""

_SERVER = """\
inference_address=http://127.0.0.1:{}
management_address=http://127.0.0.1:{}
metrics_address=http://127.0.0.1:{}
grpc_inference_port={}
grpc_management_port={}
load_models=seq2point.mar
model_store=.
job_queue_size=1024
disable_token_authorization=true
"""

_LOGS = """\
<Configuration>
  <Appenders><Console name="console"/></Appenders>
  <Loggers><Root level="warn"><AppenderRef ref="console"/></Root></Loggers>
</Configuration>
"""


class TorchServe:
    """A Java front and one Python worker."""

    name = "TorchServe"
    requirements = ("torchserve==0.12.0", "torch-model-archiver==0.12.0", "pyyaml==6.0.3", *TORCH)
    settings = MappingProxyType(
        {
            "protocol": "float32 in the body, over HTTP",
            "workers": "1",
            "batching": f"at most {MAX_BATCH} calls, waiting up to {_MAX_DELAY_MS} ms",
            "logs": "warnings alone",
        }
    )

    @asynccontextmanager
    async def serving(self, workplace: Workplace) -> AsyncIterator[list[Endpoint]]:
        """Runs the server."""
        ports = [free_port() for _ in range(5)]
        (workplace.folder / "config.properties").write_text(_SERVER.format(*ports))
        (workplace.folder / "log4j2.xml").write_text(_LOGS)
        self._archive(workplace.folder)
        command = (
            *(executable(self, "torchserve"), "--start", "--foreground", "--ncs"),
            *("--ts-config", "config.properties", "--log-config", "log4j2.xml"),
        )
        async with running(self, workplace, command):
            url = f"http://127.0.0.1:{ports[0]}/predictions/seq2point"
            yield [Endpoint(self.name, HttpClient(url, is_json=False, max_windows=_ANY))]

    def _archive(self, folder: Path) -> None:
        (folder / "model.yaml").write_text(_MODEL)
        handler = SERVING / "torchserve_handler.py"
        subprocess.run(
            [
                *(executable(self, "torch-model-archiver"), "--model-name", "seq2point"),
                *("--version", "1.0", "--handler", handler, "--config-file", "model.yaml"),
            ],
            cwd=folder,
            check=True,
        )
