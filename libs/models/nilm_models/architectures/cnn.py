"""Sequence-to-point: the window's mains to the appliance's power at its midpoint.

Zhang, Zhong, Wang, Goddard, Sutton: Sequence-to-point learning with neural networks for
non-intrusive load monitoring. AAAI 2018.

Two things differ from the paper. Convolutions are VALID and the dense head is a convolution as
long as what they leave, so the network slides: a year is evaluated with each layer run once. And
there is a second output, the logit of the appliance being on.

Mains are convolved as images of height 1, for which torch has an order in memory, with the channels
of a sample side by side, that makes these convolutions nearly twice as quick.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from nilm_models.architectures import Disaggregator, config_of, register
from nilm_models.layers.long_head import SHORTEST_KERNEL, slide_dense
from nilm_models.layers.wide_dense import WideDense


@dataclass(frozen=True, slots=True)
class Seq2PointConfig:
    """The shape of a `Seq2Point`; by default the paper's, of about 30 million weights.

    Raises:
        ValueError: The window is even or too short, the lists differ in length, or a number is
            out of range.
    """

    window: int = 599
    """Samples in, W; odd."""
    filters: tuple[int, ...] = (30, 30, 40, 50, 50)
    """Output channels of each convolution."""
    kernels: tuple[int, ...] = (10, 8, 6, 5, 5)
    """Taps of each convolution."""
    dilations: tuple[int, ...] = (1, 1, 1, 1, 1)
    """Step between the taps of each convolution; 1 in the paper. Growing steps let few weights
    see a long window (van den Oord et al., WaveNet, 2016)."""
    hidden_units: int = 1024
    """Units of the dense layer."""
    dropout: float = 0.0
    """Share of hidden units dropped in training, 0 to below 1."""
    outputs: int = 1
    """Appliances."""

    def __post_init__(self) -> None:
        if not len(self.filters) == len(self.kernels) == len(self.dilations) > 0:
            raise ValueError("filters, kernels and dilations must be as long as each other")
        if min(*self.filters, *self.kernels, *self.dilations, self.hidden_units, self.outputs) < 1:
            raise ValueError("filters, kernels, dilations, hidden_units, outputs must be positive")
        if self.window % 2 == 0:
            raise ValueError("window must be odd")
        if self.head_kernel < 1:
            raise ValueError("window is shorter than what the convolutions see")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError("dropout must be at least 0 and below 1")

    @property
    def head_kernel(self) -> int:
        """Samples of the window that are left after the convolutions."""
        pairs = zip(self.kernels, self.dilations, strict=True)
        return self.window - sum((kernel - 1) * dilation for kernel, dilation in pairs)


_LONG_CHUNK_SAMPLES = 65_536
"""A long head is brought into frequency anew for each chunk, so chunks are long."""
_LONG_SHARED_CELLS = 128
"""For the same reason a run over a few samples costs as much as 300 single windows."""


class Seq2Point(Disaggregator):
    """Convolutions, then a dense layer and two outputs, all sliding."""

    def __init__(self, config: Seq2PointConfig) -> None:
        super().__init__()
        self.input_window_size = config.window
        self.output_count = config.outputs
        layers: list[nn.Module] = []
        channels = 1
        for filters, kernel, dilation in zip(
            config.filters, config.kernels, config.dilations, strict=True
        ):
            layers += [
                nn.Conv2d(channels, filters, (1, kernel), dilation=(1, dilation)),
                nn.ReLU(inplace=True),
            ]
            channels = filters
        body: Any = nn.Sequential(*layers)  # the stubs of `to` know no memory format
        self.body: nn.Sequential = body.to(memory_format=torch.channels_last)
        self.hidden = nn.Sequential(
            WideDense(channels, config.hidden_units, config.head_kernel),
            nn.ReLU(),
            nn.Dropout(config.dropout),
        )
        self.output = nn.Conv1d(config.hidden_units, 2 * config.outputs, 1)
        if config.head_kernel >= SHORTEST_KERNEL:
            self.chunk_samples = _LONG_CHUNK_SAMPLES
            self.shared_cells = _LONG_SHARED_CELLS

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logit (B, 2 A, L - W + 1)."""
        features = self.body(mains.unsqueeze(2)).squeeze(2)  # (B, filters[-1], L - W + head_kernel)
        if self._is_long(features):
            return slide_dense(features, cast("WideDense", self.hidden[0]), self.output)
        hidden = self.hidden(features)  # (B, hidden_units, L - W + 1)
        outputs: Tensor = self.output(hidden)  # (B, 2 A, L - W + 1)
        return outputs

    def _is_long(self, features: Tensor) -> bool:
        """Tells whether the head slides over one interval, to be evaluated and not learnt from."""
        taps = cast("WideDense", self.hidden[0]).kernel_size[0]
        slides = features.shape[0] == 1 and features.shape[-1] >= 2 * taps >= 2 * SHORTEST_KERNEL
        return slides and not torch.is_grad_enabled()


@register("cnn")
def build_cnn(params: Mapping[str, Any]) -> Seq2Point:
    """Builds a `Seq2Point` from the fields of `Seq2PointConfig`."""
    return Seq2Point(config_of(Seq2PointConfig, params))
