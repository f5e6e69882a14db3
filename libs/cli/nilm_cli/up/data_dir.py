"""The data folder: what lies where, its secret, and the lock that keeps a second owner out."""

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from nilm_core.errors import FailedPreconditionError

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class DataDir:
    """Paths inside a data folder."""

    root: Path

    @property
    def logs(self) -> Path:
        """One log a child."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """The gateway's rendered files; written anew at each start."""
        return self.root / "run"

    @property
    def secrets(self) -> Path:
        """Secrets and keys; readable by the owner alone."""
        return self.root / "secrets"

    @property
    def service_secret(self) -> Path:
        """The secret that the services fetch their tokens with."""
        return self.secrets / "service_secret"

    @property
    def demo_password(self) -> Path:
        """Password of the demo account; made by `auth`."""
        return self.secrets / "demo_password"

    @property
    def supabase_keys(self) -> Path:
        """The JWT secret of a Supabase project, in the form that the gateway reads."""
        return self.secrets / "supabase-jwks.json"

    @property
    def lock(self) -> Path:
        """Held while somebody runs on this folder."""
        return self.root / "nilm.lock"

    def prepare(self) -> None:
        """Makes the folders, and the secret on first start.

        Raises:
            FailedPreconditionError: The folder cannot be written.
        """
        try:
            for folder in (self.root, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
            if not self.service_secret.exists():
                write_private(self.service_secret, secrets.token_urlsafe(_SECRET_BYTES))
        except OSError as error:
            raise FailedPreconditionError(
                f"data folder {self.root} cannot be written: {error.strerror}"
            ) from error


class DataDirLock:
    """Keeps the folder for one process inside `with`; the kernel lets go when it dies.

    Raises:
        FailedPreconditionError: Another process has it.
    """

    def __init__(self, data_dir: DataDir) -> None:
        self._data_dir = data_dir

    def __enter__(self) -> Self:
        self._file = self._data_dir.lock.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            owner = self._file.read().strip() or "unknown"
            self._file.close()
            raise FailedPreconditionError(
                f"data folder {self._data_dir.root} is in use by another `nilm up`, process {owner}"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()


def write_private(path: Path, text: str) -> None:
    """Writes a file whole, readable by its owner alone."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
