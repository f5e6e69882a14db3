"""Rounds: in each, every server is started anew, checked and measured in turn."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.peers.environment import last_printed
from benchmarks.peers.load import Load, LoadGenerator, Sample
from benchmarks.peers.network import Float32Array, evaluate, random_network, some_windows
from benchmarks.peers.peer import Endpoint, Peer, Workplace
from benchmarks.support.bare_torch import bare

LOADS = (Load(1, 1), Load(1, 128), Load(32, 1), Load(64, 1), Load(128, 1))
"""One caller comes before many: what a server learns of a crowd it must not hold against him."""
ALONE_BATCHES = (1, 64)
TOLERANCE = 1e-4

_READY_TIMEOUT_S = 120.0
_ALONE_S = 1.5
_WARM_UP_S = 1.0


@dataclass
class Figures:
    """What was measured, by name of the server and by load; one element a round."""

    alone_per_s: dict[int, list[float]] = field(default_factory=dict)
    """Windows/s of torch alone, by batch."""
    samples: dict[tuple[str, Load], list[Sample]] = field(default_factory=dict)
    servers: dict[str, Peer] = field(default_factory=dict)
    """The peer of each server, in the order in which they came."""
    unavailable: dict[str, str] = field(default_factory=dict)
    """Why a peer could not be measured."""


class Rounds:
    """Measures peers with the same network, threads and load."""

    def __init__(self, folder: Path, threads: int, seconds: float) -> None:
        self._folder = folder
        self._weights = folder / "seq2point.pt"
        self._threads = threads
        self._seconds = seconds
        self._network = random_network()
        self._windows_w = some_windows(self._network, max(load.batch for load in LOADS))
        self.figures = Figures()

    async def measure(self, peers: Sequence[Peer], load: LoadGenerator) -> None:
        """Measures all peers once; one that fails is told of and left out from then on."""
        self._measure_alone()
        for peer in peers:
            if peer.name in self.figures.unavailable:
                continue
            try:
                await self._measure_peer(peer, load)
            except Exception as error:  # noqa: BLE001 the others are worth measuring all the same
                self.figures.unavailable[peer.name] = f"{type(error).__name__}: {error}"
                print(f"{peer.name}: {error}", flush=True)

    def _measure_alone(self) -> None:
        network = bare(self._network)
        for batch in ALONE_BATCHES:
            windows_w = self._windows_w[:batch]
            evaluate(network, windows_w)
            runs, started = 0, time.perf_counter()
            while (elapsed := time.perf_counter() - started) < _ALONE_S:
                evaluate(network, windows_w)
                runs += 1
            rates = self.figures.alone_per_s.setdefault(batch, [])
            rates.append(runs * batch / elapsed)
            print(f"torch alone, batch {batch}: {rates[-1]:.1f} windows/s", flush=True)

    async def _measure_peer(self, peer: Peer, load: LoadGenerator) -> None:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self._folder)))
            workplace = Workplace(folder, self._weights, self._threads)
            endpoints = await stack.enter_async_context(peer.serving(workplace))
            for endpoint in endpoints:
                await self._check(endpoint, workplace, load)
                self.figures.servers[endpoint.server] = peer
            for each in LOADS:
                for endpoint in endpoints:
                    if endpoint.longest_batch is None or each.batch <= endpoint.longest_batch:
                        await self._measure_endpoint(endpoint, each, load)

    async def _check(self, endpoint: Endpoint, workplace: Workplace, load: LoadGenerator) -> None:
        """Waits until a server answers, and compares what it says with what torch says.

        Raises:
            RuntimeError: It does not answer, or otherwise than torch.
        """
        windows_w = self._windows_w[: endpoint.longest_batch]
        until = time.perf_counter() + _READY_TIMEOUT_S
        while (answers := await load.answers(endpoint.client, windows_w)) is None:
            if time.perf_counter() > until:
                printed = last_printed(workplace)
                raise RuntimeError(f"does not answer after {_READY_TIMEOUT_S:.0f} s: {printed}")
        expected = endpoint.expected(windows_w, evaluate(self._network, windows_w))
        difference = _greatest_difference(answers, expected)
        if difference > TOLERANCE:
            raise RuntimeError(f"{endpoint.server} differs from torch by {difference:.2e}")

    async def _measure_endpoint(
        self, endpoint: Endpoint, load: Load, generator: LoadGenerator
    ) -> None:
        sample = await generator.measure(
            endpoint.client, self._windows_w, load, _WARM_UP_S, self._seconds
        )
        self.figures.samples.setdefault((endpoint.server, load), []).append(sample)
        print(
            f"{endpoint.server}, {load.callers} callers of {load.batch}: "
            f"{sample.windows_per_s:.1f} windows/s, p50 {sample.p50_ms:.1f} ms, "
            f"p99 {sample.p99_ms:.1f} ms, {sample.failed_calls} failed",
            flush=True,
        )


def _greatest_difference(answers: Float32Array, expected: Float32Array) -> float:
    """Returns the greatest difference as a share of the column's full scale, at least of 1."""
    scale = np.maximum(np.abs(expected).max(axis=0), 1.0)
    return float((np.abs(answers - expected) / scale).max())


def median_of(samples: Sequence[Sample]) -> Sample:
    """Returns the median of each figure over the rounds, and the sum of the calls."""
    return Sample(
        windows_per_s=statistics.median(each.windows_per_s for each in samples),
        p50_ms=statistics.median(each.p50_ms for each in samples),
        p99_ms=statistics.median(each.p99_ms for each in samples),
        calls=sum(each.calls for each in samples),
        failed_calls=sum(each.failed_calls for each in samples),
    )
