"""Training segments: drawn by index from memory-mapped rows, varied, and averaged to minutes.

A segment is as long as one window plus the outputs that are asked of it, so a fully convolutional
network learns from hundreds of windows at the price of little more than one. Rows stay at 30 s
until the end: a segment may start at half minutes, and pasted activations fall at any phase.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_models.windows import FILL
from nilm_trainer.config import Augmentation, ForeignLoad, Optimiser
from nilm_trainer.household import ROWS_PER_MINUTE

Float32Array = npt.NDArray[np.float32]

_STEP_W = 300.0
"""A rise of the mains from one sample to the next that something large was switched on by, W."""


@dataclass(frozen=True, slots=True)
class RowStore:
    """One house's training rows at 30 s, memory-mapped."""

    mains_w: Float32Array
    """Mains power, W, shape (n,); NaN is missing."""
    power_w: Float32Array
    """The appliance's power, W, shape (n,); NaN does not count."""
    on_rows: npt.NDArray[np.int64]
    """Rows in which the appliance is on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one optimiser step sees."""

    mains: Float32Array
    """Normalised mains, (B, 1, W - 1 + T)."""
    power_w: Float32Array
    """True power at each output, W, (B, T)."""
    weight: Float32Array
    """Weight of each output in the loss, (B, T); 0 where it does not count."""


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
        activations: Sequence[Float32Array],
        background_days: Float32Array,
        *,
        shape: SegmentShape,
        augmentation: Augmentation,
        optimiser: Optimiser,
        mean_w: float,
        std_w: float,
    ) -> None:
        self._stores = [store for store in stores if store.mains_w.size > shape.rows]
        if not self._stores:
            raise ValueError("no training part is as long as one segment")
        self._activations = activations
        self._background_days = background_days
        self._shape = shape
        self._augmentation = augmentation
        self._optimiser = optimiser
        self._mean_w = mean_w
        self._std_w = std_w
        # By the root of its size a short house is heard often enough to matter.
        sizes = np.array([store.mains_w.size for store in self._stores], dtype=np.float64)
        self._house_shares = np.sqrt(sizes) / np.sqrt(sizes).sum()

    def draw(self, rng: np.random.Generator) -> Batch:
        """Returns the next batch."""
        drawn = [self._segment(rng) for _ in range(self._optimiser.batch_size)]
        mains, power, weight = (np.stack(each) for each in zip(*drawn, strict=True))
        return Batch(mains[:, None, :], power, weight)

    def _segment(self, rng: np.random.Generator) -> tuple[Float32Array, Float32Array, Float32Array]:
        store = self._stores[int(rng.choice(len(self._stores), p=self._house_shares))]
        start = self._start(store, rng)
        mains_w = store.mains_w[start : start + self._shape.rows]
        truth_w = store.power_w[start : start + self._shape.rows]
        mains_w, truth_w = self._vary(mains_w, truth_w, rng)
        samples = self._shape.samples
        mains_w = mains_w.reshape(samples, ROWS_PER_MINUTE).mean(axis=1)
        truth_w = truth_w.reshape(samples, ROWS_PER_MINUTE).mean(axis=1)
        mains_w, known = self._hide(mains_w, rng)
        half = self._shape.window // 2
        asked = slice(half, half + self._shape.outputs)
        weight = np.ones(samples, dtype=np.float32)
        if known < samples:
            edge = self._augmentation.edge_samples
            weight[max(known - edge, 0) : known] = self._augmentation.edge_weight
        weight[np.isnan(mains_w) | np.isnan(truth_w)] = 0.0
        scaled = (mains_w - self._mean_w) / self._std_w
        mains = np.nan_to_num(scaled, nan=FILL).astype(np.float32)
        return mains, np.nan_to_num(truth_w[asked]).astype(np.float32), weight[asked]

    def _start(self, store: RowStore, rng: np.random.Generator) -> int:
        """Draws a first row: around an activation for a share of the segments, else anywhere."""
        last = store.mains_w.size - self._shape.rows
        if store.on_rows.size and rng.random() < self._optimiser.on_segment_share:
            on_row = int(rng.choice(store.on_rows))
            offset = (self._shape.window // 2 + rng.random() * self._shape.outputs) * 2
            return int(np.clip(on_row - int(offset), 0, last))
        return int(rng.integers(0, last + 1))

    def _vary(
        self, mains_w: Float32Array, truth_w: Float32Array, rng: np.random.Generator
    ) -> tuple[Float32Array, Float32Array]:
        """Varies the appliance and the rest of the mains apart from each other."""
        how = self._augmentation
        known_w = np.nan_to_num(truth_w)
        background_w = np.maximum(mains_w - known_w, 0.0)
        if self._activations and rng.random() < how.paste_share:
            known_w = self._pasted(rng)
        known_w = known_w * (1.0 + how.appliance_scale * rng.uniform(-1.0, 1.0))
        background_w = background_w * (1.0 + how.background_scale * rng.uniform(-1.0, 1.0))
        background_w = background_w + rng.uniform(0.0, how.offset_w)
        if self._background_days.size and rng.random() < how.background_trace_share:
            background_w = background_w + self._other_appliance(rng)
        for load in how.foreign_loads:
            if rng.random() < load.share:
                background_w = background_w + self._made_load(load, rng)
        return background_w + known_w, np.where(np.isnan(truth_w), np.nan, known_w)

    def _pasted(self, rng: np.random.Generator) -> Float32Array:
        """Returns rows of zeros with one to three activations, never on top of each other."""
        rows = np.zeros(self._shape.rows, dtype=np.float32)
        for _ in range(int(rng.integers(1, 4))):
            stretch = self._activations[int(rng.integers(len(self._activations)))]
            first = int(rng.integers(-stretch.size + 1, rows.size))
            begin, end = max(first, 0), min(first + stretch.size, rows.size)
            if not rows[begin:end].any():
                rows[begin:end] = stretch[begin - first : end - first]
        return rows

    def _other_appliance(self, rng: np.random.Generator) -> Float32Array:
        """Returns rows of another appliance from a random moment of a random day."""
        day = self._background_days[int(rng.integers(self._background_days.shape[0]))]
        first = int(rng.integers(day.size))
        rows: Float32Array = np.resize(np.roll(day, -first), self._shape.rows)
        return rows

    def _made_load(self, load: ForeignLoad, rng: np.random.Generator) -> Float32Array:
        """Returns rows of zeros with one to three runs of a steady load."""
        rows = np.zeros(self._shape.rows, dtype=np.float32)
        for _ in range(int(rng.integers(1, 4))):
            count = int(rng.uniform(*load.minutes) * ROWS_PER_MINUTE)
            first = int(rng.integers(-count, rows.size))
            rows[max(first, 0) : max(first + count, 0)] = rng.uniform(*load.power_w)
        return rows

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
