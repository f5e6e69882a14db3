"""The environments of the peers, and the processes that run in them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from benchmarks.peers.peer import MAX_BATCH, Peer, Workplace

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "peers"
SERVING = Path(__file__).parent / "serving"
_SOURCES = (SERVING, *(ROOT / name for name in ("benchmarks", "libs/models", "libs/core")))
TORCH = ("torch==2.13.0", "numpy==2.4.6")
"""What each peer answers with; the same torch as this project's."""

_STOP_TIMEOUT_S = 20.0


def set_up(peer: Peer) -> None:
    """Makes the environment of a peer, unless it is there with these very versions.

    Raises:
        RuntimeError: A package is not to be had; the message is pip's.
    """
    if is_set_up(peer):
        return
    environment = _environment(peer)
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    command = [str(executable(peer, "python")), "-m", "pip", "install", "--quiet"]
    done = subprocess.run(
        [*command, *peer.requirements], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise RuntimeError(f"pip install {' '.join(peer.requirements)}: {' '.join(errors)[:600]}")
    _record(peer).write_text("\n".join(peer.requirements))


def is_set_up(peer: Peer) -> bool:
    """Tells whether the environment of a peer has what it requires."""
    record = _record(peer)
    return not peer.requirements or (
        record.exists() and record.read_text() == "\n".join(peer.requirements)
    )


def executable(peer: Peer, name: str) -> Path:
    """Returns a program of the environment of a peer."""
    return _environment(peer) / "bin" / name


@asynccontextmanager
async def running(
    peer: Peer,
    workplace: Workplace,
    command: Sequence[str | Path],
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[None]:
    """Runs a server of a peer, and ends it with all the processes that it started."""
    environment = {
        **os.environ,
        "PATH": f"{executable(peer, 'python').parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(map(str, _SOURCES)),
        "TMPDIR": str(workplace.folder),
        "OMP_NUM_THREADS": str(workplace.threads),
        "OMP_WAIT_POLICY": "PASSIVE",
        "PEERS_WEIGHTS": str(workplace.weights),
        "PEERS_THREADS": str(workplace.threads),
        "PEERS_MAX_BATCH": str(MAX_BATCH),
        **(variables or {}),
    }
    with _log_of(workplace).open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            cwd=workplace.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        await _end_group(process)


def last_printed(workplace: Workplace) -> str:
    """Returns the end of what the servers of a workplace printed."""
    logs = sorted(workplace.folder.glob("*.log"))
    return " ".join(f"{log.name}: {log.read_text(errors='replace')[-600:]}" for log in logs)


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """Asks a process and those it started to end, and kills what is left of them."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _log_of(workplace: Workplace) -> Path:
    return workplace.folder / "server.log"


def _environment(peer: Peer) -> Path:
    return FOLDER / peer.name.lower() / "venv"


def _record(peer: Peer) -> Path:
    return _environment(peer).parent / "installed.txt"
