"""What of the mains is the same in every house: steps and heights above the base, not levels."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from nilm_models.layers.convolution import crop


class MainsFeatures(nn.Module):
    """The mains, its steps, and its height above the least value nearby.

    What else runs in a house lifts all levels; the height above the least value around a sample
    leaves most of that out, at each of some distances.

    Args:
        reaches: Samples on each side within which the least value is looked for.
    """

    def __init__(self, reaches: Sequence[int]) -> None:
        super().__init__()
        if not reaches or min(reaches) < 1:
            raise ValueError("base_reaches must be one or more positive numbers")
        self._reaches = tuple(reaches)
        self.reach = max(reaches)
        self.channels = 2 + len(self._reaches)

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to (B, channels, L - 2 max(reaches))."""
        length = mains.shape[-1] - 2 * self.reach
        inner = crop(mains, length)
        steps = inner - mains[..., self.reach - 1 : self.reach - 1 + length]
        heights = [inner - crop(_least(mains, reach), length) for reach in self._reaches]
        return torch.cat([inner, steps, *heights], dim=1)


def _least(mains: Tensor, reach: int) -> Tensor:
    """Returns the least value within reach of each sample, (B, 1, L - 2 reach)."""
    return -functional.max_pool1d(-mains, 2 * reach + 1, stride=1)
