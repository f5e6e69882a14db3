"""Goes on training a model that serves, on a building's own data.

The newest quarter of what is known is kept apart: the weights never see it, and the new model
serves only where it is no worse there than the present one. Where the data of the first training
are at hand they are mixed in, so that what was learnt from them is not forgotten; else the
learning rate is lower.
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from nilm_core.errors import FailedPreconditionError
from nilm_models.architectures import Disaggregator
from nilm_models.bundle import LoadedModel
from nilm_models.calibration import expected_calibration_error
from nilm_models.dense import evaluate_dense
from nilm_models.metrics import Score, score
from nilm_models.windows import FILL, normalise
from nilm_trainer.config import Optimiser
from nilm_trainer.household import Household
from nilm_trainer.optimise import Targets, Truth, loss_of
from nilm_trainer.retrain_data import Labels, OwnRecord, labels_of

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]

LEAST_TELLING = 20
"""Runs and rejected times that a retraining needs."""
LEAST_RUNS = 10
"""Runs that must be among them: of rejections alone a model learns to say nothing."""

_KEPT_APART = 0.25
_LARGEST_GRADIENT = 1.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the weights are changed."""

    steps: int = 300
    """Batches."""
    batch_size: int = 16
    """Segments a batch."""
    outputs: int = 128
    """Consecutive samples that each segment is asked about."""
    mixed_learning_rate: float = 2e-4
    """Highest learning rate where the first training's data are mixed in."""
    alone_learning_rate: float = 5e-5
    """Highest learning rate where they are not."""
    own_share: float = 0.5
    """Share of the segments that is the building's own where data are mixed."""
    seed: int = 20_260_101
    """Seed of everything random."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How good a model is on the newest part of a building's own data."""

    score: Score
    """Of the minutes whose truth is known."""
    ece: float
    """Calibration error there; NaN without minutes."""


@dataclass(frozen=True, slots=True)
class Retrained:
    """A model after its retraining, beside the one before."""

    model: LoadedModel
    """The entry is still that of the model before."""
    before: Judged
    """How good the model before is on the newest part."""
    after: Judged
    """How good the new one is there."""
    labels: Labels
    """What was known of the appliance."""
    boundary: int
    """First cell of the newest part."""

    @property
    def is_no_worse(self) -> bool:
        """Whether the new model errs no more in watts, and finds runs no worse."""
        before, after = self.before.score, self.after.score
        return (after.mae_w or 0.0) <= (before.mae_w or 0.0) and (after.f1 or 0.0) >= (
            before.f1 or 0.0
        )


@dataclass(frozen=True, slots=True)
class _Source:
    """Samples to draw from, normalised, with half a window of nothing on both sides."""

    mains: Float32Array
    """Normalised mains, shape (n + W - 1,)."""
    truth_w: Float32Array
    """Power of the appliance, W, shape (n,); NaN does not count."""
    telling: Int64Array
    """Samples to draw around for half of the segments."""
    known: Int64Array
    """Samples to draw around for the others."""


def retrain(
    model: LoadedModel,
    record: OwnRecord,
    others: Sequence[Household] = (),
    tuning: Tuning | None = None,
) -> Retrained:
    """Trains a model on a building's own data and judges it on the newest part.

    Args:
        model: The model that serves.
        record: What is known of its appliance in the building, on the model's own samples.
        others: Training parts of the first training at the model's samples, if they are at hand.
        tuning: How; by default as `Tuning` says.

    Raises:
        FailedPreconditionError: Too little is known, or the samples are not the model's.
    """
    how = tuning or Tuning()
    entry = model.entry
    if record.sample_period != entry.sample_period:
        raise FailedPreconditionError(
            f"{entry.model_id} takes samples of {entry.sample_period}, not {record.sample_period}"
        )
    labels = labels_of(record, entry.on_threshold_w)
    boundary = _boundary(entry.appliance_id, labels)
    seen_w = np.where(np.arange(record.mains_w.size) < boundary, labels.truth_w, np.nan)
    telling = [cells for cells in labels.telling if cells.stop <= boundary]
    own = _source(model, record.mains_w[:boundary], seen_w[:boundary], telling)
    sources = [_of_household(model, house) for house in others]
    network = _tuned(model, own, [each for each in sources if each.known.size], how)
    tuned = LoadedModel(entry, network, model.memory_bytes)
    return Retrained(
        tuned,
        _judged(model, record, labels, boundary),
        _judged(tuned, record, labels, boundary),
        labels,
        boundary,
    )


def _boundary(appliance_id: str, labels: Labels) -> int:
    """Returns the cell from which the newest quarter of what is known is kept apart."""
    telling, run_count = labels.telling, len(labels.runs)
    if len(telling) < LEAST_TELLING or run_count < LEAST_RUNS:
        raise FailedPreconditionError(
            f"{appliance_id}: {len(telling)} runs are measured, confirmed or rejected since the "
            f"last training, {run_count} of them real; {LEAST_TELLING} are needed, {LEAST_RUNS} "
            "of them real: correct more runs, or wait until its meter has measured more"
        )
    boundary: int = telling[int(len(telling) * (1.0 - _KEPT_APART))].start
    newest = [cells for cells in labels.runs if cells.start >= boundary]
    if not newest or len(newest) == run_count:
        raise FailedPreconditionError(
            f"{appliance_id}: all of its {run_count} known runs lie on one side of the newest "
            "quarter of what is known, which judges the new model; correct more runs"
        )
    return boundary


def _tuned(
    model: LoadedModel, own: _Source, others: Sequence[_Source], how: Tuning
) -> Disaggregator:
    entry = model.entry
    network = copy.deepcopy(model.network)
    network.requires_grad_(requires_grad=True).train()
    torch.manual_seed(how.seed)
    rng = np.random.default_rng(how.seed)
    highest = how.mixed_learning_rate if others else how.alone_learning_rate
    adam = torch.optim.AdamW(network.parameters(), lr=highest)
    targets = Targets(
        torch.tensor([[entry.on_threshold_w]]), torch.tensor([[entry.target.scale_w]])
    )
    weights = Optimiser()
    channels = slice(2 * entry.output_index, 2 * entry.output_index + 2)
    for step in range(how.steps):
        for group in adam.param_groups:
            group["lr"] = highest * 0.5 * (1.0 + math.cos(math.pi * step / how.steps))
        mains, truth = _batch(own, others, network.input_window_size, how, rng)
        loss = loss_of(network(mains)[:, channels], truth, targets, weights)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
        adam.step()
    network.eval().requires_grad_(requires_grad=False)
    return network


def _batch(
    own: _Source,
    others: Sequence[_Source],
    window: int,
    how: Tuning,
    rng: np.random.Generator,
) -> tuple[torch.Tensor, Truth]:
    drawn = []
    for _ in range(how.batch_size):
        is_own = not others or rng.random() < how.own_share
        source = own if is_own else others[int(rng.integers(len(others)))]
        drawn.append(_segment(source, window, how.outputs, rng))
    mains, truth_w = (np.stack(each) for each in zip(*drawn, strict=True))
    power_w = torch.from_numpy(np.nan_to_num(truth_w))[:, None, :]  # (B, 1, T)
    weight = torch.from_numpy((~np.isnan(truth_w)).astype(np.float32))[:, None, :]
    return torch.from_numpy(mains)[:, None, :], Truth(power_w, weight, power_w > 0.0)


def _segment(
    source: _Source, window: int, outputs: int, rng: np.random.Generator
) -> tuple[Float32Array, Float32Array]:
    """Returns normalised mains (W - 1 + T,) and truth (T,) around a sample that is known."""
    is_telling = source.telling.size > 0 and rng.random() < 0.5  # noqa: PLR2004 - half of them
    around = source.telling if is_telling else source.known
    count = source.truth_w.size
    first = int(rng.choice(around)) - int(rng.integers(outputs))
    first = max(0, min(first, count - outputs))
    mains = source.mains[first : first + window - 1 + outputs]
    truth_w = source.truth_w[first : first + outputs]
    missing = outputs - truth_w.size  # where all there is is shorter than a segment
    return (
        np.pad(mains, (0, missing), constant_values=FILL),
        np.pad(truth_w, (0, missing), constant_values=np.nan),
    )


def _of_household(model: LoadedModel, house: Household) -> _Source:
    truth_w = house.truth_w[model.entry.appliance_id]
    on = np.flatnonzero(truth_w > model.entry.on_threshold_w)
    return _source(model, house.mains_w, truth_w, [slice(int(at), int(at) + 1) for at in on])


def _source(
    model: LoadedModel, mains_w: Float32Array, truth_w: Float32Array, telling: Sequence[slice]
) -> _Source:
    scaling = model.entry.preprocessing
    half = model.network.input_window_size // 2
    normalised = normalise(mains_w, scaling.mean_w, scaling.std_w)
    samples = [np.arange(cells.start, cells.stop, dtype=np.int64) for cells in telling]
    truth_w = np.where(np.isnan(mains_w), np.nan, truth_w).astype(np.float32)
    return _Source(
        np.pad(normalised, half, constant_values=FILL),
        truth_w,
        np.concatenate(samples) if samples else np.empty(0, np.int64),
        np.flatnonzero(~np.isnan(truth_w)),
    )


def _judged(model: LoadedModel, record: OwnRecord, labels: Labels, boundary: int) -> Judged:
    """Scores the newest part, which is estimated with all the mains around it."""
    threshold_w = model.entry.on_threshold_w
    estimate = evaluate_dense(model, record.mains_w)
    truth_w, power_w = labels.truth_w[boundary:], estimate.power_w[boundary:]
    known = ~np.isnan(truth_w)
    probability = estimate.on_probability[boundary:][known]
    return Judged(
        score(truth_w, power_w, threshold_w),
        expected_calibration_error(probability, truth_w[known] > threshold_w),
    )
