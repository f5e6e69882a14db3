"""Dense and windowed answers agree for every architecture, whatever the length and the gaps."""

from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_models.architectures import (
    ON_CHANNEL,
    POWER_CHANNEL,
    architecture_names,
    build_architecture,
)
from nilm_models.bundle import LoadedModel
from nilm_models.calibration import Calibration
from nilm_models.dense import dense_outputs, evaluate_dense, evaluate_windows
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.layers.long_head import SHORTEST_KERNEL
from nilm_models.windows import normalise

FULL_SCALE_W = 2_000.0
SMALL: dict[str, dict[str, Any]] = {
    "cnn": {
        "window": 21,
        "filters": [4, 4],
        "kernels": [5, 3],
        "dilations": [1, 2],
        "hidden_units": 8,
    },
    "cnn_transformer": {"d_model": 8, "heads": 2, "layers": 1, "reach": 4, "dilations": [1]},
    "multi_head_transformer": {
        "outputs": 2,
        "d_model": 8,
        "heads": 2,
        "layers": 1,
        "reach": 4,
        "dilations": [1],
        "base_reaches": [3],
    },
    "ensemble": {
        "architecture": "cnn",
        "params": {"window": 9, "filters": [2], "kernels": [3], "dilations": [1]},
        "members": 2,
    },
    "height_unet": {"levels": 2, "filters": 4, "base_reaches": [3]},
    "unet": {"levels": 2, "filters": 4},
}
"""Parameters that keep a network small; one that is not here is built by its defaults."""

LONG_HEAD = {
    "window": SHORTEST_KERNEL + 5,
    "filters": [3, 3],
    "kernels": [3, 3],
    "dilations": [1, 1],
    "hidden_units": 4,
}
CASES = [
    *((name, SMALL.get(name, {})) for name in architecture_names()),
    ("cnn", LONG_HEAD),  # slides in frequency
]


@cache
def model_of(case: int) -> LoadedModel:
    """Random weights, the outputs rescaled until they say on, off and up to full scale."""
    name, params = CASES[case]
    for seed in count():
        torch.manual_seed(seed)
        network = build_architecture(name, params).eval().requires_grad_(requires_grad=False)
        said = dense_outputs(network, normalise(mains(1_000, 0, 0.05), 400.0, 800.0))
        if np.median(said[POWER_CHANNEL]) > 0.0:
            break
    slope = 4.0 / float(said[ON_CHANNEL].std())
    entry = ModelEntry(
        model_id=f"kettle_{name}",
        model_version="1",
        appliance_id="kettle",
        architecture=name,
        architecture_params=params,
        artifact_path="kettle.safetensors",
        artifact_sha256="0" * 64,
        input_window_size=network.input_window_size,
        sample_period=timedelta(seconds=60),
        preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
        target=TargetScaling(scale_w=FULL_SCALE_W / float(said[POWER_CHANNEL].max())),
        on_threshold_w=500.0,
        calibration=Calibration(slope, -slope * float(said[ON_CHANNEL].mean())),
        metrics={},
        is_active=True,
        training_data="real",
    )
    return LoadedModel(entry, network, memory_bytes=0)


def mains(samples: int, seed: int, gap_share: float) -> np.ndarray:
    """Quiet hours and steps up to 10 kW, with runs of missing samples, at the ends too."""
    rng = np.random.default_rng(seed)
    power_w = rng.gamma(1.0, 600.0, samples)
    power_w[rng.random(samples) < 0.05] = 10_000.0
    gap = np.zeros(samples, dtype=bool)
    while samples and gap.mean() < gap_share:
        first = int(rng.integers(-5, samples))
        gap[max(0, first) : first + int(rng.integers(1, 20))] = True
    power_w[gap] = np.nan
    return power_w.astype(np.float32)


@pytest.mark.parametrize("case", range(len(CASES)), ids=lambda case: str(CASES[case]))
@settings(max_examples=25, deadline=None)
@given(
    windows=st.floats(0.0, 4.0),
    seed=st.integers(0, 2**32 - 1),
    gap_share=st.sampled_from([0.0, 0.02, 0.3, 1.0]),
    chunk=st.one_of(st.none(), st.integers(1, 300)),
)
def test_dense_and_windowed_answers_agree(
    case: int, windows: float, seed: int, gap_share: float, chunk: int | None
) -> None:
    model = model_of(case)
    window = model.entry.input_window_size
    power_w = mains(1 + int(windows * min(window, 200)), seed, gap_share)
    around = np.pad(power_w, window // 2, constant_values=np.nan)
    sliding = evaluate_windows(model, np.lib.stride_tricks.sliding_window_view(around, window))
    dense = evaluate_dense(model, power_w, chunk)
    at_the_threshold = np.abs(sliding.on_probability - 0.5) < 1e-4  # either state is right
    np.testing.assert_allclose(dense.on_probability, sliding.on_probability, rtol=0, atol=1e-4)
    np.testing.assert_allclose(
        dense.power_w[~at_the_threshold],
        sliding.power_w[~at_the_threshold],
        rtol=0,
        atol=1e-4 * FULL_SCALE_W,
    )
    np.testing.assert_array_equal(np.isnan(dense.power_w), np.isnan(power_w))


@pytest.mark.parametrize("case", range(len(CASES)), ids=lambda case: str(CASES[case]))
def test_what_is_compared_is_not_all_the_same(case: int) -> None:
    estimate = evaluate_dense(model_of(case), mains(1_000, 1, 0.05))
    known = estimate.on_probability[~np.isnan(estimate.on_probability)]
    assert 0.05 < np.mean(known > 0.5) < 0.95
    assert np.nanmax(estimate.power_w) - np.nanmin(estimate.power_w) > FULL_SCALE_W / 10
