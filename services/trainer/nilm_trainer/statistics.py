"""What a model meets in training and what it answers there: the reference that drift is against."""

from collections.abc import Iterator, Sequence

from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_dense_together
from nilm_models.drift import ModelStatistics, statistics_of
from nilm_trainer.household import Household

_WEEK = 7 * 24 * 60
_MOST_WEEKS = 8
"""Weeks that are evaluated, evenly over all that there are."""


def training_statistics(
    models: Sequence[LoadedModel], houses: Sequence[Household]
) -> list[ModelStatistics]:
    """Counts what models that share one network meet and answer in their training parts.

    Args:
        models: Models of which `nilm_models.dense.shares_network` is true; one or more.
        houses: Training parts at 60 s.

    Returns:
        The statistics of each model.
    """
    weeks = list(_weeks(houses))
    totals = [ModelStatistics() for _ in models]
    for week in weeks[:: max(1, -(-len(weeks) // _MOST_WEEKS))]:
        estimates = evaluate_dense_together(models, week.mains_w)
        totals = [
            total + statistics_of(week.mains_w, each.power_w, each.confidence)
            for total, each in zip(totals, estimates, strict=True)
        ]
    return totals


def _weeks(houses: Sequence[Household]) -> Iterator[Household]:
    for house in houses:
        for first in range(0, len(house), _WEEK):
            yield house.slice(first, min(first + _WEEK, len(house)))
