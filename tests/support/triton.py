"""Talks to the Triton client in its own process."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("triton_client.py")
_STOP_TIMEOUT_S = 60.0


class TritonError(Exception):
    """What the client raised."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status.removeprefix("StatusCode.")
        self.message = message


class TritonProcess:
    """The client's process, for one command at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._turn = threading.Lock()

    def send(self, *command: Any) -> Any:
        """Returns the answer to a command, or raises what the client did."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._turn:
            stdin.write(json.dumps(command) + "\n")
            stdin.flush()
            answer = json.loads(stdout.readline() or '{"failure": {"status": "", "message": ""}}')
        if "failure" in answer:
            raise TritonError(**answer["failure"])
        return answer["answer"]

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=_STOP_TIMEOUT_S)


@dataclass(frozen=True)
class Triton:
    """The client, pointed at a server."""

    process: TritonProcess
    target: str
    headers: dict[str, str] | None = None

    async def ask(self, method: str, *arguments: str) -> Any:
        """Calls a method of the client, such as `is_server_live`."""
        return await self._send("ask", method, *arguments)

    async def infer(self, **case: Any) -> dict[str, Any]:
        """Runs a model by the client's `infer`, which sends raw tensors."""
        answer: dict[str, Any] = await self._send("infer", case)
        return answer

    async def infer_together(self, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Runs many at once by the client's `async_infer`."""
        answers: list[dict[str, Any]] = await self._send("infer_together", cases)
        return answers

    async def infer_by_message(self, message: dict[str, Any], *raw: bytes) -> dict[str, Any]:
        """Sends one message of the client's own stubs."""
        in_hex = [each.hex() for each in raw]
        answer: dict[str, Any] = await self._send("infer_by_message", message, in_hex)
        return answer

    async def _send(self, command: str, *arguments: Any) -> Any:
        return await asyncio.to_thread(
            self.process.send, command, self.target, self.headers, *arguments
        )


@contextmanager
def triton_process() -> Iterator[TritonProcess]:
    """Starts the client, and ends it at the end."""
    process = TritonProcess()
    try:
        yield process
    finally:
        process.close()
