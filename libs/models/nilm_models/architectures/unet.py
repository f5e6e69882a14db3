"""U-Net without subsampling: coarse and fine views of the mains, joined again from coarse to fine.

Ronneberger, Fischer, Brox: U-Net, MICCAI 2015; for NILM: Faustine, Pereira, Bousbiat, Kulkarni:
UNet-NILM, 2020. Where those halve the samples from level to level, here the taps move apart by
twice as much (the `algorithme a trous` of wavelets), so the network slides and each sample gets
the same answer wherever its window begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nilm_models.architectures import Disaggregator, config_of, register
from nilm_models.layers.convolution import ConvolutionBlock, crop


@dataclass(frozen=True, slots=True)
class UNetConfig:
    """The shape of a `UNet`.

    Raises:
        ValueError: A number is out of range.
    """

    levels: int = 6
    """Views; the taps of level k stand 2**k samples apart."""
    filters: int = 32
    """Channels of every level."""
    dropout: float = 0.1
    """Share of values dropped in training, 0 to below 1."""
    outputs: int = 1
    """Appliances."""

    def __post_init__(self) -> None:
        if min(self.levels, self.filters, self.outputs) < 1:
            raise ValueError("levels, filters and outputs must be positive")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError("dropout must be at least 0 and below 1")


class UNet(Disaggregator):
    """Down through the levels, and up again with what each level saw.

    Args:
        config: The shape.
        channels: What it is given of each sample; 1 is the mains alone.
    """

    def __init__(self, config: UNetConfig, channels: int = 1) -> None:
        super().__init__()
        self.output_count = config.outputs
        self.down = nn.ModuleList()
        self.up = nn.ModuleList()
        reach = 0
        for level in range(config.levels):
            block = ConvolutionBlock(channels, config.filters, 2**level, config.dropout)
            self.down.append(block)
            channels = config.filters
            reach += block.reach
        for level in reversed(range(config.levels - 1)):
            block = ConvolutionBlock(2 * config.filters, config.filters, 2**level, config.dropout)
            self.up.append(block)
            reach += block.reach
        self.output = nn.Conv1d(config.filters, 2 * config.outputs, 1)
        self.input_window_size = 2 * reach + 1

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logit (B, 2 A, L - W + 1)."""
        features = mains
        seen: list[Tensor] = []
        for block in self.down:
            features = block(features)
            seen.append(features)
        seen.pop()
        for block in self.up:
            fine = crop(seen.pop(), features.shape[-1])
            features = block(torch.cat([features, fine], dim=1))
        outputs: Tensor = self.output(features)
        return outputs


@register("unet")
def build_unet(params: Mapping[str, Any]) -> UNet:
    """Builds a `UNet` from the fields of `UNetConfig`."""
    return UNet(config_of(UNetConfig, params))
