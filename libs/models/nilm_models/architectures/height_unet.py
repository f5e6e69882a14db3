"""U-Net on heights: it sees how far the mains stands above what else runs, and how it steps.

An idea of this project. Houses differ in what is always on and in what runs beside an appliance,
and a network that is given the mains alone learns the levels of the houses that it was trained on.
Here the body of `unet` is given, beside the mains, its steps and its heights above the least value
within some distances, which are the same wherever the base load stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from nilm_models.architectures import config_of, register
from nilm_models.architectures.unet import UNet, UNetConfig
from nilm_models.layers.features import MainsFeatures


@dataclass(frozen=True, slots=True)
class HeightUNetConfig(UNetConfig):
    """The shape of a `HeightUNet`.

    Raises:
        ValueError: A number is out of range.
    """

    base_reaches: tuple[int, ...] = (15, 60)
    """Distances within which the least value is looked for, samples."""


class HeightUNet(UNet):
    """A `UNet` on `MainsFeatures`."""

    def __init__(self, config: HeightUNetConfig) -> None:
        features = MainsFeatures(config.base_reaches)
        super().__init__(config, features.channels)
        self.features = features
        self.input_window_size += 2 * features.reach

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logit (B, 2 A, L - W + 1)."""
        return super().forward(self.features(mains))


@register("height_unet")
def build_height_unet(params: Mapping[str, Any]) -> HeightUNet:
    """Builds a `HeightUNet` from the fields of `HeightUNetConfig`."""
    return HeightUNet(config_of(HeightUNetConfig, params))
