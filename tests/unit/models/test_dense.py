from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nilm_models.bundle import LoadedModel, load_model
from nilm_models.dense import dense_outputs, evaluate_dense, evaluate_windows
from nilm_models.entry import ModelEntry
from nilm_models.windows import normalise

AddModel = Callable[..., ModelEntry]
WINDOW = 21
HALF = WINDOW // 2


@pytest.fixture
def model(tmp_path: Path, add_model: AddModel) -> LoadedModel:
    """Random weights, the output layer rescaled until it says on, off and many watts."""
    loaded = load_model(tmp_path, add_model())
    output = loaded.network.get_submodule("output")
    assert isinstance(output, nn.Conv1d)
    assert output.bias is not None
    said = torch.from_numpy(dense_outputs(loaded.network, normalise(_mains(2000), 400.0, 800.0)))
    factor = torch.tensor([0.3, 4.0]) / said.std(dim=1)
    output.bias.copy_((output.bias - said.mean(dim=1)) * factor + torch.tensor([0.5, 0.0]))
    output.weight.mul_(factor[:, None, None])
    return loaded


def _mains(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mains = rng.gamma(1.0, 600.0, count).astype(np.float32)
    mains[rng.random(count) < 0.1] = np.nan
    return mains


@pytest.mark.parametrize("chunk", [1, 7, 64, 8192])
@pytest.mark.parametrize("count", [1, 5, WINDOW, 200])
def test_dense_equals_sliding_windows(model: LoadedModel, count: int, chunk: int) -> None:
    mains = _mains(count)
    padded = np.pad(mains, HALF, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    dense = evaluate_dense(model, mains, chunk)
    sliding = evaluate_windows(model, windows)
    full_scale_w = model.entry.target.scale_w
    np.testing.assert_allclose(dense.power_w, sliding.power_w, rtol=0, atol=1e-4 * full_scale_w)
    np.testing.assert_allclose(dense.on_probability, sliding.on_probability, rtol=0, atol=1e-4)


def test_random_weights_say_both_on_and_off(model: LoadedModel) -> None:
    estimate = evaluate_dense(model, _mains(500))
    known = estimate.power_w[~np.isnan(estimate.power_w)]
    assert 0.1 < np.mean(known > 0.0) < 0.9
    assert np.ptp(known) > 500.0


def test_state_and_power_agree_and_stay_below_the_mains(model: LoadedModel) -> None:
    mains = _mains(500)
    estimate = evaluate_dense(model, mains)
    known = ~np.isnan(mains)
    off = known & (estimate.on_probability < 0.5)
    assert np.all(estimate.power_w[off] == 0.0)
    assert np.all(estimate.power_w[known] <= mains[known])
    assert np.all(estimate.power_w[known] >= 0.0)
    reported_on = estimate.power_w > 0.0
    certain = np.where(reported_on, estimate.on_probability, 1 - estimate.on_probability)
    np.testing.assert_array_equal(estimate.confidence, certain)


def test_a_model_may_report_its_appliance_on_below_even_odds(model: LoadedModel) -> None:
    mains = _mains(500)
    eager = replace(model, entry=replace(model.entry, on_probability=0.3))
    estimate = evaluate_dense(eager, mains)
    known = ~np.isnan(mains)
    assert np.all(estimate.power_w[known & (estimate.on_probability < 0.3)] == 0.0)
    unsure = known & (estimate.power_w > 0.0) & (estimate.on_probability < 0.5)
    assert unsure.any()
    np.testing.assert_array_equal(estimate.confidence[unsure], estimate.on_probability[unsure])


def test_gaps_stay_gaps_and_do_not_spread(model: LoadedModel) -> None:
    mains = _mains(100)
    estimate = evaluate_dense(model, mains)
    np.testing.assert_array_equal(np.isnan(estimate.power_w), np.isnan(mains))
    np.testing.assert_array_equal(np.isnan(estimate.on_probability), np.isnan(mains))


def test_an_empty_interval_has_no_estimates(model: LoadedModel) -> None:
    estimate = evaluate_dense(model, np.empty(0, dtype=np.float32))
    assert estimate.power_w.shape == estimate.on_probability.shape == (0,)


def test_a_window_without_its_midpoint_has_no_estimate(model: LoadedModel) -> None:
    windows = np.full((2, WINDOW), 300.0)
    windows[0, HALF] = np.nan
    estimate = evaluate_windows(model, windows)
    assert np.isnan(estimate.power_w).tolist() == [True, False]


def test_a_window_does_not_depend_on_its_batch(model: LoadedModel) -> None:
    windows = np.stack([_mains(WINDOW, seed) for seed in range(9)])
    windows[:, HALF] = 2500.0
    together = evaluate_windows(model, windows)
    alone = [evaluate_windows(model, window[None]).on_probability[0] for window in windows]
    np.testing.assert_allclose(together.on_probability, alone, atol=1e-6)


def test_wrong_shapes_are_refused(model: LoadedModel) -> None:
    with pytest.raises(ValueError, match=r"\(B, 21\)"):
        evaluate_windows(model, np.zeros((2, 20)))
    with pytest.raises(ValueError, match=r"\(n,\)"):
        evaluate_dense(model, np.zeros((2, 21)))


def test_mains_given_are_left_unchanged(model: LoadedModel) -> None:
    mains = _mains(50)
    before = mains.copy()
    evaluate_dense(model, mains)
    np.testing.assert_array_equal(mains, before)
