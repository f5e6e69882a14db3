import pytest
import torch

from nilm_core.errors import FailedPreconditionError
from nilm_models.architectures import architecture_names, build_architecture, register
from nilm_models.architectures.cnn import SEQ2POINT_CLASSIC, Seq2Point, Seq2PointConfig


def test_classic_values_are_the_papers_network() -> None:
    network = Seq2Point(SEQ2POINT_CLASSIC)
    weights = sum(each.numel() for each in network.parameters())
    assert network.input_window_size == 599
    assert 29e6 < weights < 31e6


@pytest.mark.parametrize("name", architecture_names())
def test_every_architecture_keeps_the_contract(name: str) -> None:
    network = build_architecture(name, {}).eval()
    window = network.input_window_size
    assert window % 2 == 1
    with torch.inference_mode():
        assert network(torch.zeros(2, 1, window)).shape == (2, 2, 1)
        assert network(torch.zeros(1, 1, window + 4)).shape == (1, 2, 5)


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
    with pytest.raises(FailedPreconditionError, match="'rnn'; known: cnn"):
        build_architecture("rnn", {})


def test_a_name_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register("cnn")(lambda params: Seq2Point(Seq2PointConfig.from_params(params)))


def test_dilations_widen_what_the_convolutions_see() -> None:
    plain = Seq2PointConfig(window=99, filters=(8, 8), kernels=(5, 5), dilations=(1, 1))
    dilated = Seq2PointConfig(window=99, filters=(8, 8), kernels=(5, 5), dilations=(1, 8))
    assert plain.head_kernel == 91
    assert dilated.head_kernel == 63
