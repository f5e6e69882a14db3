"""Makes a retrained model one that may serve: weights, next minor version, registry entry, card."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nilm_core.errors import FailedPreconditionError, NilmError
from nilm_models.appliances import appliance
from nilm_models.bundle import LoadedModel, load_model, save_artifact
from nilm_models.drift import ModelStatistics
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry, write_entry
from nilm_trainer.household import Household
from nilm_trainer.retrain import Judged, Retrained
from nilm_trainer.retrain_data import OwnRecord
from nilm_trainer.statistics import training_statistics

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def export_retrained(
    models_dir: Path, result: Retrained, record: OwnRecord, others: Sequence[Household]
) -> ModelEntry:
    """Enters a retrained model in the registry, active where it is no worse than the one before.

    Raises:
        FailedPreconditionError: The version of the model before is not of the form 1.2.3.
    """
    before = result.model.entry
    version = _next_minor(before, read_registry(models_dir))
    artifact = f"{before.model_id}-{version}.safetensors"
    sha256 = save_artifact(models_dir / artifact, result.model.network)
    entry = replace(
        before,
        model_version=version,
        artifact_path=artifact,
        artifact_sha256=sha256,
        metrics=_figures(result.after),
        is_active=result.is_no_worse,
        learned_until={
            **before.learned_until,
            # the newest part judged and did not train: it is for the next time
            record.building_id: record.start + result.boundary * record.sample_period,
        },
    )
    try:
        model = load_model(models_dir, entry)
    except NilmError:
        (models_dir / artifact).unlink(missing_ok=True)
        raise
    entry = replace(entry, training_statistics=_statistics(model, result, record, others))
    write_entry(models_dir, entry)
    card = models_dir / f"{entry.model_id}-{entry.model_version}.md"
    card.write_text(card_text(entry, result, record, others), encoding="utf-8")
    return entry


def card_text(
    entry: ModelEntry, result: Retrained, record: OwnRecord, others: Sequence[Household]
) -> str:
    """Returns the card of a retrained model as Markdown."""
    before, labels = result.model.entry, result.labels
    name = appliance(entry.appliance_id).display_name
    days = (record.end - record.start).days
    mixed = (
        f"mixed with {len(others)} training parts of the first training"
        if others
        else "alone, at a low learning rate: the data of the first training were not at hand"
    )
    rows = "\n".join(
        f"| {title} | {_cell(old)} | {_cell(new)} |"
        for title, old, new in (
            ("f1", result.before.score.f1, result.after.score.f1),
            ("mae_w", result.before.score.mae_w, result.after.score.mae_w),
            ("sae", result.before.score.sae, result.after.score.sae),
            ("ece", result.before.ece, result.after.ece),
        )
    )
    serves = (
        "It is no worse there and serves." if entry.is_active else "It is worse and does not serve."
    )
    return f"""# {name}: {entry.model_id} {entry.model_version}

Goes on from {before.model_id} {before.model_version}, whose card holds for all that is not said
here. Trained on {entry.training_data} data, then retrained on a building's own.

## Data
- Building `{record.building_id}`, {record.start:%Y-%m-%d} to {record.end:%Y-%m-%d} ({days} days): \
{len(labels.runs)} runs that were measured or confirmed, {len(labels.rejected)} times of which its \
people said that it did not run.
- The newest quarter of these judges the models and trained none; the rest were learnt from, \
{mixed}.

## Scores
On the newest part, minute by minute, where the truth is known
({result.after.score.minutes} minutes). {serves}

| figure | {before.model_version} | {entry.model_version} |
|---|---|---|
{rows}

## Limits
- Fitted to one building: in others it may be worse than {before.model_version}.
- Confirmed runs take the power that was estimated, or the rise of the mains, for their truth.
- What {before.model_version} was calibrated to was kept.
- Not for billing, safety or medical purposes.
"""


def _statistics(
    model: LoadedModel, result: Retrained, record: OwnRecord, others: Sequence[Household]
) -> ModelStatistics:
    own = Household(record.start, record.sample_period, record.mains_w[: result.boundary], {})
    (statistics,) = training_statistics([model], [own, *others])
    return statistics


def _next_minor(before: ModelEntry, entries: Sequence[ModelEntry]) -> str:
    match = _VERSION.fullmatch(before.model_version)
    if match is None:
        raise FailedPreconditionError(
            f"{before.model_id}: model_version {before.model_version!r} is not of the form 1.2.3"
        )
    major = int(match[1])
    minors = [
        int(other[2])
        for entry in entries
        if entry.model_id == before.model_id
        and (other := _VERSION.fullmatch(entry.model_version))
        and int(other[1]) == major
    ]
    return f"{major}.{max(minors) + 1}.0"


def _figures(judged: Judged) -> dict[str, float]:
    """Returns the figures that are defined; they chose whether the model serves, so no test."""
    figures = {
        "validation_f1": judged.score.f1,
        "validation_mae_w": judged.score.mae_w,
        "validation_sae": judged.score.sae,
        "validation_always_off_mae_w": judged.score.always_off_mae_w,
        "validation_minutes": judged.score.minutes,
        "validation_ece": judged.ece,
    }
    return {
        name: round(float(value), 4)
        for name, value in figures.items()
        if value is not None and np.isfinite(value)
    }


def _cell(value: float | None) -> str:
    return "none" if value is None or not np.isfinite(value) else f"{value:.4g}"
