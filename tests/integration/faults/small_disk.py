"""A disk that is soon full: a small file system of its own, or a limit of each file's size."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.server_process import program


@dataclass(frozen=True)
class SmallDisk:
    """Where a service keeps its data, and what it is started by."""

    folder: Path
    launcher: tuple[str, ...] = ()
    is_mounted: bool = False

    def make_room(self) -> None:
        """Enlarges the disk; a limit is gone with the process that was started under it."""
        if self.is_mounted:
            _mount("-o", "remount,size=256m", str(self.folder))


def may_mount() -> bool:
    """Tells whether this account may mount file systems."""
    if os.geteuid() != 0:
        return False
    command = [program("unshare"), "--mount", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def file_system(folder: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """Gives a file system in memory, mounted at `folder`: writes end with ENOSPC."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder, is_mounted=True)
    finally:
        subprocess.run([program("umount"), str(folder)], check=True)


@contextmanager
def file_limit(folder: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """Limits each file, as a quota does: writes end with EFBIG."""
    folder.mkdir()
    yield SmallDisk(folder, launcher=("prlimit", f"--fsize={size_bytes}", "--"))


def _mount(*arguments: str) -> None:
    subprocess.run([program("mount"), *arguments], check=True)
