"""`nilm up` as a child process, as a person would start it."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

READY_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
REPOSITORY = Path(__file__).resolve().parents[2]


class NilmUp:
    """A started `nilm up`: its address, its output and its children."""

    def __init__(
        self, data_dir: Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self.data_dir = data_dir
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        self._stderr = (data_dir.parent / f"{data_dir.name}.stderr").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nilm_cli", "up", "--data-dir", str(data_dir), *arguments],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
        )
        self.stdout: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._reader.start()

    def wait_ready(self) -> str:
        """Returns the address of the ready line; fails with what was said where none came."""
        try:
            line = self._lines.get(timeout=READY_TIMEOUT_S)
        except queue.Empty:
            line = ""
        word, _, url = line.partition(" ")
        assert word == "ready", f"no ready line but {line!r}; standard error: {self.stderr()}"
        return url.strip()

    def stderr(self) -> str:
        """Returns what was written to standard error so far."""
        return Path(self._stderr.name).read_text()

    def child(self, name: str) -> psutil.Process:
        """Returns the running child whose command line names a module or program."""
        for each in psutil.Process(self.process.pid).children():
            if any(part.endswith(name) for part in each.cmdline()):
                return each
        raise LookupError(f"no child {name}; standard error: {self.stderr()}")

    def child_pid(self, name: str) -> int | None:
        """Returns the process id of a child, or None while it does not run."""
        try:
            return self.child(name).pid
        except (LookupError, psutil.NoSuchProcess, psutil.ZombieProcess):
            return None

    def descendants(self) -> list[psutil.Process]:
        """Returns all processes that it has started and that run."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Sends a signal and returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_TIMEOUT_S)

    def close(self) -> None:
        """Ends it, if it has not ended, and waits for its children."""
        children = []
        if self.process.poll() is None:
            children = self.descendants()
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        psutil.wait_procs(children, timeout=STOP_TIMEOUT_S)
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._stderr.close()

    def _read_output(self) -> None:
        if self.process.stdout is not None:
            for line in self.process.stdout:
                self.stdout.append(line)
                self._lines.put(line)
            self._lines.put("")


@contextmanager
def nilm_up(
    data_dir: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[NilmUp]:
    """Starts `nilm up` with arguments and ends it at the end."""
    started = NilmUp(data_dir, *arguments, environment=environment)
    try:
        yield started
    finally:
        started.close()
