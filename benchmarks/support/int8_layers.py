"""Every convolution and dense layer of a network in 8 bits, as far as torch has kernels for them.

More than the service offers: it shows what there would be to gain.
"""

import torch
from torch import Tensor, nn

_FEWEST_CHANNELS = 8
_ZERO = 128
_GREATEST = 127


class Int8Convolution(nn.Module):
    """A convolution in 8 bits by oneDNN, with a scale for each unit and each window.

    Of intervals, or of images of height 1.
    """

    def __init__(self, layer: nn.Conv1d | nn.Conv2d) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self._is_of_images = isinstance(layer, nn.Conv2d)
        if not self._is_of_images:
            weight = weight.unsqueeze(2)
        self._bias = layer.bias
        self._dilation = [1, layer.dilation[-1]]
        self._scale = weight.abs().amax((1, 2, 3)) / _GREATEST
        self._zeros = torch.zeros(weight.shape[0], dtype=torch.int64)
        rounded = (weight / self._scale[:, None, None, None]).round().to(torch.int8)
        self._packed = torch.ops.onednn.qconv_prepack(
            rounded, self._scale, 1.0, _ZERO, [1, 1], [0, 0], self._dilation, 1, None
        )

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, C, L) to (B, U, L - reach), or both with a height of 1."""
        images = features if self._is_of_images else features.unsqueeze(2)
        scale = images.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-20) / _GREATEST
        rounded = (images / scale).round_().add_(_ZERO).to(torch.uint8)
        product = torch.ops.onednn.qconv_pointwise(
            rounded.contiguous(memory_format=torch.channels_last),
            *(1.0, _ZERO, self._packed, self._scale, self._zeros, None),
            *([1, 1], [0, 0], self._dilation, 1, 1.0, 0, torch.float32, "none", [], ""),
        )
        answer = torch.addcmul(self._bias[:, None, None], product, scale)
        return answer if self._is_of_images else answer.squeeze(2)


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
        if type(layer) in (nn.Conv1d, nn.Conv2d) and layer.in_channels >= _FEWEST_CHANNELS:
            setattr(network, name, Int8Convolution(layer))
        elif type(layer) is nn.Linear and layer.out_features >= _FEWEST_CHANNELS:
            setattr(network, name, Int8Linear(layer))
        else:
            quantise_all(layer)
