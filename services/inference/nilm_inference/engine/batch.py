"""Windows of many callers that one run of a network answers."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nilm_inference import metrics
from nilm_inference.engine.queue import Network, Waiting
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate, evaluate_windows_together


@dataclass(frozen=True)
class Batch:
    """Callers of one network, from when it is their turn."""

    callers: Sequence[Waiting]
    began_at: float
    """In the event loop's time; so is `ends_at`."""
    ends_at: float
    """When it is expected to end."""

    @property
    def network(self) -> Network:
        """Returns what they share."""
        return self.callers[0].network

    @cached_property
    def models(self) -> Sequence[LoadedModel]:
        """Each model that is asked, once."""
        asked = (model for caller in self.callers for model in caller.models)
        return list({id(model): model for model in asked}.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch."""

    estimates: Sequence[Estimate]
    """One a model, each of shape (B,)."""
    window_count: int
    ended_at: float
    """In the event loop's time."""
    error: Exception | None = None
    """Why there are no estimates."""


def evaluated(batch: Batch) -> Outcome:
    """Evaluates a batch; an error belongs to its callers, not to who runs it."""
    try:
        windows_w = np.concatenate([caller.windows_w for caller in batch.callers])  # (B, window)
        estimates = evaluate_windows_together(batch.models, windows_w)
    except Exception as error:  # noqa: BLE001 it belongs to the callers of this batch
        return Outcome((), 0, time.monotonic(), error)
    return Outcome(estimates, len(windows_w), time.monotonic())


def deliver(batch: Batch, outcome: Outcome) -> None:
    """Gives each caller the rows that are his, by the models that he asked."""
    if outcome.error is not None:
        fail(batch.callers, outcome.error)
        return
    _count(batch, outcome.window_count)
    by_model: Mapping[int, Estimate] = dict(
        zip(map(id, batch.models), outcome.estimates, strict=True)
    )
    first = 0
    for caller in batch.callers:
        rows = slice(first, first + len(caller.windows_w))
        first = rows.stop
        if not caller.answer.done():
            answers = (by_model[id(model)] for model in caller.models)
            caller.answer.set_result(
                [Estimate(each.power_w[rows], each.on_probability[rows]) for each in answers]
            )


def fail(callers: Iterable[Waiting], error: Exception) -> None:
    """Tells callers who were not answered what is wrong."""
    for caller in callers:
        if not caller.answer.done():
            caller.answer.set_exception(error)


def _count(batch: Batch, window_count: int) -> None:
    metrics.BATCH_SIZE.observe(window_count)
    asked: dict[str, int] = {}
    for caller in batch.callers:
        for model in caller.models:
            name = model.entry.appliance_id
            asked[name] = asked.get(name, 0) + len(caller.windows_w)
    for name, windows in asked.items():
        metrics.WINDOWS.labels(name).inc(windows)
