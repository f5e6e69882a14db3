"""Wide dense layers as they serve: the same packed, near to it in 8 bits, and no others."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from nilm_models.architectures import build_architecture
from nilm_models.architectures.cnn import Seq2Point, Seq2PointConfig
from nilm_models.bundle import load_model, save_artifact
from nilm_models.entry import ModelEntry
from nilm_models.layers.wide_dense import Int8WideDense, PackedWideDense, WideDense
from nilm_models.wide_layers import FEWEST_WEIGHTS, pack, quantise

WIDE = {"window": 301, "filters": [8], "kernels": [5], "dilations": [1], "hidden_units": 512}
WIDE_WEIGHTS = 512 * 8 * 297


@pytest.fixture
def network() -> Seq2Point:
    torch.manual_seed(6)
    built = build_architecture("cnn", WIDE).eval().requires_grad_(requires_grad=False)
    assert isinstance(built, Seq2Point)
    return built


def test_single_windows_are_near_to_float32_and_not_the_same(network: Seq2Point) -> None:
    windows = torch.randn(20, 1, 301)
    exact = network(windows)
    assert quantise(network) == 1
    rounded = network(windows)
    difference = float((rounded - exact).abs().max() / exact.abs().max())
    assert 0.0 < difference < 0.03


@pytest.mark.parametrize("batch", [1, 2, 7, 8, 64])
def test_the_company_in_a_batch_changes_no_answer(network: Seq2Point, batch: int) -> None:
    quantise(network)
    windows = torch.randn(batch, 1, 301)
    windows[1:] *= 1_000.0
    alone = network(windows[:1])
    torch.testing.assert_close(network(windows)[:1], alone, rtol=1e-5, atol=1e-6)


def test_a_window_of_zeros_is_a_number(network: Seq2Point) -> None:
    quantise(network)
    assert torch.isfinite(network(torch.zeros(3, 1, 301))).all()


def test_an_interval_is_evaluated_as_with_float32(network: Seq2Point) -> None:
    mains = torch.randn(1, 1, 301 + 999)
    with torch.inference_mode():
        exact = network(mains)
        quantise(network)
        torch.testing.assert_close(network(mains), exact, rtol=0, atol=0)


@pytest.mark.parametrize("form", [WideDense, PackedWideDense])
@pytest.mark.parametrize("batch", [1, 2, 3, 8, 64])
def test_a_product_is_that_of_the_convolution_whatever_the_batch(
    form: type[WideDense], batch: int
) -> None:
    torch.manual_seed(6)
    plain = WideDense(4, 32, 9).requires_grad_(requires_grad=False)
    layer = plain if form is WideDense else PackedWideDense(plain)
    features = torch.randn(batch, 4, 9)
    as_convolution = torch.conv1d(features, layer.weight, layer.bias)
    torch.testing.assert_close(layer(features), as_convolution, rtol=0, atol=1e-5)


def test_a_packed_layer_slides_over_an_interval_as_before(network: Seq2Point) -> None:
    mains = torch.randn(1, 1, 301 + 999)
    with torch.inference_mode():
        exact = network(mains)
        assert pack(network) == 1
        torch.testing.assert_close(network(mains), exact, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["cnn_transformer", "unet", "multi_head_transformer"])
def test_networks_without_a_wide_layer_stay_as_they_are(name: str) -> None:
    network = build_architecture(name, {}).eval()
    before = copy.deepcopy(network.state_dict())
    assert quantise(network) == pack(network) == 0
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


def test_a_layer_below_the_bound_is_left() -> None:
    config = Seq2PointConfig(
        window=9, filters=(8,), kernels=(3,), dilations=(1,), hidden_units=FEWEST_WEIGHTS // 56 - 1
    )
    network = Seq2Point(config)
    assert quantise(network) == pack(network) == 0


def test_a_model_is_loaded_with_either_precision(
    add_model: Callable[..., ModelEntry], tmp_path: Path
) -> None:
    plain = load_model(tmp_path, _wide_entry(add_model, tmp_path))
    quantised = load_model(tmp_path, plain.entry, precision="int8")
    assert _has(plain.network, PackedWideDense)
    assert _has(quantised.network, Int8WideDense)
    assert 8 * WIDE_WEIGHTS < plain.memory_bytes < 9 * WIDE_WEIGHTS
    assert 5 * WIDE_WEIGHTS < quantised.memory_bytes < 6 * WIDE_WEIGHTS


def _has(network: Any, form: type[WideDense]) -> bool:
    return any(type(each) is form for each in network.modules())


def _wide_entry(add_model: Callable[..., ModelEntry], folder: Path) -> ModelEntry:
    digest = save_artifact(folder / "wide.safetensors", build_architecture("cnn", WIDE))
    return add_model(
        architecture_params=WIDE,
        artifact_path="wide.safetensors",
        artifact_sha256=digest,
        input_window_size=301,
    )
