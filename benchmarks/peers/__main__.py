"""One classic Seq2Point served by this project and by other model servers, side by side.

    python -m benchmarks.peers --setup          # once: their environments, some GB, by pip
    python -m benchmarks.peers                  # about eight minutes; writes results/peers.json

Triton, TorchServe (which needs Java 17), BentoML and a plain FastAPI endpoint answer with the same
random weights, in environments of their own below `build/peers`. Torch has the same threads in
each, and no run of the network takes more than 64 windows. Each round starts every server anew,
compares its answers with torch's to 1e-4, and measures it at each load; figures are medians over
the rounds. `ours` is the Open Inference Protocol, which like the peers keeps nothing; `ours, Infer`
authenticates each call and answers when the prediction is durable.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

import torch

from benchmarks.peers.bentoml import BentoMl
from benchmarks.peers.environment import is_set_up, set_up
from benchmarks.peers.fastapi import FastApi
from benchmarks.peers.load import LoadGenerator
from benchmarks.peers.network import save_weights
from benchmarks.peers.ours import Ours
from benchmarks.peers.peer import Peer
from benchmarks.peers.result import result_of
from benchmarks.peers.rounds import Rounds
from benchmarks.peers.torchserve import TorchServe
from benchmarks.peers.triton import Triton
from nilm_inference.engine.threads import torch_threads

PEERS: tuple[Peer, ...] = (Ours(), Triton(), TorchServe(), BentoMl(), FastApi())
RESULT = Path(__file__).parents[1] / "results" / "peers.json"


def main() -> None:
    """Sets up, or measures and writes the result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [peer.name for peer in PEERS]
    parser.add_argument("--setup", action="store_true", help="make the environments, no more")
    parser.add_argument("--seconds", type=float, default=3.0, help="measured at each load")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each server")
    parser.add_argument("--servers", nargs="+", default=names, choices=names)
    parser.add_argument("--output", type=Path, default=RESULT, help="file of the result")
    arguments = parser.parse_args()
    peers = [peer for peer in PEERS if peer.name in arguments.servers]
    if arguments.setup:
        _set_up_all(peers)
    else:
        result = asyncio.run(_measure(peers, arguments.seconds, arguments.rounds))
        arguments.output.write_text(json.dumps(result, indent=2) + "\n")
        for line in result["detail"]["behind"]:
            print(f"behind at {line}")


def _set_up_all(peers: Sequence[Peer]) -> None:
    for peer in peers:
        print(f"{peer.name} ...", flush=True)
        set_up(peer)


async def _measure(peers: Sequence[Peer], seconds: float, rounds: int) -> dict[str, Any]:
    threads = torch_threads()
    torch.set_num_threads(threads)
    load = LoadGenerator()
    try:
        with tempfile.TemporaryDirectory() as folder:
            save_weights(Path(folder) / "seq2point.pt")
            measured = Rounds(Path(folder), threads, seconds)
            for peer in peers:
                if not is_set_up(peer):
                    measured.figures.unavailable[peer.name] = "not set up: --setup does that"
            for _ in range(rounds):
                await measured.measure(peers, load)
    finally:
        load.close()
    return result_of(measured.figures, threads=threads, seconds=seconds, rounds=rounds)


if __name__ == "__main__":
    main()
