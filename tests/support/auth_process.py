"""The auth service as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.server_process import free_port

START_S = 60.0


class AuthProcess:
    """One run of the service on a data folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        launcher: Sequence[str] = (),
        log: Path | None = None,
        **settings: str,
    ) -> None:
        self.port, self.ops_port = free_port(), free_port()
        self.log = log or data_dir.parent / "auth.log"
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("NILM_")},
            "NILM_AUTH_DATA_DIR": str(data_dir),
            "NILM_AUTH_PORT": str(self.port),
            "NILM_AUTH_OPS_PORT": str(self.ops_port),
            "NILM_AUTH_PASSWORD_MEMORY_KIB": "64",
            **{f"NILM_AUTH_{key.upper()}": value for key, value in settings.items()},
        }
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*launcher, sys.executable, "-m", "nilm_auth"], env=environment, stderr=output
            )

    def wait_ready(self) -> "AuthProcess":
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get("/ready")
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError(f"not ready: {self.log.read_text()}")

    def get(self, path: str) -> Any:
        url = f"http://127.0.0.1:{self.ops_port}{path}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.loads(answer.read())

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)
