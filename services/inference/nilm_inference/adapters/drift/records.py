"""A week of a model as named numbers that can be added up, which both forms of the store keep."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from nilm_inference.domain.drift import ModelWeek
from nilm_models.drift import ModelStatistics

_HISTOGRAMS = ("mains", "probability", "power")
_SUM = "on_power_sum_w"


def counters(week: ModelWeek, lot: ModelStatistics) -> dict[str, float]:
    """Returns the numbers of a week that are not 0, by `<model> <version> <number> <bin>`."""
    name = f"{week.model_id} {week.model_version}"
    values = asdict(lot)
    found = {f"{name} {_SUM} 0": float(values[_SUM])}
    for histogram in _HISTOGRAMS:
        found |= {
            f"{name} {histogram} {index}": float(count)
            for index, count in enumerate(values[histogram])
        }
    return {key: value for key, value in found.items() if value}


def lots_of(
    start: datetime, found: Iterable[tuple[str, float]]
) -> dict[ModelWeek, ModelStatistics]:
    """Returns the weeks that named numbers of one Monday make up."""
    empty = asdict(ModelStatistics())
    values: dict[ModelWeek, dict[str, list[float]]] = {}
    for key, value in found:
        model_id, model_version, name, index = key.split(" ")
        week = ModelWeek(start, model_id, model_version)
        blank = {each: [0.0] * len(empty[each]) for each in _HISTOGRAMS} | {_SUM: [0.0]}
        values.setdefault(week, blank)[name][int(index)] = value
    return {
        week: ModelStatistics(
            mains=_counts(numbers["mains"]),
            probability=_counts(numbers["probability"]),
            power=_counts(numbers["power"]),
            on_power_sum_w=numbers[_SUM][0],
        )
        for week, numbers in values.items()
    }


def _counts(numbers: list[float]) -> tuple[int, ...]:
    return tuple(int(each) for each in numbers)
