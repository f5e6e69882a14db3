"""Networks that count in 8 bits where that pays: in dense layers of a million weights or more.

Smaller layers spend on the change of numbers what they save in the product.
"""

from typing import Literal

from torch import nn

from nilm_models.layers.wide_dense import Int8WideDense, WideDense

Precision = Literal["float32", "int8"]
"""What single windows are evaluated with; intervals are evaluated with float32 always."""

FEWEST_WEIGHTS = 1_000_000


def quantise(network: nn.Module) -> int:
    """Exchanges each wide dense layer of a network in place, and returns how many there were."""
    exchanged = 0
    for name, layer in list(network.named_children()):
        if isinstance(layer, WideDense) and layer.weight.numel() >= FEWEST_WEIGHTS:
            setattr(network, name, Int8WideDense(layer))
            exchanged += 1
        else:
            exchanged += quantise(layer)
    return exchanged
