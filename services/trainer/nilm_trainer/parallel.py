"""Data-parallel training under `torchrun`: each process draws its own batches.

Gradients are averaged over the processes before each step, so all keep the same weights. Only the
first one writes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn


@dataclass(frozen=True, slots=True)
class Workers:
    """The processes of a run."""

    count: int = 1
    """How many there are."""
    rank: int = 0
    """Which of them this is, from 0."""

    @property
    def is_first(self) -> bool:
        """Whether this one writes checkpoints, curves and the model."""
        return self.rank == 0

    def average_gradients(self, network: nn.Module) -> None:
        """Replaces each gradient by its mean over the processes."""
        if self.count == 1:
            return
        gradients = [each.grad for each in network.parameters() if each.grad is not None]
        flat = torch.cat([each.flatten() for each in gradients])
        distributed.all_reduce(flat)
        flat /= self.count
        parts = torch.split(flat, [each.numel() for each in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, value: float) -> float:
        """Returns the first process's value to all."""
        if self.count == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        if distributed.get_backend() == "nccl":
            shared = shared.cuda()
        distributed.broadcast(shared, src=0)
        return float(shared[0])


@contextmanager
def workers() -> Iterator[Workers]:
    """Joins the processes that `torchrun` started, or is one alone."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Workers()
        return
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    distributed.init_process_group(backend)
    try:
        yield Workers(count, distributed.get_rank())
    finally:
        distributed.destroy_process_group()


def chosen_device(setting: str) -> torch.device:
    """Returns the device of a config's `device`; each process of a run has a GPU of its own."""
    if setting == "cpu" or (setting == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
