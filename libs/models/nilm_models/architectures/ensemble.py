"""Networks that learnt the same from different seeds; what they say is averaged.

Members err in different places, above all in a house that none of them has heard, so their mean
errs less than each (Hansen, Salamon: Neural network ensembles, IEEE PAMI 12(10), 1990).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from nilm_models.architectures import Disaggregator, build_architecture, config_of, register


@dataclass(frozen=True, slots=True)
class EnsembleConfig:
    """The shape of an `Ensemble`.

    Raises:
        ValueError: It has no member, or one that is an ensemble itself.
    """

    architecture: str = "height_unet"
    """Registered name of the members' architecture."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Fields of its config; `outputs` stands beside them."""
    members: int = 3
    """Networks."""
    outputs: int = 1
    """Appliances."""

    def __post_init__(self) -> None:
        if self.members < 1:
            raise ValueError("members must be positive")
        if self.architecture == "ensemble":
            raise ValueError("architecture must not be an ensemble itself")


class Ensemble(Disaggregator):
    """Answers the mean of its members' powers and on-logits."""

    def __init__(self, config: EnsembleConfig) -> None:
        super().__init__()
        params = {**config.params, "outputs": config.outputs}
        members = [build_architecture(config.architecture, params) for _ in range(config.members)]
        self.members = nn.ModuleList(members)
        self.output_count = config.outputs
        self.input_window_size = members[0].input_window_size
        self.chunk_samples = members[0].chunk_samples

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logits (B, 2 A, L - W + 1)."""
        return torch.stack([member(mains) for member in self.members]).mean(dim=0)


@register("ensemble")
def build_ensemble(params: Mapping[str, Any]) -> Ensemble:
    """Builds an `Ensemble` from the fields of `EnsembleConfig`."""
    return Ensemble(config_of(EnsembleConfig, params))
