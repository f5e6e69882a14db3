from datetime import timedelta

import numpy as np

from nilm_models.windows import (
    context_span,
    normalise,
    pad_half_window,
)

MINUTE = timedelta(minutes=1)


def test_missing_samples_become_the_training_mean() -> None:
    scaled = normalise(np.array([400.0, np.nan, 1200.0]), mean_w=400.0, std_w=800.0)
    np.testing.assert_array_equal(scaled, [0.0, 0.0, 1.0])
    assert scaled.dtype == np.float32


def test_padding_makes_every_sample_a_midpoint() -> None:
    padded = pad_half_window(np.array([1.0, 2.0], dtype=np.float32), 5)
    np.testing.assert_array_equal(padded, [0, 0, 1, 2, 0, 0])


def test_a_window_reaches_as_far_to_both_sides_of_its_middle() -> None:
    assert context_span(MINUTE, 5) == 2 * MINUTE
