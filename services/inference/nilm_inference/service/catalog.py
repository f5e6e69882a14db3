"""The registered models: which serve, which do not, and why."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nilm_core.errors import FailedPreconditionError, NotFoundError
from nilm_inference import metrics
from nilm_models.bundle import LoadedModel
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry
from nilm_models.store import ModelStore, ReloadReport
from nilm_models.wide_layers import Precision

_log = logging.getLogger(__name__)


class ModelState(StrEnum):
    """Whether a model can be used."""

    READY = "READY"
    INACTIVE = "INACTIVE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model and its state."""

    entry: ModelEntry
    state: ModelState
    refusal: str = ""
    """Why it was refused; empty otherwise."""
    memory_bytes: int = 0
    """Bytes of its weights in memory."""


class ModelCatalog:
    """Holds the models in memory beside what the registry says of each.

    `warm_up` runs a model before it serves, in a thread that may wait; a NilmError refuses it.
    """

    def __init__(
        self,
        models_dir: Path,
        warm_up: Callable[[LoadedModel], None] | None = None,
        precision: Precision = "float32",
    ) -> None:
        self._models_dir = models_dir
        self._store = ModelStore(models_dir, warm_up, precision)
        self._registered: tuple[RegisteredModel, ...] = ()
        self._appliances: set[str] = set()
        self._reloading = asyncio.Lock()
        self.generation = 0
        """Grows with each reload."""

    def serving(self) -> Mapping[str, LoadedModel]:
        """Returns the models in memory by appliance; a later reload does not change the answer."""
        return self._store.models()

    def registered(self) -> tuple[RegisteredModel, ...]:
        """Returns every model of the registry, and those that serve on, by id and version."""
        return self._registered

    def find(self, model_id: str, model_version: str) -> RegisteredModel:
        """Returns one model; the active version where `model_version` is empty.

        Raises:
            NotFoundError: There is no such model, or no active version of it.
        """
        for model in self._registered:
            entry = model.entry
            is_wanted = model_version == entry.model_version or (
                not model_version and entry.is_active
            )
            if entry.model_id == model_id and is_wanted:
                return model
        version = f"version {model_version}" if model_version else "active version"
        raise NotFoundError(f"model {model_id}: no {version}; ListModels lists what there is")

    def training_data(self, appliance_id: str, model_version: str) -> str:
        """Returns what the model that said something of an appliance learned from.

        The one that serves comes before others of its version; empty where the version is
        registered no more, or more than one of its models could have said it.
        """
        serving = self.serving().get(appliance_id)
        if serving is not None and serving.entry.model_version == model_version:
            return serving.entry.training_data
        origins = {
            model.entry.training_data
            for model in self._registered
            if (model.entry.appliance_id, model.entry.model_version)
            == (appliance_id, model_version)
        }
        return origins.pop() if len(origins) == 1 else ""

    async def card(self, model: RegisteredModel) -> str:
        """Returns the Markdown card beside a model's weights; empty where there is none."""
        entry = model.entry
        path = self._models_dir / f"{entry.model_id}-{entry.model_version}.md"
        try:
            return await asyncio.to_thread(path.read_text, encoding="utf-8")
        except FileNotFoundError:
            return ""

    async def reload(self) -> ReloadReport:
        """Reads the registry anew and exchanges the models that serve.

        What is being evaluated ends with the model it began with. A model that is refused is
        logged by name; the one that was serving goes on.

        Raises:
            FailedPreconditionError: There is no registry; everything stays as it is.
            DataCorruptionError: The registry is damaged; everything stays as it is.
        """
        async with self._reloading:
            started = time.perf_counter()
            report, entries = await asyncio.to_thread(self._read)
            duration_s = time.perf_counter() - started
            self._registered = _states(entries, self._store.models(), report)
            self._appliances.update(entry.appliance_id for entry in entries)
            self.generation += 1
        metrics.MODEL_LOAD.observe(duration_s)
        metrics.MODELS_READY.set(len(self._store.models()))
        metrics.MODEL_BYTES.set(self._store.memory_bytes)
        for refusal in report.refused:
            _log.error(
                "model refused",
                extra={
                    "model_id": refusal.model_id,
                    "model_version": refusal.model_version,
                    "refusal": refusal.reason,
                },
            )
        _log.info(
            "models loaded",
            extra={"appliances": list(self.serving()), "duration_s": round(duration_s, 3)},
        )
        return report

    async def load(self) -> None:
        """Loads the models for the first time.

        Raises:
            FailedPreconditionError: There is no registry, or no active model can be loaded.
            DataCorruptionError: The registry is damaged.
        """
        report = await self.reload()
        if not self.serving():
            reasons = "; ".join(refusal.reason for refusal in report.refused)
            raise FailedPreconditionError(
                f"{self._models_dir}: no active model can be loaded: "
                f"{reasons or 'the registry has no active entry'}"
            )

    def health(self) -> Mapping[str, bool]:
        """Returns whether a model serves, for each appliance of the registry.

        The names are those of gRPC health, such as `nilm.models.kettle`. An appliance that was
        taken out of the registry is told as not served for as long as the service runs.
        """
        return {f"nilm.models.{name}": name in self.serving() for name in self._appliances}

    async def check(self) -> None:
        """Checks that a model is in memory.

        Raises:
            FailedPreconditionError: None is.
        """
        if not self.serving():
            raise FailedPreconditionError("no model is in memory")

    def _read(self) -> tuple[ReloadReport, tuple[ModelEntry, ...]]:
        report = self._store.reload()
        return report, read_registry(self._models_dir)


def _states(
    entries: tuple[ModelEntry, ...], serving: Mapping[str, LoadedModel], report: ReloadReport
) -> tuple[RegisteredModel, ...]:
    ready = {model.entry.key: model for model in serving.values()}
    refusals = {(each.model_id, each.model_version): each.reason for each in report.refused}
    models = {entry.key: RegisteredModel(entry, ModelState.INACTIVE) for entry in entries}
    for key, reason in refusals.items():
        if key in models:
            models[key] = RegisteredModel(models[key].entry, ModelState.REFUSED, reason)
    for key, model in ready.items():
        if key not in refusals:
            models[key] = RegisteredModel(
                model.entry, ModelState.READY, memory_bytes=model.memory_bytes
            )
    return tuple(models[key] for key in sorted(models))
