"""Logs of children: one file each, the run before kept beside it, neither without bound."""

import contextlib
import shutil
from pathlib import Path

_MAX_BYTES = 50 << 20


def begin(log: Path) -> None:
    """Moves the log of the run before aside."""
    with contextlib.suppress(FileNotFoundError):
        log.replace(_before(log))


def trim(log: Path, max_bytes: int = _MAX_BYTES) -> None:
    """Copies a log that has grown too long aside and empties it; its writer only ever appends."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > max_bytes:
            shutil.copyfile(log, _before(log))
            with log.open("r+b") as file:
                file.truncate(0)


def _before(log: Path) -> Path:
    return log.with_name(f"{log.name}.1")
