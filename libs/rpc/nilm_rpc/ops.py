"""Metrics and health over plain HTTP, on a port of their own, for probes and Prometheus."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from nilm_core.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a service is ready, and what it waits for."""

    ready: bool
    failures: Mapping[str, str]
    """Name of each failing check to what it says."""


class OpsServer:
    """Serves `/metrics`, `/live`, `/ready`, `/health` and a service's own JSON documents.

    Raises:
        UnavailableError: The port is in use.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        health: Callable[[], Health],
        tell_details: bool,
        documents: Mapping[str, Callable[[], bytes]],
    ) -> None:
        self._health = health
        self._tell_details = tell_details
        self._documents = documents
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, content_type, body = outer.answer(self.path.partition("?")[0])
                self.send_response(status)
                self.send_header("content-type", content_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Probes are not worth a log line."""

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise UnavailableError(
                f"ops port {host}:{port} cannot be opened: {error.strerror}; take another one"
            ) from error
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.server_port

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stops answering and closes the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Returns status, content type and body for a path."""
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest()
        if path == "/live":
            return HTTPStatus.OK, "application/json", b'{"status":"live"}'
        if path in ("/ready", "/health"):
            return self._answer_health(path)
        if path in self._documents:
            return self._answer_document(path)
        return HTTPStatus.NOT_FOUND, "application/json", b'{"message":"no such path"}'

    def _answer_document(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        try:
            return HTTPStatus.OK, "application/json", self._documents[path]()
        except UnavailableError as error:
            body = json.dumps({"message": error.message}).encode()
            return HTTPStatus.SERVICE_UNAVAILABLE, "application/json", body

    def _answer_health(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        health = self._health()
        document: dict[str, object] = {"status": "ready" if health.ready else "not ready"}
        if path == "/health" and self._tell_details:
            document["failures"] = dict(health.failures)
        status = HTTPStatus.OK if health.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "application/json", json.dumps(document).encode()
