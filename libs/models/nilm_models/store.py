"""The models that serve: one for each appliance, exchanged all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nilm_core.errors import NilmError, NotFoundError
from nilm_models.bundle import LoadedModel, load_model
from nilm_models.registry import read_registry
from nilm_models.wide_layers import Precision


@dataclass(frozen=True, slots=True)
class Refusal:
    """An active entry that was not taken into service."""

    model_id: str
    """Id of the model."""
    model_version: str
    """Version of the model."""
    appliance_id: str
    """The appliance that it was to serve."""
    reason: str
    """One line that says what is wrong."""


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a reload did, by appliance id."""

    loaded: tuple[str, ...]
    """Served by the entry that is active in the registry."""
    kept: tuple[str, ...]
    """Served by the model from before, since the active entry was refused."""
    refused: tuple[Refusal, ...]
    """The entries that were refused, also those without a model from before."""


class ModelStore:
    """The active model of each appliance.

    A reload builds the whole new set beside the old one and then swaps one reference, so readers
    in other threads see the old set or the new one. It holds nothing until the first `reload`.
    `try_out` runs each model before it may serve; a NilmError that it raises refuses the model.
    """

    def __init__(
        self,
        models_dir: Path,
        try_out: Callable[[LoadedModel], None] | None = None,
        precision: Precision = "float32",
    ) -> None:
        self._models_dir = models_dir
        self._try_out = try_out
        self._precision = precision
        self._models: Mapping[str, LoadedModel] = MappingProxyType({})

    def reload(self) -> ReloadReport:
        """Reads the registry anew and exchanges the set.

        An entry that is refused leaves the model that was serving in place. An appliance without
        an active entry is no longer served.

        Raises:
            FailedPreconditionError: There is no registry; the set stays as it is.
            DataCorruptionError: The registry is damaged; the set stays as it is.
        """
        before = self._models
        models: dict[str, LoadedModel] = {}
        loaded: list[str] = []
        kept: list[str] = []
        refused: list[Refusal] = []
        for entry in read_registry(self._models_dir):
            if not entry.is_active:
                continue
            name = entry.appliance_id
            try:
                model = load_model(self._models_dir, entry, models.values(), self._precision)
                if self._try_out is not None:
                    self._try_out(model)
                models[name] = model
                loaded.append(name)
            except NilmError as error:
                refused.append(Refusal(*entry.key, name, error.message))
                if name in before:
                    models[name] = before[name]
                    kept.append(name)
        self._models = MappingProxyType(models)
        return ReloadReport(tuple(loaded), tuple(kept), tuple(refused))

    def models(self) -> Mapping[str, LoadedModel]:
        """Returns the present set by appliance id; a later reload does not change it."""
        return self._models

    def get(self, appliance_id: str) -> LoadedModel:
        """Returns the model that serves an appliance.

        Raises:
            NotFoundError: None does; the message lists the appliances that are served.
        """
        models = self._models
        if appliance_id not in models:
            served = ", ".join(models) or "none"
            raise NotFoundError(f"no model serves {appliance_id!r}; served: {served}")
        return models[appliance_id]

    @property
    def memory_bytes(self) -> int:
        """Bytes of the weights of all models that serve, each network once."""
        by_network = {id(model.network): model.memory_bytes for model in self._models.values()}
        return sum(by_network.values())
