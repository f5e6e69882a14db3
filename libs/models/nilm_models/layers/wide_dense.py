"""A dense layer as long as a window: it slides, and has other forms for single windows."""

import torch
from torch import Tensor, nn
from torch.nn import functional

_FEW_WINDOWS = 2
"""Up to so many, a product takes as long as its weights take to be read, as they lie."""
_EXPECTED_WINDOWS = 16
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
        """Maps the features of single windows (B, C K) to (B, U)."""
        return functional.linear(rows, self.weight.flatten(1), self.bias)


class PackedWideDense(WideDense):
    """The same layer with its weights a second time, in the order in which oneDNN reads them.

    Otherwise they would be brought into that order for each batch, and one of 8 windows would take
    as long as three of a single window.
    """

    def __init__(self, layer: WideDense) -> None:
        super().__init__(layer.in_channels, layer.out_channels, layer.kernel_size[0], device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        packed = torch.ops.mkldnn._reorder_linear_weight(  # noqa: SLF001 no public name
            layer.weight.detach().flatten(1), _EXPECTED_WINDOWS
        )
        self.register_buffer("packed", packed, persistent=False)

    @staticmethod
    def is_to_be_had() -> bool:
        """Tells whether this torch has oneDNN."""
        return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]  # torch's

    def product(self, rows: Tensor) -> Tensor:
        """Maps the features of single windows (B, C K) to (B, U)."""
        if len(rows) <= _FEW_WINDOWS:
            return super().product(rows)
        product: Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001 no public name
            rows, self.packed, self.bias, "none", [], ""
        )
        return product


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
