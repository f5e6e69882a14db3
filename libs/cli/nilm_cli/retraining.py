"""Retrains models that serve on a building's own data, and has them served."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from nilm.inference.v1 import model_service_pb2, model_service_pb2_grpc
from nilm_cli.client.buildings import find_building, only_building
from nilm_cli.client.gateway import Credentials, Gateway, open_gateway
from nilm_cli.client.own_data import read_record
from nilm_core.errors import FailedPreconditionError, NotFoundError, PermissionDeniedError
from nilm_models.bundle import load_model
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry
from nilm_trainer.config import load_config
from nilm_trainer.household import Household, data_folder
from nilm_trainer.retrain import Judged, Tuning, retrain
from nilm_trainer.retrain_export import export_retrained
from nilm_trainer.split import training_parts

_LONGEST = timedelta(days=365)
"""How far back the first retraining looks."""


@dataclass(frozen=True, slots=True)
class RetrainRequest:
    """What is to be retrained."""

    building: str
    """Id or name; empty for the account's only one."""
    appliance_ids: Sequence[str]
    """None for all that have an active model."""
    config: Path | None
    """Config of the first training, whose data are mixed in; None for none."""
    models_dir: Path
    data_dir: Path | None
    """Folder of the first training's data; None for the default one."""
    now: datetime
    tuning: Tuning | None = None
    """How the weights are changed; None for the default."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one model."""

    before: ModelEntry
    after: ModelEntry | None
    """None where too little was known."""
    refusal: str = ""
    """Why there is none."""
    judged_before: Judged | None = None
    """How good the model before is on the newest part."""
    judged_after: Judged | None = None
    """How good the new one is there."""


async def retrain_since_last(
    request: RetrainRequest,
    url: str,
    credentials: Credentials,
    on_begin: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Retrains each model on what came in since it last was.

    Raises:
        NotFoundError: No such building, or no active model for an appliance that is asked for.
        NilmError: The registry is damaged, the config is wrong, the account may not read the
            building, or the system does not answer.
    """
    entries = _chosen(request)
    async with open_gateway(url, credentials) as gateway:
        building_id = (
            await find_building(gateway, request.building)
            if request.building
            else await only_building(gateway)
        )
        outcomes = []
        for entry in entries:
            on_begin(entry.appliance_id)
            outcomes.append(await _retrained(gateway, request, building_id, entry))
    return outcomes


async def reload_models(url: str, credentials: Credentials) -> bool:
    """Has the service read the registry anew; returns whether the account may."""
    async with open_gateway(url, credentials) as gateway:
        stub = model_service_pb2_grpc.ModelServiceStub(gateway.channel)
        try:
            await gateway.call(stub.ReloadModels, model_service_pb2.ReloadModelsRequest())
        except PermissionDeniedError:
            return False
    return True


def _chosen(request: RetrainRequest) -> list[ModelEntry]:
    active = {
        each.appliance_id: each for each in read_registry(request.models_dir) if each.is_active
    }
    names = list(request.appliance_ids) or list(active)
    missing = [name for name in names if name not in active]
    if missing:
        raise NotFoundError(f"{', '.join(missing)}: {request.models_dir} has no active model")
    return [active[name] for name in names]


async def _retrained(
    gateway: Gateway, request: RetrainRequest, building_id: str, entry: ModelEntry
) -> Outcome:
    since = entry.learned_until.get(building_id, request.now - _LONGEST)
    try:
        record = await read_record(
            gateway,
            building_id,
            entry.appliance_id,
            since=since,
            until=request.now,
            period=entry.sample_period,
        )
        others = _first_data(request, entry)
        result = retrain(load_model(request.models_dir, entry), record, others, request.tuning)
    except FailedPreconditionError as error:
        return Outcome(entry, None, error.message)
    after = export_retrained(request.models_dir, result, record, others)
    return Outcome(entry, after, "", result.before, result.after)


def _first_data(request: RetrainRequest, entry: ModelEntry) -> list[Household]:
    """Returns the training parts of the first training; their test parts are never read."""
    if request.config is None:
        return []
    config = load_config(request.config)
    if entry.appliance_id not in config.appliances:
        raise FailedPreconditionError(
            f"{request.config}: appliances: names no {entry.appliance_id}; give the config that "
            f"{entry.model_id} was trained by"
        )
    return [
        house.train.minutes() for house in training_parts(config, request.data_dir or data_folder())
    ]
