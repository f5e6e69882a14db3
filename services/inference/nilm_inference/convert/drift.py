"""The drift of a model as a message, with what to do about it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from nilm.inference.v1 import model_drift_pb2
from nilm_inference.domain.drift import DriftReport, DriftState, DriftWeek
from nilm_models.drift import LEAST_CANDIDATES, LEAST_CELLS, ModelStatistics
from nilm_models.entry import ModelEntry
from nilm_rpc.convert import to_timestamp


def drift_message(entry: ModelEntry, report: DriftReport) -> model_drift_pb2.ModelDrift:
    """Returns the drift of a model."""
    training = report.training
    return model_drift_pb2.ModelDrift(
        model_id=entry.model_id,
        model_version=entry.model_version,
        appliance_id=entry.appliance_id,
        state=f"DRIFT_STATE_{report.state}",
        message=_MESSAGES[report.state](report),
        threshold=report.threshold,
        training_on_share=None if training is None else training.on_share,
        training_mean_on_power_w=None if training is None else _mean_on_power_w(training),
        weeks=[_week(week) for week in report.weeks],
    )


def _week(week: DriftWeek) -> model_drift_pb2.DriftWeek:
    return model_drift_pb2.DriftWeek(
        start_time=to_timestamp(week.start),
        cell_count=week.statistics.cells,
        mains_psi=week.drift.mains_psi,
        probability_psi=week.drift.probability_psi,
        power_psi=week.drift.power_psi,
        on_share=week.statistics.on_share,
        mean_on_power_w=_mean_on_power_w(week.statistics),
    )


def _mean_on_power_w(statistics: ModelStatistics) -> float | None:
    return statistics.mean_on_power_w if statistics.on_share else None


def _unknown(_report: DriftReport) -> str:
    return "unknown: the model was trained before statistics were kept; retrain it to know"


def _collecting(_report: DriftReport) -> str:
    return (
        f"not yet known: a week says something from {LEAST_CELLS} cells on, or from "
        f"{LEAST_CANDIDATES} in which the appliance may be on"
    )


def _steady(report: DriftReport) -> str:
    return f"steady: {_found(report)}"


def _retrain(report: DriftReport) -> str:
    return (
        f"retrain: {_found(report)}; confirm or correct runs of the appliance, or give it a meter, "
        "then run `nilm train --since-last`"
    )


_MESSAGES: Mapping[DriftState, Callable[[DriftReport], str]] = MappingProxyType(
    {
        DriftState.UNKNOWN: _unknown,
        DriftState.COLLECTING: _collecting,
        DriftState.STEADY: _steady,
        DriftState.RETRAIN: _retrain,
    }
)


def _found(report: DriftReport) -> str:
    """Returns the largest index of the week that decides, in words."""
    week = report.decisive
    if week is None:
        raise ValueError("no week decides")
    indexes = {
        "mains power": week.drift.mains_psi,
        "its sureness": week.drift.probability_psi,
        "the power that it reports": week.drift.power_psi,
    }
    value, name = max((value, name) for name, value in indexes.items() if value is not None)
    return (
        f"in the week of {week.start:%Y-%m-%d} {name} has changed most against training, with an "
        f"index of {value:.2f}; the threshold is {report.threshold:g}"
    )
