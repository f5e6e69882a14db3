"""From the readings of a household's recordings to the household, by one set of rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import numpy as np

from nilm_core.errors import FailedPreconditionError
from nilm_core.timegrid import from_us, to_us
from nilm_trainer import formats
from nilm_trainer.household import ROW_PERIOD, Float32Array, Household
from nilm_trainer.readers.cells import CELL_US, CellMeans, Cells
from nilm_trainer.readers.readings import Float64Array, Readings, in_order

_OUTAGE_CELLS = 120
"""An hour of identical mains: the logger was down."""
_SAME_W = 1e-3
"""What rounding leaves between two means of the same readings, W."""


@dataclass(frozen=True, slots=True)
class Source:
    """Recordings that share their times: a file of one channel, or some columns of a table."""

    label: str
    """Name of the file, and of the recording in it, for errors."""
    recordings: tuple[str, ...]
    """Name of each column of the readings."""
    read: Callable[[], Iterable[Readings]]
    """Opens it and returns the readings as they stand there."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Which recordings are the mains, and which an appliance; several are summed."""

    mains: tuple[str, ...]
    """Recordings of the mains."""
    appliances: Mapping[str, tuple[str, ...]]
    """Recordings of each appliance by its id."""


def gather(
    name: str,
    sources: Sequence[Source],
    wiring: Wiring,
    form: formats.Readings,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Household:
    """Reads a household from its recordings.

    Readings outside [since, until) are dropped before anything is averaged. Readings below 0 W or
    above what the form allows, and an hour or more of identical mains, do not count. A sum counts
    where all of its recordings do, and the truth where the mains do.

    Args:
        name: Name of the file or folder, for errors.
        sources: The recordings.
        wiring: What they are of.
        form: Gaps and bounds.
        since: First moment, or None for the start.
        until: Moment after the last, or None for the end.

    Raises:
        FailedPreconditionError: No mains are left.
        DataCorruptionError: A file is damaged.
    """
    cells: dict[str, Cells] = {}
    for source in sources:
        bounds_w = [
            form.most_mains_w if each in wiring.mains else form.most_appliance_w
            for each in source.recordings
        ]
        means = _means(source, np.array(bounds_w), form.max_gap_s, since, until)
        for index, recording in enumerate(source.recordings):
            if means is not None:
                cells[recording] = Cells(means.first, means.power_w[:, index : index + 1])
    first, count = _extent([cells[each] for each in wiring.mains if each in cells])
    if not count:
        raise FailedPreconditionError(
            f"{name}: no two readings of the mains in the chosen interval are within"
            f" {form.max_gap_s:g} s of each other; a slower meter needs a larger max_gap_s"
        )

    def summed(recordings: Sequence[str]) -> Float32Array:
        missing = np.full((count, 1), np.nan)
        parts = [cells[each].on(first, count) if each in cells else missing for each in recordings]
        return reduce(np.add, parts)[:, 0].astype(np.float32)

    mains = without_outages(summed(wiring.mains))
    truth = {
        appliance: np.where(np.isnan(mains), np.float32(np.nan), summed(recordings))
        for appliance, recordings in wiring.appliances.items()
    }
    return Household(from_us(first * CELL_US), ROW_PERIOD, mains, truth)


def without_outages(mains_w: Float32Array) -> Float32Array:
    """Returns the mains with NaN in runs of an hour or more of identical values, shape (n,)."""
    same = np.abs(np.diff(mains_w)) <= _SAME_W
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    lengths = np.diff(np.append(starts, mains_w.size))
    down = np.repeat(lengths >= _OUTAGE_CELLS, lengths)
    return np.where(down, np.float32(np.nan), mains_w)


def _means(
    source: Source,
    most_w: Float64Array,
    max_gap_s: float,
    since: datetime | None,
    until: datetime | None,
) -> Cells | None:
    until_us = None if until is None else to_us(until)
    since_us = None if since is None else to_us(since)
    means = CellMeans(len(source.recordings), round(max_gap_s * 1e6), until_us)
    for piece in in_order(_within(source.read(), since_us, until_us), source.label):
        counts = (piece.power_w >= 0) & (piece.power_w <= most_w)
        means.add(Readings(piece.times_us, np.where(counts, piece.power_w, np.nan)))
    return means.finish()


def _within(
    pieces: Iterable[Readings], since_us: int | None, until_us: int | None
) -> Iterator[Readings]:
    for piece in pieces:
        inside = np.ones(len(piece), dtype=np.bool_)
        if since_us is not None:
            inside &= piece.times_us >= since_us
        if until_us is not None:
            inside &= piece.times_us < until_us
        yield Readings(piece.times_us[inside], piece.power_w[inside])


def _extent(mains: Sequence[Cells]) -> tuple[int, int]:
    """Returns the first cell and the number of cells from any to the last with mains."""
    spans = []
    for each in mains:
        known = np.flatnonzero(~np.isnan(each.power_w[:, 0]))
        if known.size:
            spans.append((each.first + int(known[0]), each.first + int(known[-1]) + 1))
    if not spans:
        return 0, 0
    first, end = min(first for first, _ in spans), max(end for _, end in spans)
    return first, end - first
