"""Networks by torch's own layers: what one runs without this project, and so what it is held to."""

from torch import nn

from nilm_models.architectures import Disaggregator
from nilm_models.architectures.cnn import Seq2Point


def bare(network: Disaggregator) -> nn.Module:
    """Returns the same weights in torch's own layers: single windows (B, 1, W) to (B, 2 A, 1).

    That is a `Seq2Point` as one writes it from the paper, with convolutions, a dense layer and one
    for the outputs; the other architectures have no layers of their own.
    """
    if not isinstance(network, Seq2Point):
        return network
    hidden, activation, dropout = network.hidden
    dense = nn.Linear(hidden.weight[0].numel(), hidden.out_channels, device="meta")
    dense.weight = nn.Parameter(hidden.weight.flatten(1), requires_grad=False)
    dense.bias = hidden.bias
    layers = [_plain(layer) if isinstance(layer, nn.Conv2d) else layer for layer in network.body]
    dense_layers = (nn.Flatten(), dense, activation, dropout, nn.Unflatten(1, (-1, 1)))
    return nn.Sequential(*layers, *dense_layers, network.output).eval()


def _plain(layer: nn.Conv2d) -> nn.Conv1d:
    plain = nn.Conv1d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size[1],
        dilation=layer.dilation[1],
        device="meta",
    )
    weight = layer.weight.squeeze(2).contiguous()
    plain.weight, plain.bias = nn.Parameter(weight, requires_grad=False), layer.bias
    return plain
