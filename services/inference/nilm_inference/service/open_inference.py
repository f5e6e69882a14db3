"""Models asked by tensors, of which nothing is kept."""

from nilm_core.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError
from nilm_inference.domain.progress import not_served
from nilm_inference.domain.series import Float32Array
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.service.catalog import ModelCatalog
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate


class TensorInference:
    """Finds models by appliance and version, and runs them in the batches of all callers."""

    def __init__(self, catalog: ModelCatalog, batcher: WindowBatcher) -> None:
        self._catalog = catalog
        self._batcher = batcher

    def is_ready(self) -> bool:
        """Tells whether any model is in memory."""
        return bool(self._catalog.serving())

    def is_model_ready(self, name: str, version: str) -> bool:
        """Tells whether `find` would return a model."""
        model = self._catalog.serving().get(name)
        return model is not None and version in ("", model.entry.model_version)

    def find(self, name: str, version: str) -> LoadedModel:
        """Returns the model that serves an appliance.

        Args:
            name: The appliance's id.
            version: The version wanted; empty for the one that serves.

        Raises:
            InvalidArgumentError: There is no name.
            NotFoundError: No model of this name and version is registered.
            FailedPreconditionError: One is, and is not in memory.
        """
        if not name:
            raise InvalidArgumentError.of_field("model_name", "is needed: an appliance's id")
        served = self._catalog.serving()
        if self.is_model_ready(name, version):
            return served[name]
        what = f"model {name}" + (f" version {version}" if version else "")
        for model in self._catalog.registered():
            entry = model.entry
            if entry.appliance_id == name and version in ("", entry.model_version):
                why = model.refusal or "it is registered and not active"
                raise FailedPreconditionError(f"{what} is not in memory: {why}")
        if name in served:
            version = served[name].entry.model_version
            raise NotFoundError(f"{what} is not known; the one that serves is {version}")
        raise NotFoundError(f"{what} is not known: {not_served(list(served))}")

    async def infer(
        self, model: LoadedModel, windows_w: Float32Array, deadline: float | None
    ) -> Estimate:
        """Estimates the middle of each window, shape (B, window), W; NaN is missing.

        Raises:
            InvalidArgumentError: There are too many windows for one call.
            ResourceExhaustedError: Too many windows are waiting, or the deadline cannot be met.
            UnavailableError: The service is stopping.
        """
        [estimate] = await self._batcher.estimate_together((model,), windows_w, deadline)
        return estimate
