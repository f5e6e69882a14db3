"""One model in the registry: what it is for, which network, which file, how its numbers read."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from nilm_models.appliances import APPLIANCES
from nilm_models.calibration import Calibration
from nilm_models.drift import (
    MAINS_EDGES_W,
    POWER_EDGES_W,
    PROBABILITY_EDGES,
    ModelStatistics,
)
from nilm_models.fields import FieldError, Fields

TRAINING_DATA = ("real", "synthetic")
ARTIFACT_SUFFIX = ".safetensors"
EVEN_ODDS = 0.5

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Standard scaling of the mains: (W - mean) / std."""

    mean_w: float
    """Mean of the training mains, W."""
    std_w: float
    """Standard deviation of the training mains, W, above 0."""


@dataclass(frozen=True, slots=True)
class TargetScaling:
    """The power output times the scale is watts."""

    scale_w: float
    """Unit of the power output, W, above 0."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model and version."""

    model_id: str
    """Id of the model, such as `kettle_cnn`."""
    model_version: str
    """Version of the model, such as `1.0.0`."""
    appliance_id: str
    """The appliance that it estimates, one of `nilm_models.appliances`."""
    architecture: str
    """Registered name of the network."""
    architecture_params: Mapping[str, Any]
    """Fields of the network's config."""
    artifact_path: str
    """Weights, relative to the models folder; safetensors."""
    artifact_sha256: str
    """SHA-256 of that file, 64 lower-case hex digits."""
    input_window_size: int
    """Samples of one input window; odd."""
    sample_period: timedelta
    """Period of the samples that it takes; whole seconds."""
    preprocessing: Preprocessing
    """Scaling of the input, fitted on the training part alone."""
    target: TargetScaling
    """Scaling of the power output."""
    on_threshold_w: float
    """The appliance counts as on above this mean power, W."""
    calibration: Calibration
    """From on-logits to probabilities, fitted on held-apart data."""
    metrics: Mapping[str, float]
    """Scores on the test part, such as `f1`, `mae_w`, `sae`, `ece`."""
    is_active: bool
    """Whether it serves its appliance; at most one version does."""
    training_data: str
    """`real` or `synthetic`."""
    output_index: int = 0
    """Which of the network's appliances this is, where one set of weights serves several."""
    on_probability: float = EVEN_ODDS
    """The appliance is reported on from this calibrated probability upwards, above 0, at most 1.

    What is rare and hard to tell is found more often below even odds: the F1 score is greatest at
    half of what it then is (Lipton, Elkan, Naryanaswamy, ECML 2014).
    """
    training_statistics: ModelStatistics | None = None
    """What its inputs and outputs were in training; None where that was not kept."""
    learned_until: Mapping[str, datetime] = field(default_factory=dict)
    """Up to when a building's own data were learnt from, UTC, by building id."""

    @property
    def key(self) -> tuple[str, str]:
        """Model id and version, together unique."""
        return self.model_id, self.model_version

    def deactivated(self) -> "ModelEntry":
        """Returns the same entry, not serving."""
        return replace(self, is_active=False)


def is_synthetic(entry: ModelEntry) -> bool:
    """Tells whether a model learned from simulated or semi-synthetic mains, of which users hear."""
    return entry.training_data == "synthetic"


def entry_to_json(entry: ModelEntry) -> dict[str, Any]:
    """Returns the entry as it stands in the registry; `sample_period` is in seconds."""
    content = {
        "model_id": entry.model_id,
        "model_version": entry.model_version,
        "appliance_id": entry.appliance_id,
        "architecture": entry.architecture,
        "architecture_params": dict(entry.architecture_params),
        "artifact_path": entry.artifact_path,
        "artifact_sha256": entry.artifact_sha256,
        "input_window_size": entry.input_window_size,
        "sample_period": int(entry.sample_period.total_seconds()),
        "preprocessing": {
            "type": "standard",
            "mean": entry.preprocessing.mean_w,
            "std": entry.preprocessing.std_w,
        },
        "target": {"type": "scale", "scale": entry.target.scale_w},
        "on_threshold_w": entry.on_threshold_w,
        "calibration": {
            "type": "platt",
            "slope": entry.calibration.slope,
            "intercept": entry.calibration.intercept,
        },
        "metrics": dict(entry.metrics),
        "is_active": entry.is_active,
        "training_data": entry.training_data,
        "output_index": entry.output_index,
        "on_probability": entry.on_probability,
    }
    if entry.training_statistics is not None:
        counted = asdict(entry.training_statistics)
        content["training_statistics"] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in counted.items()
        }
    if entry.learned_until:
        content["learned_until"] = {
            name: time.isoformat() for name, time in entry.learned_until.items()
        }
    return content


def entry_from_json(fields: Fields) -> ModelEntry:
    """Reads one entry of the registry strictly.

    Raises:
        FieldError: A field is missing, unknown, of the wrong type or out of range.
    """
    entry = ModelEntry(
        model_id=_matching(fields, "model_id", _ID, "1 to 63 of a-z, 0-9, '.', '_' and '-'"),
        model_version=_matching(
            fields, "model_version", _ID, "1 to 63 of a-z, 0-9, '.', '_' and '-'"
        ),
        appliance_id=fields.choice("appliance_id", tuple(APPLIANCES)),
        architecture=fields.text("architecture"),
        architecture_params=fields.mapping("architecture_params"),
        artifact_path=_inner_path(fields, "artifact_path"),
        artifact_sha256=_matching(fields, "artifact_sha256", _SHA256, "64 lower-case hex digits"),
        input_window_size=_odd(fields, "input_window_size"),
        sample_period=timedelta(seconds=fields.whole("sample_period")),
        preprocessing=_preprocessing(fields.child("preprocessing")),
        target=_target(fields.child("target")),
        on_threshold_w=fields.number("on_threshold_w", above=0.0),
        calibration=_calibration(fields.child("calibration")),
        metrics=fields.numbers("metrics"),
        is_active=fields.flag("is_active"),
        training_data=fields.choice("training_data", TRAINING_DATA),
        output_index=fields.index("output_index"),
        on_probability=fields.share("on_probability", default=EVEN_ODDS),
        training_statistics=_statistics(fields.optional("training_statistics")),
        learned_until=fields.times("learned_until"),
    )
    fields.finish()
    return entry


def _matching(fields: Fields, key: str, pattern: re.Pattern[str], words: str) -> str:
    value = fields.text(key)
    if not pattern.fullmatch(value):
        raise FieldError(fields.path_of(key), f"must be {words}")
    return value


def _inner_path(fields: Fields, key: str) -> str:
    value = fields.text(key)
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise FieldError(fields.path_of(key), "must stay inside the models folder")
    if path.suffix != ARTIFACT_SUFFIX:
        raise FieldError(fields.path_of(key), f"must end in {ARTIFACT_SUFFIX}")
    return value


def _odd(fields: Fields, key: str) -> int:
    value = fields.whole(key)
    if value % 2 == 0:
        raise FieldError(fields.path_of(key), "must be odd")
    return value


def _preprocessing(fields: Fields) -> Preprocessing:
    fields.choice("type", ("standard",))
    scaling = Preprocessing(fields.number("mean"), fields.number("std", above=0.0))
    fields.finish()
    return scaling


def _target(fields: Fields) -> TargetScaling:
    fields.choice("type", ("scale",))
    scaling = TargetScaling(fields.number("scale", above=0.0))
    fields.finish()
    return scaling


def _calibration(fields: Fields) -> Calibration:
    fields.choice("type", ("platt",))
    calibration = Calibration(fields.number("slope", above=0.0), fields.number("intercept"))
    fields.finish()
    return calibration


def _statistics(fields: Fields | None) -> ModelStatistics | None:
    if fields is None:
        return None
    statistics = ModelStatistics(
        fields.counts("mains", len(MAINS_EDGES_W) + 1),
        fields.counts("probability", len(PROBABILITY_EDGES) + 1),
        fields.counts("power", len(POWER_EDGES_W) + 1),
        fields.number("on_power_sum_w"),
    )
    fields.finish()
    return statistics
