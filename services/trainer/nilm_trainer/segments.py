"""Training segments: drawn by index from memory-mapped rows, varied, and averaged to minutes.

A segment is as long as one window plus the outputs that are asked of it, so a network
that slides learns from hundreds of windows at the price of little more than one. Rows stay at 30 s
until the end: a segment may start at half minutes, and pasted activations fall at any phase.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_models.windows import FILL
from nilm_trainer.activations import programme_rows
from nilm_trainer.config import Augmentation, Optimiser
from nilm_trainer.household import ROWS_PER_MINUTE
from nilm_trainer.variation import Variation

Float32Array = npt.NDArray[np.float32]

_STEP_W = 300.0
"""A rise of the mains from one sample to the next that something large was switched on by, W."""


@dataclass(frozen=True, slots=True)
class RowStore:
    """One house's training rows at 30 s, memory-mapped."""

    mains_w: Float32Array
    """Mains power, W, shape (n,); NaN is missing."""
    power_w: Float32Array
    """Power of each appliance, W, shape (A, n); NaN does not count."""
    on_rows: tuple[npt.NDArray[np.int64], ...]
    """Rows in which each appliance is on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one optimiser step sees."""

    mains: Float32Array
    """Normalised mains, (B, 1, W - 1 + T)."""
    power_w: Float32Array
    """True power at each output, W, (B, A, T)."""
    weight: Float32Array
    """Weight of each output in the loss, (B, A, T); 0 where it does not count."""
    programme: npt.NDArray[np.bool_]
    """Whether a programme of an appliance runs, (B, A, T)."""


@dataclass(frozen=True, slots=True)
class SegmentShape:
    """Sizes in samples of the model."""

    window: int
    """W."""
    outputs: int
    """T."""

    @property
    def samples(self) -> int:
        """Samples of a segment."""
        return self.window - 1 + self.outputs

    @property
    def rows(self) -> int:
        """Rows of a segment."""
        return self.samples * ROWS_PER_MINUTE


class SegmentSampler:
    """Draws varied segments from the training parts.

    Everything random comes from the generator that is given, so a seed fixes the batches.
    """

    def __init__(
        self,
        stores: Sequence[RowStore],
        variation: Variation,
        *,
        shape: SegmentShape,
        augmentation: Augmentation,
        optimiser: Optimiser,
        mean_w: float,
        std_w: float,
        thresholds_w: Sequence[float],
    ) -> None:
        self._stores = [store for store in stores if store.mains_w.size > shape.rows]
        if not self._stores:
            raise ValueError("no training part is as long as one segment")
        self._variation = variation
        self._shape = shape
        self._augmentation = augmentation
        self._optimiser = optimiser
        self._mean_w = mean_w
        self._std_w = std_w
        self._thresholds_w = thresholds_w
        # By the root of its size a short house is heard often enough to matter.
        sizes = np.array([store.mains_w.size for store in self._stores], dtype=np.float64)
        self._house_shares = np.sqrt(sizes) / np.sqrt(sizes).sum()

    def draw(self, rng: np.random.Generator) -> Batch:
        """Returns the next batch."""
        drawn = [self._segment(rng) for _ in range(self._optimiser.batch_size)]
        mains, power, weight, programme = (np.stack(each) for each in zip(*drawn, strict=True))
        return Batch(mains[:, None, :], power, weight, programme)

    def _segment(
        self, rng: np.random.Generator
    ) -> tuple[Float32Array, Float32Array, Float32Array, npt.NDArray[np.bool_]]:
        store = self._stores[int(rng.choice(len(self._stores), p=self._house_shares))]
        start = self._start(store, rng)
        rows = slice(start, start + self._shape.rows)
        mains_w, truth_w = self._variation.vary(store.mains_w[rows], store.power_w[:, rows], rng)
        programme = self._programmes(truth_w)
        mains_w, truth_w = self._minutes(mains_w), self._minutes(truth_w)
        mains_w, known = self._hide(mains_w, rng)
        half = self._shape.window // 2
        asked = slice(half, half + self._shape.outputs)
        weight = np.ones(truth_w.shape, dtype=np.float32)
        if known < self._shape.samples:
            edge = self._augmentation.edge_samples
            weight[:, max(known - edge, 0) : known] = self._augmentation.edge_weight
        weight[np.isnan(mains_w) | np.isnan(truth_w)] = 0.0
        scaled = (mains_w - self._mean_w) / self._std_w
        mains = np.nan_to_num(scaled, nan=FILL).astype(np.float32)
        power_w = np.nan_to_num(truth_w[:, asked]).astype(np.float32)
        return mains, power_w, weight[:, asked], programme[:, asked]

    def _programmes(self, truth_w: Float32Array) -> npt.NDArray[np.bool_]:
        """Tells in which samples a programme of each appliance (A, n rows) runs."""
        rows = np.stack(
            [
                programme_rows(power_w, threshold_w)
                for power_w, threshold_w in zip(truth_w, self._thresholds_w, strict=True)
            ]
        )
        pairs = rows.reshape(len(rows), -1, ROWS_PER_MINUTE)
        running: npt.NDArray[np.bool_] = np.logical_or.reduce(pairs, axis=-1)
        return running

    def _minutes(self, rows: Float32Array) -> Float32Array:
        """Returns rows (..., n) as means over the model's samples."""
        means: Float32Array = rows.reshape(*rows.shape[:-1], -1, ROWS_PER_MINUTE).mean(axis=-1)
        return means

    def _start(self, store: RowStore, rng: np.random.Generator) -> int:
        """Draws a first row: around a use of an appliance for a share of the segments."""
        last = store.mains_w.size - self._shape.rows
        if rng.random() < self._optimiser.on_segment_share:
            on_rows = store.on_rows[int(rng.integers(len(store.on_rows)))]
            if on_rows.size:
                samples = self._shape.window // 2 + rng.random() * self._shape.outputs
                offset = int(samples * ROWS_PER_MINUTE)
                return int(np.clip(int(rng.choice(on_rows)) - offset, 0, last))
        return int(rng.integers(0, last + 1))

    def _hide(self, mains_w: Float32Array, rng: np.random.Generator) -> tuple[Float32Array, int]:
        """Hides short runs of samples and, for a share of the segments, all of the future.

        Returns:
            The mains and the number of samples before the hidden future.
        """
        how = self._augmentation
        hidden = mains_w.copy()
        known = hidden.size
        if rng.random() < how.future_share:
            known = self._present(mains_w, rng)
            hidden[known:] = np.nan
        if rng.random() < how.gap_share:
            for _ in range(int(rng.integers(1, 5))):
                first = int(rng.integers(hidden.size))
                hidden[first : first + int(rng.integers(1, how.longest_gap + 1))] = np.nan
        return hidden, known

    def _present(self, mains_w: Float32Array, rng: np.random.Generator) -> int:
        """Draws where the future begins: half of the time anywhere, else soon after a step.

        Just after something was switched on is when the future is missed most.
        """
        earliest = self._shape.window // 2 + 1
        steps = np.flatnonzero(np.diff(mains_w[earliest:]) > _STEP_W)
        if steps.size and rng.random() < 0.5:  # noqa: PLR2004 - half of the time
            soon = int(rng.choice(steps)) + int(rng.integers(1, self._augmentation.edge_samples))
            return min(earliest + 1 + soon, mains_w.size - 1)
        return int(rng.integers(earliest, mains_w.size))
