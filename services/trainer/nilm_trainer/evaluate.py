"""Scores the models of a folder on a household's file, without any server."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_models.appliances import appliance
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_dense
from nilm_models.entry import is_synthetic
from nilm_models.metrics import score
from nilm_models.postprocess import fit_breakdown
from nilm_models.store import ModelStore
from nilm_trainer.formats import SHARED_FORM, Format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording

Figures = dict[str, float | int | None]


def evaluate_file(
    path: Path,
    models_dir: Path,
    appliances: Sequence[str] | None = None,
    *,
    form: Format = SHARED_FORM,
    show_progress: bool = False,
) -> dict[str, Figures]:
    """Scores the active models on a household's recording, by the shared rules.

    Each model is evaluated on the whole file and all together are fitted under the mains, as a
    household is shown; then each minute that counts is compared with the truth.

    Args:
        path: File or folder with mains and the appliances' true power.
        models_dir: Folder with the registry.
        appliances: Ids of the appliances to estimate and score; by default all that have an
            active model are estimated and those whose truth is in the file are scored; a model
            that learned from synthetic data is estimated where its appliance is scored.
        form: How it was published, by default the shared Parquet.
        show_progress: Whether a progress bar is drawn.

    Returns:
        For each appliance `f1`, `mae_w`, `sae`, `always_off_mae_w` and `minutes`; a figure that
        is not defined is None.

    Raises:
        NotFoundError: No such appliance, or no active model for one that was asked for.
        FailedPreconditionError: The file, a column or the registry is missing, or no model is
            active.
        DataCorruptionError: The file, the registry or a model is damaged.
    """
    models = _chosen(models_dir, appliances)
    recording = open_recording(path, form)
    scored = recording.recorded(list(models)) if appliances is None else list(models)
    if not scored:
        raise FailedPreconditionError(f"{path}: holds the true power of no appliance with a model")
    # A synthetic model of what the house may not have would take from the breakdown of the others.
    models = {
        name: model
        for name, model in models.items()
        if name in scored or not is_synthetic(model.entry)
    }
    household = recording.read(scored).minutes()
    power_w = estimate(household, models, show_progress=show_progress)
    return {
        name: asdict(score(truth_w, power_w[name], appliance(name).on_threshold_w))
        for name, truth_w in household.truth_w.items()
    }


def estimate(
    household: Household, models: dict[str, LoadedModel], *, show_progress: bool
) -> dict[str, npt.NDArray[np.float32]]:
    """Returns the power of each appliance, W, shape (n,), together never above the mains.

    Raises:
        FailedPreconditionError: A model takes another sample period than the household has.
    """
    power_w = {}
    for name, model in tqdm(models.items(), desc="models", disable=not show_progress):
        if model.entry.sample_period != household.sample_period:
            raise FailedPreconditionError(
                f"{model.entry.model_id} takes samples of {model.entry.sample_period}, the file"
                f" gives {household.sample_period}"
            )
        power_w[name] = evaluate_dense(model, household.mains_w).power_w
    return fit_breakdown(household.mains_w, power_w)


def _chosen(models_dir: Path, appliances: Sequence[str] | None) -> dict[str, LoadedModel]:
    """Opens the models to score, in the order in which the appliances are asked for."""
    names = [appliance(name).appliance_id for name in appliances or ()]
    store = ModelStore(models_dir)
    report = store.reload()
    for refusal in report.refused:
        if appliances is None or refusal.appliance_id in names:
            raise DataCorruptionError(refusal.reason)
    chosen = {name: store.get(name) for name in names} or dict(store.models())
    if not chosen:
        raise FailedPreconditionError(f"{models_dir}: no model is active")
    return chosen
