"""The supervisor, over real processes that do little."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from nilm_cli.up import supervisor as supervisor_module
from nilm_cli.up.child import Child, ChildSpec
from nilm_cli.up.supervisor import Supervisor
from nilm_core.errors import UnavailableError
from tests.support.eventually import eventually
from tests.support.server_process import free_port

SERVE = """
import http.server, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
time.sleep(float(sys.argv[2]))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class Told:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        self.lines.append(line)

    def __contains__(self, text: str) -> bool:
        return any(text in line for line in self.lines)


def _serving(tmp_path: Path, name: str, delay_s: float = 0.0) -> Child:
    port = free_port()
    command = (sys.executable, "-c", SERVE, str(port), str(delay_s))
    spec = ChildSpec(name, command, ready_port=port)
    return Child(spec, tmp_path / f"{name}.log", tmp_path)


def _failing(tmp_path: Path, name: str, words: str) -> Child:
    command = (sys.executable, "-c", f"import sys; sys.exit({words!r})")
    return Child(
        ChildSpec(name, command, ready_port=free_port()), tmp_path / f"{name}.log", tmp_path
    )


@pytest.fixture
def told() -> Told:
    return Told()


async def test_all_that_were_started_are_ready_then(tmp_path: Path, told: Told) -> None:
    supervisor = Supervisor(told)
    children = [_serving(tmp_path, "quick"), _serving(tmp_path, "slow", 0.5)]
    assert await supervisor.start(children)
    assert all(child.is_running for child in children)
    await supervisor.drain()
    assert not any(child.is_running for child in children)
    assert told.lines == []


async def test_one_that_fails_fails_the_start_with_its_last_words(
    tmp_path: Path, told: Told
) -> None:
    supervisor = Supervisor(told)
    well = _serving(tmp_path, "well")
    with pytest.raises(UnavailableError, match=r"^store: the file is damaged \(log: .*store.log"):
        await supervisor.start([well, _failing(tmp_path, "store", "store: the file is damaged")])
    await supervisor.drain()
    assert not well.is_running


async def test_one_that_never_is_ready_is_named(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "START_TIMEOUT_S", 1.0)
    supervisor = Supervisor(told)
    quick = Child(ChildSpec("quick", ("sleep", "60")), tmp_path / "quick.log", tmp_path)
    with pytest.raises(UnavailableError, match=r"^late did not become ready in 1 s"):
        await supervisor.start([quick, _serving(tmp_path, "late", 60)])
    await supervisor.drain()


async def test_what_dies_is_started_again_and_told_of(tmp_path: Path, told: Told) -> None:
    supervisor = Supervisor(told)
    child = _serving(tmp_path, "store")
    await supervisor.start([child])
    first = child.pid
    running = asyncio.create_task(supervisor.run_until_stopped())
    await asyncio.sleep(0)
    child.signal(signal.SIGKILL)
    await eventually(lambda: child.pid != first and child.is_running)
    assert "store ended (signal SIGKILL); starting it again in 0.5 s" in told
    running.cancel()
    await supervisor.drain()
    assert not child.is_running


async def test_pauses_grow_while_it_goes_on_dying(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "_FIRST_DELAY_S", 0.05)
    supervisor = Supervisor(told)
    ends = tmp_path / "ends"
    program = f"while [ ! -e {ends} ]; do sleep 0.05; done"
    child = Child(ChildSpec("brief", ("sh", "-c", program)), tmp_path / "brief.log", tmp_path)
    await supervisor.start([child])
    ends.touch()
    running = asyncio.create_task(supervisor.run_until_stopped())
    await eventually(lambda: "again in 0.2 s" in told)
    for pause in ("0.05", "0.1", "0.2"):
        assert f"starting it again in {pause} s" in told
    running.cancel()
    await supervisor.drain()


async def test_a_signal_ends_the_wait_and_the_start(tmp_path: Path, told: Told) -> None:
    supervisor = Supervisor(told)
    supervisor.stop_on_signals()
    child = _serving(tmp_path, "late", 60)
    asyncio.get_running_loop().call_later(0.3, os.kill, os.getpid(), signal.SIGTERM)
    try:
        assert await supervisor.start([child]) is False
        async with asyncio.timeout(60):
            await supervisor.run_until_stopped()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
        await supervisor.drain()
    assert not child.is_running


async def test_callers_end_before_those_they_call(tmp_path: Path, told: Told) -> None:
    order = tmp_path / "order"
    program = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(order)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    children = [
        Child(
            ChildSpec(name, (sys.executable, "-c", program, name)),
            tmp_path / f"{name}.log",
            tmp_path,
        )
        for name in ("gateway", "auth", "telemetry")
    ]
    supervisor = Supervisor(told)
    await supervisor.start(children)
    await eventually(lambda: all(child.last_words() for child in children))
    await supervisor.drain()
    assert order.read_text() == "telemetry auth gateway "
