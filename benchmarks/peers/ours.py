"""This project's inference service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

import numpy as np

from benchmarks.peers.clients import InferClient, TensorClient
from benchmarks.peers.network import Float32Array
from benchmarks.peers.peer import MAX_BATCH, Endpoint, Workplace
from benchmarks.support.inference_stack import CLASSIC, inference_stack
from benchmarks.support.processes import free_port
from nilm_models.postprocess import gate_power

_SCALE_W = 2_000.0
_ON_PROBABILITY = 0.5
_LONGEST_CALL = 1_024


class Ours:
    """Inference with auth and telemetry beside it, each a process."""

    name = "ours"
    requirements: tuple[str, ...] = ()
    settings = MappingProxyType(
        {
            "protocol": "Open Inference Protocol over gRPC, raw tensors, on the loopback port: no "
            "token, nothing kept",
            "workers": "1",
            "batching": f"at most {MAX_BATCH} windows; longer calls are split",
            "beside the network": "normalisation, calibration, gating",
            "Infer": "each call authenticated and authorised; each prediction durable in telemetry "
            "before it is answered",
        }
    )

    @asynccontextmanager
    async def serving(self, workplace: Workplace) -> AsyncIterator[list[Endpoint]]:
        """Runs the three services."""
        port = free_port()
        settings = {"OIP_PORT": str(port), "MAX_BATCH": str(MAX_BATCH)}
        async with inference_stack(workplace.folder, workplace.threads, settings) as stack:
            tensors = TensorClient(
                f"127.0.0.1:{port}",
                CLASSIC,
                "mains_w",
                ("power_w", "on_probability"),
                _LONGEST_CALL,
            )
            infer = InferClient(stack.target, stack.metadata, stack.building_id, CLASSIC)
            yield [
                Endpoint(self.name, tensors, _power_and_probability),
                Endpoint(f"{self.name}, Infer", infer, _power_and_confidence, longest_batch=1),
            ]


def _power_and_probability(windows_w: Float32Array, outputs: Float32Array) -> Float32Array:
    probability = 1.0 / (1.0 + np.exp(-outputs[:, 1]))
    middle_w = windows_w[:, windows_w.shape[1] // 2]
    power_w = gate_power(outputs[:, 0] * _SCALE_W, probability >= _ON_PROBABILITY, middle_w)
    return np.stack([power_w, probability], axis=1).astype(np.float32)


def _power_and_confidence(windows_w: Float32Array, outputs: Float32Array) -> Float32Array:
    power_w, probability = _power_and_probability(windows_w, outputs).T
    return np.stack([power_w, np.where(power_w > 0.0, probability, 1.0 - probability)], axis=1)
