"""All appliances from one body: what one of them explains need not be another.

The body is that of `cnn_transformer` over house-independent features of the mains; each appliance
has a head of its own. Registry entries of one set of weights name the head that is theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nilm_models.architectures import Disaggregator, config_of, register
from nilm_models.layers.attention import transformer_layers
from nilm_models.layers.convolution import embedding
from nilm_models.layers.features import MainsFeatures


@dataclass(frozen=True, slots=True)
class MultiHeadTransformerConfig:
    """The shape of a `MultiHeadTransformer`.

    Raises:
        ValueError: A number is out of range.
    """

    outputs: int = 4
    """Appliances, each with a head."""
    d_model: int = 64
    """Channels; a multiple of `heads`."""
    heads: int = 4
    """Attention heads."""
    layers: int = 2
    """Attention layers."""
    reach: int = 60
    """Samples that one attention layer sees on each side."""
    dilations: tuple[int, ...] = (1, 2, 4, 8)
    """Step between the taps of each block of convolutions before attention."""
    base_reaches: tuple[int, ...] = (15, 60)
    """Distances of `MainsFeatures`, samples."""
    dropout: float = 0.1
    """Share of values dropped in training, 0 to below 1."""

    def __post_init__(self) -> None:
        numbers = (self.outputs, self.d_model, self.heads, self.layers, self.reach)
        if min(*numbers, *self.dilations) < 1 or not self.dilations:
            raise ValueError("outputs, d_model, heads, layers, reach, dilations must be positive")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError("dropout must be at least 0 and below 1")


class MultiHeadTransformer(Disaggregator):
    """One body, one head for each appliance."""

    shared_cells = 2

    def __init__(self, config: MultiHeadTransformerConfig) -> None:
        super().__init__()
        self.output_count = config.outputs
        self.features = MainsFeatures(config.base_reaches)
        self.embedding, reach = embedding(
            self.features.channels, config.d_model, config.dilations, config.dropout
        )
        self.layers = transformer_layers(
            config.d_model, config.heads, config.reach, config.dropout, config.layers
        )
        self.output = nn.ModuleList(_head(config.d_model) for _ in range(config.outputs))
        reach += self.features.reach + config.layers * config.reach
        self.input_window_size = 2 * reach + 1

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logits (B, 2 A, L - W + 1)."""
        samples = self.embedding(self.features(mains)).transpose(1, 2)
        body = self.layers(samples)  # (B, L - W + 1, d_model)
        return torch.cat([head(body) for head in self.output], dim=2).transpose(1, 2)


def _head(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2)
    )


@register("multi_head_transformer")
def build_multi_head_transformer(params: Mapping[str, Any]) -> MultiHeadTransformer:
    """Builds a `MultiHeadTransformer` from the fields of `MultiHeadTransformerConfig`."""
    return MultiHeadTransformer(config_of(MultiHeadTransformerConfig, params))
