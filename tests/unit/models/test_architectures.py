import pytest
import torch

from nilm_core.errors import FailedPreconditionError
from nilm_models.architectures import (
    architecture_names,
    build_architecture,
    config_of,
    register,
)
from nilm_models.architectures.cnn import Seq2Point, Seq2PointConfig


def test_classic_values_are_the_papers_network() -> None:
    network = Seq2Point(Seq2PointConfig())
    weights = sum(each.numel() for each in network.parameters())
    assert network.input_window_size == 599
    assert 29e6 < weights < 31e6


@pytest.mark.parametrize("name", architecture_names())
def test_every_architecture_keeps_the_contract(name: str) -> None:
    network = build_architecture(name, {}).eval()
    window = network.input_window_size
    assert window % 2 == 1
    with torch.inference_mode():
        channels = 2 * network.output_count
        assert network(torch.zeros(2, 1, window)).shape == (2, channels, 1)
        assert network(torch.zeros(1, 1, window + 4)).shape == (1, channels, 5)


@pytest.mark.parametrize("name", architecture_names())
def test_every_architecture_slides(name: str) -> None:
    torch.manual_seed(3)
    network = build_architecture(name, {}).eval()
    window = network.input_window_size
    mains = torch.randn(1, 1, window + 299)
    with torch.inference_mode():
        dense = network(mains)
        for place in (0, 1, 17, 119, 120, 298, 299):
            alone = network(mains[..., place : place + window])
            torch.testing.assert_close(dense[..., place : place + 1], alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", architecture_names())
def test_every_sample_of_the_window_is_looked_at(name: str) -> None:
    torch.manual_seed(3)
    network = build_architecture(name, {}).eval()
    mains = torch.randn(1, 1, network.input_window_size, requires_grad=True)
    network(mains).sum().backward()
    assert mains.grad is not None
    seen = torch.nonzero(mains.grad[0, 0]).flatten()
    reach = network.input_window_size // 2
    assert seen[0] <= reach // 2
    assert seen[-1] >= reach + reach // 2


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"window": 20}, "odd"),
        ({"window": 21}, "shorter"),
        ({"filters": [4]}, "as long as each other"),
        ({"hidden_units": 0}, "positive"),
        ({"dropout": 1.0}, "dropout"),
        ({"depth": 3}, "depth"),
        ({"window": "wide"}, "window|str"),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, object], words: str) -> None:
    with pytest.raises(FailedPreconditionError, match=words) as caught:
        build_architecture("cnn", params)
    assert "\n" not in caught.value.message


def test_unknown_architecture_lists_the_known_ones() -> None:
    with pytest.raises(FailedPreconditionError, match="'rnn'; known: cnn, cnn_transformer"):
        build_architecture("rnn", {})


def test_a_name_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register("cnn")(lambda params: Seq2Point(config_of(Seq2PointConfig, params)))


def test_dilations_widen_what_the_convolutions_see() -> None:
    plain = Seq2PointConfig(window=99, filters=(8, 8), kernels=(5, 5), dilations=(1, 1))
    dilated = Seq2PointConfig(window=99, filters=(8, 8), kernels=(5, 5), dilations=(1, 8))
    assert plain.head_kernel == 91
    assert dilated.head_kernel == 63
