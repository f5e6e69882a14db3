"""Dense layers of a million weights or more, in the form in which they serve.

Smaller layers spend on the change of form what they save in the product.
"""

from typing import Literal

from torch import nn

from nilm_models.layers.wide_dense import Int8WideDense, PackedWideDense, WideDense

Precision = Literal["float32", "int8"]
"""What single windows are evaluated with; intervals are evaluated with float32 always."""

FEWEST_WEIGHTS = 1_000_000


def quantise(network: nn.Module) -> int:
    """Brings each wide dense layer of a network to 8 bits, and returns how many there were."""
    return _exchange(network, Int8WideDense)


def pack(network: nn.Module) -> int:
    """Packs each wide dense layer of a network for single windows, and returns how many it packed.

    Where torch has no oneDNN there is nothing to pack for.
    """
    return _exchange(network, PackedWideDense) if PackedWideDense.is_to_be_had() else 0


def _exchange(network: nn.Module, form: type[Int8WideDense | PackedWideDense]) -> int:
    exchanged = 0
    for name, layer in list(network.named_children()):
        if isinstance(layer, WideDense) and layer.weight.numel() >= FEWEST_WEIGHTS:
            setattr(network, name, form(layer))
            exchanged += 1
        else:
            exchanged += _exchange(layer, form)
    return exchanged
