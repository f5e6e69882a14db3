"""Mail that is kept in a file, for installations without a mail server."""

import asyncio
import json
import logging
import os
from datetime import timedelta
from pathlib import Path

from nilm_auth.ports.security import Mail
from nilm_core.clock import Clock
from nilm_core.errors import UnavailableError

_log = logging.getLogger(__name__)
_RETRY_AFTER = timedelta(seconds=5)


class FileOutbox:
    """The Outbox that appends each message to a file as one line of JSON.

    The file is for its owner's eyes alone; the log says that a message was written, and to whom,
    never what it says.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        """Takes a message; returns once it will not be lost."""
        line = json.dumps(
            {
                "time": self._clock.now().isoformat(),
                "to": mail.to,
                "subject": mail.subject,
                "text": mail.text,
            },
            ensure_ascii=False,
        )
        try:
            await asyncio.to_thread(self._append, f"{line}\n".encode())
        except OSError as error:
            raise UnavailableError(
                "mail cannot be sent now", reason="OUTBOX_UNAVAILABLE", retry_after=_RETRY_AFTER
            ) from error
        _log.info("mail for %s was written to the outbox file %s", mail.to, self._path)

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
