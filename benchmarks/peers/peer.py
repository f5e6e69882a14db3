"""What a server is to this benchmark."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.peers.clients import Client
from benchmarks.peers.network import Float32Array

MAX_BATCH = 64
"""Most windows that any server runs together."""


@dataclass(frozen=True)
class Workplace:
    """Where and with what a server runs."""

    folder: Path
    """An empty folder for its files."""
    weights: Path
    """State of the network."""
    threads: int
    """Of torch, the same for all."""


Expected = Callable[[Float32Array, Float32Array], Float32Array]
"""From windows, W, (B, window) and what torch says of them, normalised power and on-logit (B, 2),
to what the client has to decode, (B, 2)."""


def outputs_alone(_windows_w: Float32Array, outputs: Float32Array) -> Float32Array:
    """Expects the outputs as they are."""
    return outputs


@dataclass(frozen=True)
class Endpoint:
    """A way into a server, and a column of the result."""

    server: str
    client: Client
    expected: Expected = outputs_alone
    longest_batch: int | None = None
    """Most windows that a caller can ask about at once; None for any number."""


class Peer(Protocol):
    """One server, with an environment of its own."""

    @property
    def name(self) -> str:
        """The server's name."""
        ...

    @property
    def requirements(self) -> tuple[str, ...]:
        """What pip installs, each with its version; the server itself comes first."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """How it is set up, for who reads the result."""
        ...

    def serving(self, workplace: Workplace) -> AbstractAsyncContextManager[list[Endpoint]]:
        """Runs it, ready to answer, until the end of `with`."""
        ...
