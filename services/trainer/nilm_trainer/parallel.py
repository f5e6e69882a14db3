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

from nilm_core.errors import FailedPreconditionError

_CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Workers:
    """The processes of a run."""

    count: int = 1
    """How many there are."""
    rank: int = 0
    """Which of them this is, from 0."""
    device: torch.device = _CPU
    """Where the network of this one is."""

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
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, src=0)
        return float(shared[0])


@contextmanager
def workers(device: torch.device) -> Iterator[Workers]:
    """Joins the processes that `torchrun` started, or is one alone; `device` is this one's."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Workers(device=device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Workers(count, distributed.get_rank(), device)
    finally:
        distributed.destroy_process_group()


def chosen_device(setting: str) -> torch.device:
    """Returns the device of a config's `device`; each process of a run has a GPU of its own.

    Raises:
        FailedPreconditionError: There is no GPU for this process.
    """
    if setting == "cpu" or (setting == "auto" and not torch.cuda.is_available()):
        return _CPU
    index = int(os.environ.get("LOCAL_RANK", "0"))
    if index >= torch.cuda.device_count():
        raise FailedPreconditionError(
            f"optimiser.device: process {index} has no GPU of its own, there are "
            f"{torch.cuda.device_count()}; start no more processes than GPUs, or set it to cpu"
        )
    return torch.device("cuda", index)
