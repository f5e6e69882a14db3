"""A server program as a child of the tests: started, paused, stopped and started again."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
_POLL_S = 0.02
_PORTS = iter(random.sample(range(20_000, 32_000), 12_000))


class ServerProcess:
    """One program and what it says; its port and its data stay the same over restarts."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        is_ready: Callable[[], bool],
        log: Path,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._command = list(command)
        self._is_ready = is_ready
        self._log = log
        self._user = user
        self._environment = environment
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns once it answers; fails with what it said where it does not."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                env={**os.environ, **(self._environment or {})},
                cwd=self._log.parent,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self._command[0]} did not start:\n{self.output()}")
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """Tells it to stop and waits until it has."""
        if self._process is None:
            return
        self.resume()
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends it at once, as a loss of power would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT_S)
            self._process = None

    def restart(self) -> None:
        """Stops it and starts it again."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Stops it and its children in their tracks: connections stay open and nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on after `pause`."""
        self._signal_all(signal.SIGCONT)

    def output(self) -> str:
        """Returns what it said so far."""
        return self._log.read_text(errors="replace")

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        parent = psutil.Process(self._process.pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # a child ends when it likes
                process.send_signal(number)


def program(name: str, *, folders: Sequence[Path] = ()) -> str:
    """Returns the path of a program; raises RuntimeError with the remedy where it is missing."""
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed: run tools/test-servers, which installs it")
    return found


def free_port() -> int:
    """Returns a port of the loopback address that nothing listens on.

    It is below those that the system gives away by itself, such as to connections, and another one
    each time: it stays free until a server has started, and while that is away and will be back.
    """
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def listens(port: int) -> bool:
    """Tells whether something accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def new_folder(name: str, owner: str | None = None) -> Path:
    """Returns a new folder for a server's data, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix=f"nilm-{name}-"))
    if owner is not None:
        shutil.chown(folder, owner, owner)
    return folder
