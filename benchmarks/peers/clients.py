"""How servers are asked: each by its own protocol, at the least cost to whoever asks.

Messages are made beforehand and answers are read as bytes, since a client takes its time from the
same cores as the server.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import aiohttp
import grpc
import numpy as np
import orjson
from tritonclient.grpc import service_pb2 as triton_pb

from benchmarks.peers.network import Float32Array
from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm_core.timegrid import from_us
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp

Ask = Callable[[], Awaitable[bytes]]
"""Sends one call and returns the bytes of its answer."""

_TIMEOUT_S = 60.0
_INFER = "/nilm.inference.v1.InferenceService/Infer"
_MODEL_INFER = "/inference.GRPCInferenceService/ModelInfer"
_PERIOD_US = 60_000_000
_sample_times_us = count(1_704_067_200_000_000, _PERIOD_US)  # from 2024-01-01


class Client(Protocol):
    """Asks one server; goes to another process by pickle."""

    @property
    def max_windows(self) -> int:
        """Most windows that a call may carry; a longer batch goes as several calls at once."""
        ...

    def open(self, windows_w: Float32Array) -> AbstractAsyncContextManager[Ask]:
        """Connects; each call asks about these windows, W, shape (B, window)."""
        ...

    def decode(self, answer: bytes) -> Float32Array:
        """Returns the two numbers of each window, shape (B, 2)."""
        ...


@dataclass(frozen=True)
class TensorClient:
    """The Open Inference Protocol over gRPC, with raw tensors, as Triton's own client has it."""

    target: str
    model: str
    input_name: str
    output_names: tuple[str, ...]
    max_windows: int

    @asynccontextmanager
    async def open(self, windows_w: Float32Array) -> AsyncIterator[Ask]:
        """Gives calls of one channel, which all callers share."""
        tensor = triton_pb.ModelInferRequest.InferInputTensor(
            name=self.input_name, datatype="FP32", shape=windows_w.shape
        )
        wanted = triton_pb.ModelInferRequest.InferRequestedOutputTensor
        message = triton_pb.ModelInferRequest(
            model_name=self.model,
            inputs=[tensor],
            outputs=[wanted(name=name) for name in self.output_names],
            raw_input_contents=[windows_w.astype("<f4").tobytes()],
        ).SerializeToString()
        async with connect(self.target) as channel:
            call = channel.unary_unary(_MODEL_INFER)
            yield lambda: call(message, timeout=_TIMEOUT_S)

    def decode(self, answer: bytes) -> Float32Array:
        """Returns the tensors beside each other."""
        response = triton_pb.ModelInferResponse.FromString(answer)
        tensors = [
            np.frombuffer(raw, "<f4").reshape(output.shape[0], -1)
            for output, raw in zip(response.outputs, response.raw_output_contents, strict=True)
        ]
        return np.concatenate(tensors, axis=1)


@dataclass(frozen=True)
class InferClient:
    """This project's `Infer`: one window of one building, whose prediction is kept."""

    target: str
    metadata: tuple[tuple[str, str], ...]
    building_id: str
    appliance_id: str
    max_windows: int = 1

    @asynccontextmanager
    async def open(self, windows_w: Float32Array) -> AsyncIterator[Ask]:
        """Gives calls that each ask about a sample which nobody asked about before."""
        message = inference_pb.InferRequest(
            building_id=self.building_id,
            appliance_id=self.appliance_id,
            window_kw=(windows_w[0] / 1_000.0).tolist(),
        ).SerializeToString()
        async with connect(self.target) as channel:
            call = channel.unary_unary(_INFER)

            def ask() -> Awaitable[bytes]:
                time = to_timestamp(from_us(next(_sample_times_us)))
                more = inference_pb.InferRequest(sample_time=time).SerializeToString()
                return call(message + more, metadata=self.metadata, timeout=_TIMEOUT_S)

            yield ask

    def decode(self, answer: bytes) -> Float32Array:
        """Returns power, W, and confidence."""
        response = inference_pb.InferResponse.FromString(answer)
        assert response.persisted
        return np.array([[response.predicted_kw * 1_000.0, response.confidence]], np.float32)


@dataclass(frozen=True)
class HttpClient:
    """POST over connections that are kept: each caller soon has one of his own."""

    url: str
    is_json: bool
    """Whether windows go as JSON; else as little-endian float32."""
    max_windows: int

    @asynccontextmanager
    async def open(self, windows_w: Float32Array) -> AsyncIterator[Ask]:
        """Gives calls of one session."""
        if self.is_json:
            question = {"windows_w": windows_w}
            body = orjson.dumps(question, option=orjson.OPT_SERIALIZE_NUMPY)
            media_type = "application/json"
        else:
            body, media_type = windows_w.astype("<f4").tobytes(), "application/octet-stream"
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_TIMEOUT_S),
            timeout=aiohttp.ClientTimeout(_TIMEOUT_S),
            headers={"content-type": media_type},
        ) as session:

            async def ask() -> bytes:
                async with session.post(self.url, data=body) as response:
                    answer = await response.read()
                    response.raise_for_status()
                    return answer

            yield ask

    def decode(self, answer: bytes) -> Float32Array:
        """Returns the outputs; JSON may have them below `outputs`."""
        if not self.is_json:
            return np.frombuffer(answer, "<f4").reshape(-1, 2)
        outputs = orjson.loads(answer)
        return np.array(outputs["outputs"] if isinstance(outputs, dict) else outputs, np.float32)


FAILURES = (grpc.aio.AioRpcError, aiohttp.ClientError, TimeoutError)
"""What a call that was refused or broke off raises."""
