import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from nilm_cli.up.child import Child, ChildSpec, describe_end
from tests.support.eventually import eventually


def _child(tmp_path: Path, program: str, **environment: str) -> Child:
    spec = ChildSpec("worker", (sys.executable, "-c", program), environment)
    return Child(spec, tmp_path / "worker.log", tmp_path)


async def test_it_runs_with_its_environment_and_logs_both_outputs(tmp_path: Path) -> None:
    program = "import os, sys; print(os.environ['COLOUR']); print('oops', file=sys.stderr)"
    child = _child(tmp_path, program, COLOUR="green")
    child.start()
    assert await child.wait() == 0
    assert sorted(child.log.read_text().split()) == ["green", "oops"]
    assert not child.is_running


async def test_it_can_be_started_again(tmp_path: Path) -> None:
    child = _child(tmp_path, "print('once')")
    for _ in range(2):
        child.start()
        await child.wait()
    assert child.log.read_text() == "once\nonce\n"


async def test_it_is_asked_to_end_and_may_say_goodbye(tmp_path: Path) -> None:
    program = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('bye'), sys.exit(0)))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = _child(tmp_path, program)
    child.start()
    await _until_logged(child, "up")
    await child.stop(60)
    assert child.last_words() == ["bye"]


async def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    program = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = _child(tmp_path, program)
    child.start()
    await _until_logged(child, "up")
    await child.stop(0.2)
    assert await child.wait() == -signal.SIGKILL


async def test_it_is_out_of_reach_of_the_terminals_ctrl_c(tmp_path: Path) -> None:
    child = _child(tmp_path, "import time; time.sleep(60)")
    child.start()
    assert child.pid is not None
    assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    await child.stop(60)


async def test_last_words_are_for_people(tmp_path: Path) -> None:
    child = _child(tmp_path, "")
    assert child.last_words() == []
    child.log.write_text('first\n{"level": "ERROR", "message": "the disk is full"}\n\n')
    assert child.last_words() == ["the disk is full"]
    assert child.last_words(2) == ["first", "the disk is full"]


def test_an_end_is_described() -> None:
    assert describe_end(3) == "exit code 3"
    assert describe_end(-9) == "signal SIGKILL"


def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from nilm_cli.up.child import Child, ChildSpec\n"
        "async def main():\n"
        "    spec = ChildSpec('c', (sys.executable, '-c', 'import time; time.sleep(60)'))\n"
        "    child = Child(spec, Path('c.log'), Path('.'))\n"
        "    child.start()\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    deadline = time.monotonic() + 60
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def _until_logged(child: Child, text: str) -> None:
    await eventually(lambda: text in " ".join(child.last_words(5)))
