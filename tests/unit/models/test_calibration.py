import numpy as np
import pytest

from nilm_models.calibration import Calibration, expected_calibration_error, fit_calibration


def test_fit_finds_the_scale_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    logit = rng.normal(0.0, 3.0, 200_000)
    is_on = rng.random(logit.size) < 1 / (1 + np.exp(-(0.5 * logit - 2.0)))
    calibration = fit_calibration(logit, is_on)
    assert calibration.slope == pytest.approx(0.5, abs=0.02)
    assert calibration.intercept == pytest.approx(-2.0, abs=0.05)


def test_fit_makes_overconfident_probabilities_honest() -> None:
    rng = np.random.default_rng(2)
    logit = rng.normal(-1.0, 2.0, 50_000)
    is_on = rng.random(logit.size) < 1 / (1 + np.exp(-logit))
    boastful = logit * 4.0
    before = expected_calibration_error(Calibration().probability(boastful), is_on)
    fitted = fit_calibration(boastful, is_on)
    after = expected_calibration_error(fitted.probability(boastful), is_on)
    assert before > 0.05
    assert after < 0.01


def test_separable_data_gives_finite_numbers() -> None:
    logit = np.concatenate([np.full(50, -1.0), np.full(50, 1.0)])
    calibration = fit_calibration(logit, logit > 0)
    assert 1.0 < calibration.slope < 100.0
    assert calibration.probability(np.array([1.0]))[0] > 0.95


@pytest.mark.parametrize("is_on", [np.zeros(5, dtype=bool), np.ones(5, dtype=bool)])
def test_one_sided_data_cannot_calibrate(is_on: np.ndarray) -> None:
    with pytest.raises(ValueError, match="samples that are on and samples that are off"):
        fit_calibration(np.arange(5.0), is_on)


def test_logits_that_fall_with_the_truth_are_refused() -> None:
    rng = np.random.default_rng(3)
    logit = rng.normal(size=1000)
    with pytest.raises(ValueError, match="slope"):
        fit_calibration(logit, logit + rng.normal(size=1000) < 0)


def test_extreme_logits_do_not_overflow() -> None:
    probability = Calibration().probability(np.array([-1e4, 0.0, 1e4]))
    np.testing.assert_array_equal(probability, [0.0, 0.5, 1.0])


def test_calibration_error_by_hand() -> None:
    probability = np.array([0.9, 0.9, 0.1, 0.1])
    is_on = np.array([True, False, False, False])
    assert expected_calibration_error(probability, is_on) == pytest.approx(0.25)
    assert np.isnan(expected_calibration_error(np.empty(0), np.empty(0, dtype=bool)))
