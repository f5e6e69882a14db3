"""Weeks of what a model meets, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nilm_core.timegrid import from_us, span_us, to_us
from nilm_models.drift import Drift, ModelStatistics, drift_between

WEEK = timedelta(weeks=1)
KEPT_WEEKS = 8
"""Weeks that are kept, the one that runs included."""

_FIRST_MONDAY_US = span_us(timedelta(days=4))
"""The epoch began on a Thursday."""


def week_start(time: datetime) -> datetime:
    """Returns the Monday, 00:00 UTC, of a time's week."""
    step = span_us(WEEK)
    return from_us((to_us(time) - _FIRST_MONDAY_US) // step * step + _FIRST_MONDAY_US)


def first_kept_week(now: datetime) -> datetime:
    """Returns the oldest week that is kept."""
    return week_start(now) - (KEPT_WEEKS - 1) * WEEK


@dataclass(frozen=True, slots=True, order=True)
class ModelWeek:
    """A week of one model and version."""

    start: datetime
    """Its Monday, 00:00 UTC."""
    model_id: str
    model_version: str


class DriftState(StrEnum):
    """Whether what a model meets is still what it was trained on."""

    UNKNOWN = "UNKNOWN"
    COLLECTING = "COLLECTING"
    STEADY = "STEADY"
    RETRAIN = "RETRAIN"


@dataclass(frozen=True, slots=True)
class DriftWeek:
    """One week of a model against its training."""

    start: datetime
    statistics: ModelStatistics
    drift: Drift


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The weeks of a model against its training."""

    training: ModelStatistics | None
    """What it met in training; None where that was not kept."""
    threshold: float
    """Index from which it should be retrained."""
    weeks: tuple[DriftWeek, ...]
    """Newest first."""

    @classmethod
    def of(
        cls,
        training: ModelStatistics | None,
        threshold: float,
        weeks: Sequence[tuple[datetime, ModelStatistics]],
    ) -> "DriftReport":
        """Compares weeks, in any order, with the training."""
        if training is None:
            return cls(None, threshold, ())
        compared = [
            DriftWeek(start, lot, drift_between(training, lot))
            for start, lot in sorted(weeks, key=lambda week: week[0], reverse=True)
        ]
        return cls(training, threshold, tuple(compared))

    @property
    def decisive(self) -> DriftWeek | None:
        """The newest week in which there is enough to compare."""
        return next((week for week in self.weeks if week.drift.largest is not None), None)

    @property
    def state(self) -> DriftState:
        """What follows."""
        if self.training is None:
            return DriftState.UNKNOWN
        if self.decisive is None or self.decisive.drift.largest is None:
            return DriftState.COLLECTING
        drifted = self.decisive.drift.largest >= self.threshold
        return DriftState.RETRAIN if drifted else DriftState.STEADY
