"""Architectures by name: one file each, registered by a decorator.

Every architecture keeps one contract, whatever it does inside: `forward` takes normalised mains
(B, 1, L) with L >= W and answers (B, 2 A, L - W + 1), where W is `input_window_size` and A, the
`output_count`, is 1 unless one body serves several appliances. Output i speaks of input sample
i + W // 2: of the two channels of an appliance the first is its normalised power, the second the
logit of being on. What is answered for a sample depends on its window alone, so an interval is
evaluated with each layer run once.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from torch import Tensor, nn

from nilm_core.errors import FailedPreconditionError

POWER_CHANNEL = 0
ON_CHANNEL = 1


class Disaggregator(nn.Module, ABC):
    """A network that keeps this package's contract."""

    input_window_size: int
    """Samples that one output depends on; odd, so that there is a midpoint."""
    chunk_samples: int = 2_048
    """Outputs to compute at a time over a long interval: small enough for a processor's cache, far
    longer than a window."""
    output_count: int = 1
    """Appliances that it answers for, A."""
    shared_cells: int = 4
    """Most samples of an interval that cost no more as single windows of a batch that many share
    than in a run of their own, which computes a window beside them. As measured in batches of 32
    to 64: 4 to 16 for convolutions, 2 for attention."""

    @abstractmethod
    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logits (B, 2 A, L - W + 1)."""


Builder = Callable[[Mapping[str, Any]], Disaggregator]
_ConfigT = TypeVar("_ConfigT")
_BuilderT = TypeVar("_BuilderT", bound=Builder)
_BUILDERS: dict[str, Builder] = {}


def register(name: str) -> Callable[[_BuilderT], _BuilderT]:
    """Registers the decorated builder, which turns parameters into a network, under `name`."""

    def keep(builder: _BuilderT) -> _BuilderT:
        if name in _BUILDERS:
            raise ValueError(f"architecture {name!r} is registered twice")
        _BUILDERS[name] = builder
        return builder

    return keep


def config_of(config_class: Callable[..., _ConfigT], params: Mapping[str, Any]) -> _ConfigT:
    """Reads an architecture's config from a registry's or a file's plain values.

    Raises:
        TypeError: An unknown name.
        ValueError: As the config's class.
    """
    return config_class(**{k: tuple(v) if isinstance(v, list) else v for k, v in params.items()})


def architecture_names() -> tuple[str, ...]:
    """Returns the names of all architectures, sorted."""
    return tuple(sorted(_BUILDERS))


def build_architecture(name: str, params: Mapping[str, Any]) -> Disaggregator:
    """Builds a network with fresh weights.

    Args:
        name: A registered name, such as `cnn`.
        params: The fields of the architecture's config; what is left out takes its default.

    Raises:
        FailedPreconditionError: No such architecture, or parameters that it does not take.
    """
    builder = _BUILDERS.get(name)
    if builder is None:
        known = ", ".join(architecture_names())
        raise FailedPreconditionError(f"architecture: no {name!r}; known: {known}")
    try:
        return builder(params)
    except (TypeError, ValueError) as error:
        raise FailedPreconditionError(f"architecture_params of {name!r}: {error}") from error


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
