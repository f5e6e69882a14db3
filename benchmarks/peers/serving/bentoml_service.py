"""A BentoML service with adaptive batching."""

import os

import bentoml
import numpy as np
from seq2point import load_network


@bentoml.service(workers=1, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Seq2PointService:
    """Answers with the network."""

    def __init__(self) -> None:
        self._answer = load_network()

    @bentoml.api(
        batchable=True, max_batch_size=int(os.environ["PEERS_MAX_BATCH"]), max_latency_ms=10_000
    )
    def predict(self, windows_w: np.ndarray) -> np.ndarray:
        """Runs a batch of many callers' windows."""
        return self._answer(np.asarray(windows_w, np.float32))
