"""ModelService: convert in, call, convert out."""

from typing import Any

from nilm.inference.v1 import model_service_pb2 as model_pb
from nilm.inference.v1 import model_service_pb2_grpc as model_grpc
from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_inference.convert.drift import drift_message
from nilm_inference.convert.models import model_message, reload_response
from nilm_inference.service.catalog import ModelCatalog, RegisteredModel
from nilm_inference.service.drift import ModelDrift


class ModelServicer(model_grpc.ModelServiceServicer):
    """The models that are registered and held in memory."""

    def __init__(self, catalog: ModelCatalog, drift: ModelDrift) -> None:
        self._catalog = catalog
        self._drift = drift

    async def ListModels(
        self,
        request: model_pb.ListModelsRequest,
        context: Any,
    ) -> model_pb.ListModelsResponse:
        """Lists the registered models by id and version."""
        size = page_size_or_default(request.page_size)
        after = decode_page_token(request.page_token, {}) or ""
        models = [each for each in self._catalog.registered() if _position(each) > after]
        return model_pb.ListModelsResponse(
            models=[model_message(each) for each in models[:size]],
            next_page_token=(
                encode_page_token(_position(models[size - 1]), {}) if len(models) > size else ""
            ),
        )

    async def GetModel(
        self,
        request: model_pb.GetModelRequest,
        context: Any,
    ) -> model_pb.GetModelResponse:
        """Answers one model."""
        model = self._find(request.model_id, request.model_version)
        card = await self._catalog.card(model)
        return model_pb.GetModelResponse(model=model_message(model), card_markdown=card)

    async def GetModelDrift(
        self,
        request: model_pb.GetModelDriftRequest,
        context: Any,
    ) -> model_pb.GetModelDriftResponse:
        """Answers how far what a model meets is from its training."""
        entry = self._find(request.model_id, request.model_version).entry
        report = await self._drift.report(entry)
        return model_pb.GetModelDriftResponse(drift=drift_message(entry, report))

    async def ReloadModels(
        self,
        request: model_pb.ReloadModelsRequest,
        context: Any,
    ) -> model_pb.ReloadModelsResponse:
        """Reads the registry anew and swaps the models in memory."""
        report = await self._catalog.reload()
        ready = sorted(model.entry.model_id for model in self._catalog.serving().values())
        return reload_response(ready, report)

    def _find(self, model_id: str, model_version: str) -> RegisteredModel:
        if not model_id:
            raise InvalidArgumentError.of_field("model_id", "is needed")
        return self._catalog.find(model_id, model_version)


def _position(model: RegisteredModel) -> str:
    return f"{model.entry.model_id} {model.entry.model_version}"
