"""One child process: started in a group of its own, logged to a file, never outliving its parent.

On Linux the kernel kills a child whose parent dies (`PR_SET_PDEATHSIG`, see prctl(2)), so that
even `kill -9` of the parent leaves none behind.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_TAIL_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What a child is and how it is known to be well."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the parent's environment."""
    ready_port: int | None = None
    """Port on loopback whose `/ready` answers 200 when the child is well; None: not asked."""
    ready_host: str = "127.0.0.1"
    is_ready_over_tls: bool = False
    """Whether that port speaks TLS."""


class Child:
    """A child process; it can be started again after its end."""

    def __init__(self, spec: ChildSpec, log: Path, folder: Path) -> None:
        self.spec = spec
        self.log = log
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: asyncio.Future[int] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._ended is not None and not self._ended.done()

    @property
    def pid(self) -> int | None:
        """Process id of the last start."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Starts the process; must be called on the main thread, whose end the kernel watches.

        Raises:
            OSError: The program or the log cannot be opened.
        """
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 the command is ours
                self.spec.command,
                env={**os.environ, **self.spec.environment},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C of the terminal reaches the parent alone, which drains
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 the parent has no threads
            )
        self._process = process
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        self._ended = ended
        descriptor = os.pidfd_open(process.pid)

        def reap() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            ended.set_result(process.wait())

        loop.add_reader(descriptor, reap)

    async def wait(self) -> int:
        """Waits for the end; returns the exit code, or minus the signal's number."""
        if self._ended is None:
            raise RuntimeError(f"{self.spec.name} was never started")
        return await asyncio.shield(self._ended)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process and to what it may have started."""
        if self.is_running and self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def stop(self, grace_s: float) -> None:
        """Asks it to end; ends it where it has not after `grace_s`."""
        if not self.is_running:
            return
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace_s):
                await self.wait()
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self.wait()

    def last_words(self, count: int = 1) -> list[str]:
        """Returns the last lines of its log, for people: of a JSON record its message."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
            return [_message(line) for line in lines if line.strip()][-count:]
        return []


def describe_end(code: int) -> str:
    """Returns how a process ended, for people."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _message(line: str) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        return line.strip()
    return str(record.get("message", line)) if isinstance(record, dict) else line


def _die_with(parent: int) -> Callable[[], None]:
    """Returns what the child runs before its program: it asks to die when `parent` does."""

    def ask() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return ask
