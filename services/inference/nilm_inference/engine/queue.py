"""What waits for a batch: grouped by network, bounded, and left without a search."""

import asyncio
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from nilm_inference.domain.series import Float32Array
from nilm_models.architectures import Disaggregator
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate
from nilm_models.entry import Preprocessing

Network = tuple[Disaggregator, Preprocessing]
"""What models have in common that are answered by one run."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Windows of one caller that are answered in one batch."""

    models: tuple[LoadedModel, ...]
    """Models of one network, each of which is asked."""
    windows_w: Float32Array
    """Mains, W, shape (B, window); NaN is missing."""
    answer: asyncio.Future[list[Estimate]]
    """One estimate a model, of shape (B,)."""
    order: int
    """Grows with each that came."""

    @property
    def network(self) -> Network:
        """Returns what it shares a batch by."""
        return self.models[0].network, self.models[0].entry.preprocessing


@dataclass(slots=True)
class _Group:
    """Those of one network, oldest first."""

    members: OrderedDict[Waiting, None] = field(default_factory=OrderedDict)
    window_count: int = 0

    @property
    def oldest(self) -> int:
        return next(iter(self.members)).order


class BatchQueue:
    """Callers in the order in which they came; the oldest decides whose batch is next.

    Adding, leaving and taking cost the same however many wait. Callers add and leave on the event
    loop, batches are taken in torch's thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[Network, _Group] = {}
        self.window_count = 0
        """Windows that wait."""

    def add(self, waiting: Waiting) -> None:
        """Puts a caller at the end."""
        with self._lock:
            group = self._groups.setdefault(waiting.network, _Group())
            group.members[waiting] = None
            self._count(group, waiting, 1)

    def discard(self, waiting: Waiting) -> None:
        """Removes a caller, if he still waits."""
        with self._lock:
            group = self._groups.get(waiting.network)
            if group is not None and waiting in group.members:
                del group.members[waiting]
                self._count(group, waiting, -1)
                self._drop_if_empty(waiting.network, group)

    def take(self, max_windows: int) -> list[Waiting]:
        """Removes the oldest caller and those behind him that share his network.

        As many as fit into `max_windows`, and at least one.
        """
        with self._lock:
            if not self._groups:
                return []
            network, group = min(self._groups.items(), key=lambda item: item[1].oldest)
            batch: list[Waiting] = []
            room = max_windows
            while group.members:
                waiting = next(iter(group.members))
                size = len(waiting.windows_w)
                if batch and size > room:
                    break
                del group.members[waiting]
                self._count(group, waiting, -1)
                batch.append(waiting)
                room -= size
            self._drop_if_empty(network, group)
            return batch

    def ahead_of(self, newcomer: Network) -> list[tuple[Network, int]]:
        """Returns each other network whose next batch is before a newcomer's, and its windows."""
        with self._lock:
            own = self._groups.get(newcomer)
            return [
                (network, group.window_count)
                for network, group in self._groups.items()
                if network != newcomer and (own is None or group.oldest < own.oldest)
            ]

    def waiting_of(self, network: Network) -> int:
        """Returns how many windows wait for a network."""
        with self._lock:
            group = self._groups.get(network)
            return 0 if group is None else group.window_count

    def clear(self) -> None:
        """Removes all."""
        with self._lock:
            self._groups.clear()
            self.window_count = 0

    def _count(self, group: _Group, waiting: Waiting, sign: int) -> None:
        size = sign * len(waiting.windows_w)
        group.window_count += size
        self.window_count += size

    def _drop_if_empty(self, network: Network, group: _Group) -> None:
        if not group.members:  # a network that is no longer served is not held in memory
            del self._groups[network]
