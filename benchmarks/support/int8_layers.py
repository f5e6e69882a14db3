"""Every convolution and dense layer of a network in 8 bits, as far as torch has kernels for them.

More than the service offers: it shows what there would be to gain.
"""

import torch
from torch import Tensor, nn

_FEWEST_CHANNELS = 8
_ZERO = 128
_GREATEST = 127


class Int8Conv1d(nn.Module):
    """A convolution in 8 bits by oneDNN, with a scale for each unit and each window."""

    def __init__(self, layer: nn.Conv1d) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self._bias = layer.bias
        self._dilation = [1, layer.dilation[0]]
        self._scale = weight.abs().amax((1, 2)) / _GREATEST
        self._zeros = torch.zeros(weight.shape[0], dtype=torch.int64)
        rounded = (weight / self._scale[:, None, None]).round().to(torch.int8).unsqueeze(2)
        self._packed = torch.ops.onednn.qconv_prepack(
            rounded, self._scale, 1.0, _ZERO, [1, 1], [0, 0], self._dilation, 1, None
        )

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, C, L) to (B, U, L - reach)."""
        scale = features.abs().amax((1, 2), keepdim=True).clamp_min(1e-20) / _GREATEST
        rounded = (features / scale).round_().add_(_ZERO).to(torch.uint8)
        channels_last = rounded.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        product = torch.ops.onednn.qconv_pointwise(
            *(channels_last, 1.0, _ZERO, self._packed, self._scale, self._zeros, None),
            *([1, 1], [0, 0], self._dilation, 1, 1.0, 0, torch.float32, "none", [], ""),
        )
        return torch.addcmul(self._bias[:, None], product.squeeze(2), scale)


class Int8Linear(nn.Module):
    """A dense layer in 8 bits, with a scale for each unit and each row."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self._bias = layer.bias
        self._scale = weight.abs().amax(1) / _GREATEST
        self._rounded = (weight / self._scale[:, None]).round().to(torch.int8).T

    def forward(self, features: Tensor) -> Tensor:
        """Maps (..., C) to (..., U)."""
        rows = features.flatten(0, -2)
        scale = rows.abs().amax(1, keepdim=True).clamp_min(1e-20) / _GREATEST
        whole = torch._int_mm((rows / scale).round_().to(torch.int8), self._rounded)  # noqa: SLF001 no public name
        product = whole * scale * self._scale + self._bias
        return product.unflatten(0, features.shape[:-1])


def quantise_all(network: nn.Module) -> None:
    """Exchanges all layers but the thinnest, and those that are quantised already, in place."""
    for name, layer in list(network.named_children()):
        if type(layer) is nn.Conv1d and layer.in_channels >= _FEWEST_CHANNELS:
            setattr(network, name, Int8Conv1d(layer))
        elif type(layer) is nn.Linear and layer.out_features >= _FEWEST_CHANNELS:
            setattr(network, name, Int8Linear(layer))
        else:
            quantise_all(layer)
