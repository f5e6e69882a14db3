"""Convolutions see the edges of the mains, attention what belongs together further apart.

After Sykiotis, Kaselimi, Doulamis, Doulamis: ELECTRIcity, Sensors 22(8):2926 (2022), and Yue,
Witzig, Jorde, Jacobsen: BERT4NILM, 2020. Unlike theirs, attention reaches a fixed distance from
each sample and knows distances alone, not places in a window, so the network slides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from nilm_models.architectures import Disaggregator, config_of, register
from nilm_models.layers.attention import transformer_layers
from nilm_models.layers.convolution import embedding


@dataclass(frozen=True, slots=True)
class CnnTransformerConfig:
    """The shape of a `CnnTransformer`.

    Raises:
        ValueError: A number is out of range.
    """

    d_model: int = 64
    """Channels; a multiple of `heads`."""
    heads: int = 4
    """Attention heads."""
    layers: int = 2
    """Attention layers."""
    reach: int = 60
    """Samples that one attention layer sees on each side."""
    dilations: tuple[int, ...] = (1, 2, 4)
    """Step between the taps of each block of convolutions before attention."""
    dropout: float = 0.1
    """Share of values dropped in training, 0 to below 1."""
    outputs: int = 1
    """Appliances."""

    def __post_init__(self) -> None:
        numbers = (self.outputs, self.d_model, self.heads, self.layers, self.reach)
        if min(*numbers, *self.dilations) < 1 or not self.dilations:
            raise ValueError("outputs, d_model, heads, layers, reach, dilations must be positive")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError("dropout must be at least 0 and below 1")


class CnnTransformer(Disaggregator):
    """Blocks of convolutions, attention layers, and one output for each of power and state."""

    shared_cells = 2

    def __init__(self, config: CnnTransformerConfig) -> None:
        super().__init__()
        self.output_count = config.outputs
        self.embedding, reach = embedding(1, config.d_model, config.dilations, config.dropout)
        self.layers = transformer_layers(
            config.d_model, config.heads, config.reach, config.dropout, config.layers
        )
        self.output = nn.Sequential(
            nn.LayerNorm(config.d_model), nn.Linear(config.d_model, 2 * config.outputs)
        )
        self.input_window_size = 2 * (reach + config.layers * config.reach) + 1

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logit (B, 2 A, L - W + 1)."""
        samples = self.embedding(mains).transpose(1, 2)  # (B, L - 2 reach, d_model)
        outputs: Tensor = self.output(self.layers(samples)).transpose(1, 2)
        return outputs


@register("cnn_transformer")
def build_cnn_transformer(params: Mapping[str, Any]) -> CnnTransformer:
    """Builds a `CnnTransformer` from the fields of `CnnTransformerConfig`."""
    return CnnTransformer(config_of(CnnTransformerConfig, params))
