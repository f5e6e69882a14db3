"""How good an estimate is, minute by minute.

A minute is one cell of the epoch's 60 s grid and counts where both of its 30 s rows have mains and
the appliance's true power and the logger was up; all else is left out. An appliance is on in a
minute whose mean power is above its threshold, in the truth and in the estimate alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one appliance; None where they are not defined."""

    f1: float | None
    """Harmonic mean of precision and recall of on-minutes; None if neither ever says on."""
    mae_w: float | None
    """Mean absolute error of power, W; None without minutes."""
    sae: float | None
    """|estimated energy - true energy| / true energy; None if the true energy is 0."""
    always_off_mae_w: float | None
    """The mean absolute error that 0 W all the time would have, W; None without minutes."""
    minutes: int
    """Minutes that count."""


def score(truth_w: FloatArray, estimate_w: FloatArray, on_threshold_w: float) -> Score:
    """Scores an estimate against the truth.

    A minute that counts but has no estimate is taken as 0 W: silence is no way to a better score.

    Args:
        truth_w: True mean power of each minute, W, shape (n,); NaN does not count.
        estimate_w: Estimated mean power, W, shape (n,); NaN is no estimate.
        on_threshold_w: On above this, W.

    Raises:
        ValueError: The shapes differ.
    """
    if truth_w.shape != estimate_w.shape:
        raise ValueError(f"truth {truth_w.shape} and estimate {estimate_w.shape} differ in shape")
    counts = ~np.isnan(truth_w)
    truth = truth_w[counts].astype(np.float64)
    estimate = np.nan_to_num(estimate_w[counts].astype(np.float64), nan=0.0)
    if not truth.size:
        return Score(None, None, None, None, 0)
    truth_on = truth > on_threshold_w
    estimate_on = estimate > on_threshold_w
    hits = int(np.count_nonzero(truth_on & estimate_on))
    said = int(np.count_nonzero(truth_on)) + int(np.count_nonzero(estimate_on))
    energy = float(truth.sum())
    return Score(
        f1=2.0 * hits / said if said else None,
        mae_w=float(np.abs(estimate - truth).mean()),
        sae=abs(float(estimate.sum()) - energy) / energy if energy else None,
        always_off_mae_w=float(np.abs(truth).mean()),
        minutes=int(truth.size),
    )
