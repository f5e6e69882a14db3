"""Turns a fitted network into a model that serves: weights, registry entry, scores, card."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nilm_core.errors import NilmError
from nilm_models.appliances import appliance
from nilm_models.bundle import LoadedModel, load_model, save_artifact
from nilm_models.calibration import expected_calibration_error
from nilm_models.dense import evaluate_dense_together
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.metrics import Score, score
from nilm_models.registry import write_entry
from nilm_trainer.card import write_card
from nilm_trainer.config import TrainConfig
from nilm_trainer.fit import Fitted
from nilm_trainer.household import Household
from nilm_trainer.prepare import Scaling
from nilm_trainer.split import test_parts, training_parts
from nilm_trainer.statistics import training_statistics

Float32Array = npt.NDArray[np.float32]


def network_shape(config: TrainConfig) -> tuple[str, dict[str, Any]]:
    """Returns a run's architecture and parameters: an output for each appliance and programme."""
    chosen = config.architecture
    outputs = len(config.appliances) + len(config.programmes)
    if chosen.members == 1:
        return chosen.name, {**chosen.params, "outputs": outputs}
    of = {"architecture": chosen.name, "params": chosen.params}
    return "ensemble", {**of, "members": chosen.members, "outputs": outputs}


def export_models(
    config: TrainConfig,
    fitted: Fitted,
    scaling: Scaling,
    *,
    models_dir: Path,
    data_dir: Path,
) -> tuple[ModelEntry, ...]:
    """Writes the weights, scores them as they will be served, and enters them in the registry.

    The file is read back through the checks of `nilm_models.bundle` before the registry names it;
    the test part is read here for the first time.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    artifact = f"{config.artifact_name}.safetensors"
    sha256 = save_artifact(models_dir / artifact, fitted.network)
    architecture, params = network_shape(config)
    entries = [
        ModelEntry(
            model_id=config.model_id(name),
            model_version=config.model_version,
            appliance_id=name,
            architecture=architecture,
            architecture_params=params,
            artifact_path=artifact,
            artifact_sha256=sha256,
            input_window_size=fitted.network.input_window_size,
            sample_period=timedelta(seconds=config.sample_period_s),
            preprocessing=Preprocessing(scaling.mean_w, scaling.std_w),
            target=TargetScaling(scaling.power_scales_w[index]),
            on_threshold_w=appliance(name).on_threshold_w,
            calibration=fitted.verdicts[index].calibration,
            metrics=_figures(
                "validation_", fitted.verdicts[index].score, fitted.verdicts[index].ece
            ),
            is_active=True,
            training_data=config.data.kind,
            output_index=index,
            on_probability=config.on_probability_of(name),
        )
        for index, name in enumerate(config.appliances)
        if name in (config.exports or config.appliances)
    ]
    models = _read_back(models_dir, entries)
    learnt_from = [house.train.minutes() for house in training_parts(config, data_dir)]
    entries = [
        replace(entry, training_statistics=statistics)
        for entry, statistics in zip(entries, training_statistics(models, learnt_from), strict=True)
    ]
    parts = [part.minutes() for part in test_parts(config, data_dir)]
    if parts:
        tested = _test_figures(models, parts)
        entries = [
            replace(entry, metrics={**entry.metrics, **figures})
            for entry, figures in zip(entries, tested, strict=True)
        ]
    for entry in entries:
        write_entry(models_dir, entry)
        write_card(models_dir, entry, config)
    return tuple(entries)


def _read_back(models_dir: Path, entries: Sequence[ModelEntry]) -> list[LoadedModel]:
    models: list[LoadedModel] = []
    try:
        for entry in entries:
            models.append(load_model(models_dir, entry, models))
    except NilmError:
        (models_dir / entries[0].artifact_path).unlink(missing_ok=True)
        raise
    return models


def _test_figures(
    models: Sequence[LoadedModel], parts: Sequence[Household]
) -> list[dict[str, float]]:
    """Returns the figures of each model on all parts together."""
    estimates = [evaluate_dense_together(models, part.mains_w) for part in parts]
    return [
        _model_figures(
            model.entry,
            np.concatenate([part.truth_w[model.entry.appliance_id] for part in parts]),
            np.concatenate([each[index].power_w for each in estimates]),
            np.concatenate([each[index].on_probability for each in estimates]),
        )
        for index, model in enumerate(models)
    ]


def _model_figures(
    entry: ModelEntry, truth_w: Float32Array, power_w: Float32Array, probability: Float32Array
) -> dict[str, float]:
    threshold_w = entry.on_threshold_w
    known = ~np.isnan(truth_w) & ~np.isnan(probability)
    ece = expected_calibration_error(probability[known], truth_w[known] > threshold_w)
    return _figures("", score(truth_w, power_w, threshold_w), ece)


def _figures(prefix: str, result: Score, ece: float) -> dict[str, float]:
    """Returns the figures that are defined, rounded to what they can tell apart."""
    figures = {
        "f1": result.f1,
        "mae_w": result.mae_w,
        "sae": result.sae,
        "always_off_mae_w": result.always_off_mae_w,
        "minutes": result.minutes,
        "ece": ece,
    }
    return {
        prefix + name: round(value, 4)
        for name, value in figures.items()
        if value is not None and np.isfinite(value)
    }
