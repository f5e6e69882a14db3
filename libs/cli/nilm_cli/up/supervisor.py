"""Starts children, waits until all are well, starts again what dies, and drains them in order."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence

from nilm_cli.up.child import Child, describe_end
from nilm_cli.up.logs import trim
from nilm_cli.up.probe import is_ready
from nilm_cli.up.services import DRAIN_GRACE_S
from nilm_core.errors import UnavailableError

START_TIMEOUT_S = 90.0
_PROBE_PERIOD_S = 0.1
_STOP_TIMEOUT_S = DRAIN_GRACE_S + 5.0
_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_WELL_AFTER_S = 60.0
_TRIM_PERIOD_S = 30.0
_LAST_LINES = 5


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()

    def stop_on_signals(self) -> None:
        """Lets SIGINT and SIGTERM end `run_until_stopped`; a second one ends children at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)

    async def start(self, children: Sequence[Child]) -> bool:
        """Starts children side by side and waits until each is ready.

        Returns:
            Whether they run; False where a signal came first.

        Raises:
            UnavailableError: One ended or did not become ready; the message says why.
            OSError: One could not be started.
        """
        for child in children:
            self._children.append(child)
            child.start()
        waiting = [asyncio.create_task(_until_ready(child)) for child in children]
        stop = asyncio.create_task(self._stop.wait())
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await self._all_or_first_failure(waiting, stop)
        except TimeoutError:
            late = [child for child, task in zip(children, waiting, strict=True) if not task.done()]
            raise UnavailableError(
                f"{', '.join(child.spec.name for child in late)} did not become ready in "
                f"{START_TIMEOUT_S:.0f} s; see {late[0].log}"
            ) from None
        finally:
            for task in (*waiting, stop):
                task.cancel()
        return not self._stop.is_set()

    async def run_until_stopped(self) -> None:
        """Starts again what dies, with growing pauses, until a signal comes."""
        self._tasks = [asyncio.create_task(self._keep(child)) for child in self._children]
        self._tasks.append(asyncio.create_task(self._trim_logs()))
        await self._stop.wait()

    async def drain(self) -> None:
        """Ends every child, callers before those they call."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for child in reversed(self._children):
            await child.stop(_STOP_TIMEOUT_S)

    async def _all_or_first_failure(
        self, waiting: Sequence[asyncio.Task[None]], stop: asyncio.Task[bool]
    ) -> None:
        pending: set[asyncio.Task[None]] = set(waiting)
        while pending and not self._stop.is_set():
            done, _ = await asyncio.wait({*pending, stop}, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                if task in done:
                    task.result()
            pending -= done

    async def _keep(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        delay_s = _FIRST_DELAY_S
        while True:
            since = loop.time()
            code = await child.wait()
            if loop.time() - since > _WELL_AFTER_S:
                delay_s = _FIRST_DELAY_S
            self._say(
                f"{child.spec.name} ended ({describe_end(code)}); "
                f"starting it again in {delay_s:g} s; its last lines:"
            )
            for line in child.last_words(_LAST_LINES):
                self._say(f"  {line}")
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, _LONGEST_DELAY_S)
            try:
                child.start()
            except OSError as error:
                self._say(f"{child.spec.name} cannot be started: {error}")

    async def _trim_logs(self) -> None:
        while True:
            await asyncio.sleep(_TRIM_PERIOD_S)
            for child in self._children:
                trim(child.log)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            for child in self._children:
                child.signal(signal.SIGKILL)
        self._stop.set()


def say(line: str) -> None:
    """Tells the person at the terminal; standard output is for the ready line alone."""
    print(f"nilm up: {line}", file=sys.stderr, flush=True)


async def _until_ready(child: Child) -> None:
    """Waits until a child is ready.

    Raises:
        UnavailableError: It ended before.
    """
    spec = child.spec
    port = spec.ready_port
    while child.is_running:
        if port is None or await is_ready(port, spec.ready_host, is_tls=spec.is_ready_over_tls):
            return
        await asyncio.sleep(_PROBE_PERIOD_S)
    words = child.last_words() or [describe_end(await child.wait())]
    name = spec.name
    raise UnavailableError(f"{name}: {words[0].removeprefix(f'{name}: ')} (log: {child.log})")
