"""Turns a fitted network into a model that serves: weights, registry entry, scores, card."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from nilm_core.errors import NilmError
from nilm_models.appliances import appliance
from nilm_models.bundle import LoadedModel, load_model, save_artifact
from nilm_models.calibration import expected_calibration_error
from nilm_models.dense import evaluate_dense
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.metrics import Score, score
from nilm_models.registry import write_entry
from nilm_trainer.card import write_card
from nilm_trainer.config import TrainConfig
from nilm_trainer.fit import Fitted
from nilm_trainer.household import Household
from nilm_trainer.prepare import Scaling
from nilm_trainer.split import test_part


def export_model(
    config: TrainConfig,
    fitted: Fitted,
    scaling: Scaling,
    *,
    models_dir: Path,
    data_dir: Path,
) -> ModelEntry:
    """Writes the weights, scores them as they will be served, and enters them in the registry.

    The file is read back through the checks of `nilm_models.bundle` before the registry names it;
    the test part is read here for the first time.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    artifact = f"{config.model_id}-{config.model_version}.safetensors"
    sha256 = save_artifact(models_dir / artifact, fitted.network)
    entry = ModelEntry(
        model_id=config.model_id,
        model_version=config.model_version,
        appliance_id=config.appliance,
        architecture=config.architecture.name,
        architecture_params=config.architecture.params,
        artifact_path=artifact,
        artifact_sha256=sha256,
        input_window_size=fitted.network.input_window_size,
        sample_period=timedelta(seconds=config.sample_period_s),
        preprocessing=Preprocessing(scaling.mean_w, scaling.std_w),
        target=TargetScaling(scaling.power_scale_w),
        on_threshold_w=appliance(config.appliance).on_threshold_w,
        calibration=fitted.verdict.calibration,
        metrics=_figures("validation_", fitted.verdict.score, fitted.verdict.ece),
        is_active=True,
        training_data=config.data.kind,
    )
    model = _read_back(models_dir, entry)
    parts = [test_part(config, house, data_dir) for house in config.data.houses]
    scored = [part.minutes() for part in parts if part is not None]
    if scored:
        entry = replace(entry, metrics={**entry.metrics, **_test_figures(model, scored)})
    write_entry(models_dir, entry)
    write_card(models_dir, entry, config)
    return entry


def _read_back(models_dir: Path, entry: ModelEntry) -> LoadedModel:
    try:
        return load_model(models_dir, entry)
    except NilmError:
        (models_dir / entry.artifact_path).unlink(missing_ok=True)
        raise


def _test_figures(model: LoadedModel, parts: list[Household]) -> dict[str, float]:
    name = model.entry.appliance_id
    estimates = [evaluate_dense(model, part.mains_w) for part in parts]
    truth_w = np.concatenate([part.truth_w[name] for part in parts])
    power_w = np.concatenate([each.power_w for each in estimates])
    probability = np.concatenate([each.on_probability for each in estimates])
    threshold_w = model.entry.on_threshold_w
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
