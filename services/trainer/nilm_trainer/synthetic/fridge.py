"""Fridges: compressors that cycle day and night, each fridge drawn anew.

Fixed-speed compressors alone: their power, the length of their cycles and the share of it that
they run are spread as wide as household fridges, freezers and combinations go, with the start's
inrush, the fall of power within a run, longer runs after warm goods, and defrost heaters.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_trainer.draws import between, even_in_ratio

Float32Array = npt.NDArray[np.float32]

_ROWS_PER_MINUTE = 2
_ROWS_PER_DAY = 2_880
_ROW_S = 30.0
_POWER_W = (60.0, 250.0)
_CYCLE_MINUTES = (15.0, 90.0)
_DUTY = (0.2, 0.7)
_DUTY_BOUNDS = (0.1, 0.9)
_WARM_GOODS_SHARE = 0.02
_DEFROST_SHARE = 0.5
_NOISE = 0.015


@dataclass(frozen=True, slots=True)
class Compressor:
    """What sets one fridge apart from another."""

    power_w: float
    """Power late in a run, W."""
    cycle_rows: float
    """From one start to the next, rows of 30 s, on average."""
    duty: float
    """Share of a cycle that it runs at night."""
    day_duty: float
    """How much larger that share is in the afternoon, as a share of it."""
    jitter: float
    """Spread of the cycles' lengths, as a natural logarithm."""
    decay: float
    """How much higher the power is at the start of a run, as a share."""
    inrush_w: float
    """What the start adds to the mean of its first row, W."""
    standby_w: float
    """Power between runs, W."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Compressor":
        """Draws a fridge."""
        power_w = even_in_ratio(_POWER_W, rng)
        start_s, start_ratio = between((0.3, 4.0), rng), between((2.0, 8.0), rng)
        return cls(
            power_w=power_w,
            cycle_rows=even_in_ratio(_CYCLE_MINUTES, rng) * _ROWS_PER_MINUTE,
            duty=between(_DUTY, rng),
            day_duty=between((0.0, 0.3), rng),
            jitter=between((0.02, 0.2), rng),
            decay=between((0.0, 0.3), rng),
            inrush_w=power_w * (start_ratio - 1.0) * start_s / _ROW_S,
            standby_w=between((0.0, 4.0), rng),
        )


@dataclass(frozen=True, slots=True)
class Defrost:
    """The heater of a frost-free fridge."""

    power_w: float
    """Power, W."""
    rows: int
    """How long it heats, rows of 30 s."""
    pause_rows: int
    """From its end to the next start of the compressor, rows."""
    every_rows: float
    """From one defrost to the next, rows."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Defrost":
        """Draws a heater."""
        return cls(
            power_w=even_in_ratio((100.0, 450.0), rng),
            rows=int(between((8.0, 30.0), rng)) * _ROWS_PER_MINUTE,
            pause_rows=int(between((2.0, 12.0), rng)) * _ROWS_PER_MINUTE,
            every_rows=between((0.3, 2.0), rng) * _ROWS_PER_DAY,
        )


def simulate_fridge(rows: int, rng: np.random.Generator) -> Float32Array:
    """Returns the power of a fridge that is drawn anew, W at 30 s from midnight on, (rows,)."""
    fridge = Compressor.drawn(rng)
    defrost = Defrost.drawn(rng) if rng.random() < _DEFROST_SHARE else None
    due = np.inf if defrost is None else defrost.every_rows * rng.random()
    power_w = np.full(rows, fridge.standby_w, dtype=np.float32)
    row = -int(fridge.cycle_rows * rng.random())
    while row < rows:
        on_rows, off_rows = _cycle(fridge, row, rng)
        if defrost is not None and row >= due:
            _put(power_w, row, np.full(defrost.rows, defrost.power_w))
            row += defrost.rows + defrost.pause_rows
            due += defrost.every_rows
            on_rows *= 2
        _put(power_w, row, _run(fridge, on_rows))
        row += on_rows + off_rows
    noise = rng.standard_normal(rows, dtype=np.float32)
    return np.maximum(power_w * (1.0 + _NOISE * noise), 0.0)


def _cycle(fridge: Compressor, row: int, rng: np.random.Generator) -> tuple[int, int]:
    """Draws how long the compressor runs and rests, rows."""
    afternoon = 0.5 - 0.5 * np.cos(2.0 * np.pi * (row / _ROWS_PER_DAY - 1.0 / 8.0))
    duty = np.clip(fridge.duty * (1.0 + fridge.day_duty * afternoon), *_DUTY_BOUNDS)
    whole = fridge.cycle_rows * np.exp(fridge.jitter * rng.standard_normal())
    on_rows = whole * duty
    if rng.random() < _WARM_GOODS_SHARE:
        on_rows *= between((1.5, 4.0), rng)
    return max(2, round(on_rows)), max(2, round(whole * (1.0 - duty)))


def _run(fridge: Compressor, rows: int) -> npt.NDArray[np.float64]:
    """Returns the power of one run, W."""
    fall = np.exp(-np.arange(rows) / max(0.3 * rows, 1.0))
    run_w: npt.NDArray[np.float64] = fridge.power_w * (1.0 + fridge.decay * fall)
    run_w[0] += fridge.inrush_w
    return run_w


def _put(power_w: Float32Array, first: int, values_w: npt.NDArray[np.float64]) -> None:
    """Writes values from a row on, which may lie before the beginning."""
    begin, end = max(first, 0), min(first + values_w.size, power_w.size)
    if begin < end:
        power_w[begin:end] = values_w[begin - first : end - first]
