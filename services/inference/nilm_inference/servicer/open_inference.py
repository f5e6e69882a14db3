"""The Open Inference Protocol v2: convert in, call, convert out."""

from importlib.metadata import version
from typing import Any

from nilm.open_inference.v2 import grpc_inference_service_pb2 as oip_pb
from nilm.open_inference.v2 import grpc_inference_service_pb2_grpc as oip_grpc
from nilm_inference.convert.open_inference import (
    infer_response,
    metadata_response,
    wanted_outputs,
    windows_from,
)
from nilm_inference.service.open_inference import TensorInference
from nilm_rpc.call import current_call

_SERVER = "nilm-inference"
_DISTRIBUTION = "nilm-energy-monitor"


class OpenInferenceServicer(oip_grpc.GRPCInferenceServiceServicer):
    """Models for clients of other inference servers; keeps nothing."""

    def __init__(self, tensors: TensorInference) -> None:
        self._tensors = tensors
        self._version = version(_DISTRIBUTION)

    async def ServerLive(
        self, request: oip_pb.ServerLiveRequest, context: Any
    ) -> oip_pb.ServerLiveResponse:
        """Answers."""
        return oip_pb.ServerLiveResponse(live=True)

    async def ServerReady(
        self, request: oip_pb.ServerReadyRequest, context: Any
    ) -> oip_pb.ServerReadyResponse:
        """Tells whether any model is in memory."""
        return oip_pb.ServerReadyResponse(ready=self._tensors.is_ready())

    async def ModelReady(
        self, request: oip_pb.ModelReadyRequest, context: Any
    ) -> oip_pb.ModelReadyResponse:
        """Tells whether one model is in memory."""
        is_ready = self._tensors.is_model_ready(request.name, request.version)
        return oip_pb.ModelReadyResponse(ready=is_ready)

    async def ServerMetadata(
        self, request: oip_pb.ServerMetadataRequest, context: Any
    ) -> oip_pb.ServerMetadataResponse:
        """Tells what the server is."""
        return oip_pb.ServerMetadataResponse(name=_SERVER, version=self._version)

    async def ModelMetadata(
        self, request: oip_pb.ModelMetadataRequest, context: Any
    ) -> oip_pb.ModelMetadataResponse:
        """Tells the tensors of one model."""
        return metadata_response(self._tensors.find(request.name, request.version))

    async def ModelInfer(
        self, request: oip_pb.ModelInferRequest, context: Any
    ) -> oip_pb.ModelInferResponse:
        """Runs one model on a batch of windows."""
        model = self._tensors.find(request.model_name, request.model_version)
        outputs = wanted_outputs(request)
        windows_w = windows_from(request, model.entry.input_window_size)
        estimate = await self._tensors.infer(model, windows_w, current_call().deadline)
        return infer_response(request, model, estimate, outputs)
