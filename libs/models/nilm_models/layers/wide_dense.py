"""A dense layer as long as a window: it slides, and over single windows it may count in 8 bits."""

import torch
from torch import Tensor, nn
from torch.nn import functional

_WEIGHTS_FIRST = 8
"""Windows from which on a product is quicker with the weights as its first factor; below, with the
windows."""
_INT8_MAX = 127


class WideDense(nn.Conv1d):
    """A dense layer over all that a window leaves, as a convolution of that many taps."""

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, C, L) to (B, U, L - K + 1)."""
        if features.shape[-1] > self.kernel_size[0]:
            return super().forward(features)
        # A single place: as a convolution, all weights would be put in another order on each call,
        # which takes ten times as long as the product itself.
        return self.product(features.flatten(1)).unsqueeze(-1)

    def product(self, rows: Tensor) -> Tensor:
        """Maps the features of single windows (B, C K) to (B, U).

        From a few windows on, the weights stand first: as the second factor they would be packed
        anew for each batch, and a batch of 32 would take twice as long.
        """
        weight = self.weight.flatten(1)  # (U, C K)
        if len(rows) < _WEIGHTS_FIRST or self.bias is None:
            return functional.linear(rows, weight, self.bias)
        return torch.addmm(self.bias[:, None], weight, rows.t()).t()


class Int8WideDense(WideDense):
    """The same layer, for single windows with weights and features rounded to 8 bits.

    Each unit's weights and each window's features have a scale of their own, symmetric around 0 and
    found anew for each window (dynamic quantisation; Jacob et al., CVPR 2018), so what is said of a
    window does not depend on which others are in its batch. Over intervals it keeps counting with
    the weights as they were.
    """

    unit_scale: Tensor
    """What one step of each unit's weights stands for, (1, U)."""
    rounded: Tensor
    """The weights in those steps, (U, C K)."""

    def __init__(self, layer: WideDense) -> None:
        super().__init__(layer.in_channels, layer.out_channels, layer.kernel_size[0], device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        rows = layer.weight.detach().flatten(1)  # (U, C K)
        scale = _scale(rows)
        self.register_buffer("unit_scale", scale.T, persistent=False)
        self.register_buffer("rounded", _rounded(rows, scale), persistent=False)

    def product(self, rows: Tensor) -> Tensor:
        """Maps the features of single windows (B, C K) to (B, U)."""
        scale = _scale(rows)  # (B, 1)
        whole = torch._int_mm(_rounded(rows, scale), self.rounded.T)  # noqa: SLF001 no public name
        product: Tensor = whole * scale * self.unit_scale
        return product if self.bias is None else product + self.bias


def _scale(rows: Tensor) -> Tensor:
    """Returns the unit of each row's 8-bit numbers, (rows, 1)."""
    greatest = rows.abs().amax(1, keepdim=True)
    return greatest.clamp_min(torch.finfo(rows.dtype).tiny) / _INT8_MAX


def _rounded(rows: Tensor, scale: Tensor) -> Tensor:
    """Returns rows in units of their scale, -127 to 127."""
    return (rows / scale).round().to(torch.int8)
