"""A TorchServe handler: float32 in the body of each request, float32 in the answer."""

from typing import Any

import numpy as np
from seq2point import load_network

_WINDOW = 599


class Seq2PointHandler:
    """Runs the windows of all requests of a batch together."""

    initialized = False

    def initialize(self, _context: Any) -> None:
        """Loads the network into the worker."""
        self._answer = load_network()
        self.initialized = True

    def handle(self, requests: list[dict[str, Any]], _context: Any) -> list[bytes]:
        """Answers each request of a batch."""
        bodies = [request["body"] for request in requests]
        windows = [np.frombuffer(body, "<f4").reshape(-1, _WINDOW) for body in bodies]
        outputs = self._answer(np.concatenate(windows))
        ends = np.cumsum([len(each) for each in windows])[:-1]
        return [each.tobytes() for each in np.split(outputs, ends)]
