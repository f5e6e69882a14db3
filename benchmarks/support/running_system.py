"""A whole `nilm up --no-demo`, as a person starts it."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path

import psutil
import yaml

_STOP_TIMEOUT_S = 30.0
_GATEWAY_FILE = "bootstrap.yaml"


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """What a benchmark asks of a running system."""

    url: str
    ready_s: float
    """Time from the start of the process to its ready line, s."""
    data_dir: Path
    process: psutil.Process

    def port_of(self, cluster: str) -> int:
        """Returns the port on loopback behind a cluster of the gateway's address book."""
        clusters = yaml.safe_load((self.data_dir / "run" / "clusters.yaml").read_text())
        (found,) = (each for each in clusters["resources"] if each["name"] == cluster)
        endpoint = found["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        port: int = endpoint["address"]["socket_address"]["port_value"]
        return port

    def children(self) -> dict[str, psutil.Process]:
        """Returns the processes of the services and of the gateway, by name."""
        found = {}
        for child in self.process.children():
            words = child.cmdline()
            name = "gateway" if _GATEWAY_FILE in words else words[-1].removeprefix("nilm_")
            found[name] = child
        return found


@contextmanager
def running_system(
    folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[RunningSystem]:
    """Starts the system on a data folder, with further environment, until the end of `with`.

    Raises:
        RuntimeError: It did not become ready; the message is what it said.
    """
    started = time.perf_counter()
    with (
        (folder / "stderr.txt").open("w+") as stderr,
        subprocess.Popen(
            [
                *(sys.executable, "-m", "nilm_cli", "up", "--no-demo", "--port", "0"),
                *("--data-dir", str(folder / "data")),
            ],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**environ, **(settings or {})},
        ) as process,
    ):
        try:
            word, _, url = (process.stdout.readline() if process.stdout else "").partition(" ")
            ready_s = time.perf_counter() - started
            if word != "ready":
                raise RuntimeError((folder / "stderr.txt").read_text())
            yield RunningSystem(url.strip(), ready_s, folder / "data", psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(_STOP_TIMEOUT_S)
