import numpy as np
import pytest

from nilm_models.metrics import Score, score

NAN = float("nan")


def test_figures_by_hand() -> None:
    truth = np.array([0.0, 2000.0, 2000.0, 0.0, NAN])
    estimate = np.array([0.0, 1800.0, 0.0, 600.0, 3000.0])
    found = score(truth, estimate, 500.0)
    assert found.minutes == 4
    assert found.f1 == pytest.approx(2 * 1 / (2 + 2))
    assert found.mae_w == pytest.approx((200 + 2000 + 600) / 4)
    assert found.sae == pytest.approx(1600 / 4000)
    assert found.always_off_mae_w == pytest.approx(1000.0)


def test_a_minute_without_estimate_counts_as_zero() -> None:
    found = score(np.array([2000.0, 0.0]), np.array([NAN, NAN]), 500.0)
    assert found.minutes == 2
    assert found.f1 == 0.0
    assert found.mae_w == found.always_off_mae_w == 1000.0


def test_on_means_above_the_threshold_not_at_it() -> None:
    assert score(np.array([500.0, 501.0]), np.array([501.0, 501.0]), 500.0).f1 == pytest.approx(
        2 / 3
    )


def test_what_is_not_defined_is_none() -> None:
    assert score(np.array([NAN]), np.array([1.0]), 500.0) == Score(None, None, None, None, 0)
    never_on = score(np.zeros(3), np.zeros(3), 500.0)
    assert (never_on.f1, never_on.sae, never_on.mae_w) == (None, None, 0.0)


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="differ in shape"):
        score(np.zeros(3), np.zeros(2), 500.0)
