"""A real Redis for the tests: the fixture `redis_server` of tests/conftest.py."""

import shutil
import socket

from tests.support.server_process import ServerProcess, free_port, new_folder, program


class RedisServer:
    """A running server; its data outlives a restart."""

    def __init__(self) -> None:
        self._folder = new_folder("redis")
        self.port = free_port()
        self.process = ServerProcess(
            [
                program("redis-server"),
                *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder)),
                *("--save", "", "--appendonly", "yes", "--appendfsync", "no"),
            ],
            is_ready=self._answers,
            log=self._folder / "log",
        )
        self.process.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def flush(self) -> None:
        """Forgets everything that it holds."""
        assert self._ask(b"FLUSHALL") == b"+OK"

    def close(self) -> None:
        """Stops it and removes its data."""
        self.process.stop()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING") == b"+PONG"
        except OSError:
            return False

    def _ask(self, command: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30.0) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(64).strip()
