from datetime import UTC, datetime, timedelta

import numpy as np

from nilm_models.windows import (
    context_span,
    midpoint_time,
    normalise,
    pad_half_window,
    window_start_time,
)

START = datetime(2015, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_missing_samples_become_the_training_mean() -> None:
    scaled = normalise(np.array([400.0, np.nan, 1200.0]), mean_w=400.0, std_w=800.0)
    np.testing.assert_array_equal(scaled, [0.0, 0.0, 1.0])
    assert scaled.dtype == np.float32


def test_padding_makes_every_sample_a_midpoint() -> None:
    padded = pad_half_window(np.array([1.0, 2.0], dtype=np.float32), 5)
    np.testing.assert_array_equal(padded, [0, 0, 1, 2, 0, 0])


def test_a_window_speaks_of_its_middle() -> None:
    middle = midpoint_time(START, MINUTE, 5)
    assert middle == START + 2 * MINUTE
    assert window_start_time(middle, MINUTE, 5) == START
    assert context_span(MINUTE, 5) == 2 * MINUTE
