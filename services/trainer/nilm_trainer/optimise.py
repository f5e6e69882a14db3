"""One network's optimisation: loss, learning rate, averaged weights and their saved state."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nilm_models.architectures import ON_CHANNEL, POWER_CHANNEL, Disaggregator
from nilm_trainer.config import Optimiser
from nilm_trainer.parallel import Workers, chosen_device
from nilm_trainer.segments import Batch

_WARM_UP_STEPS = 50
_LARGEST_GRADIENT = 1.0
_POWER_BETA = 0.25
"""Errors below this part of the scale count squared, larger ones as they are."""
_ALONE = Workers()


@dataclass(frozen=True, slots=True)
class Truth:
    """What a batch's outputs should be, on the optimiser's device."""

    power_w: Tensor
    """True power, W, (B, A, T)."""
    weight: Tensor
    """Weight of each output, (B, A, T); 0 where it does not count."""
    programme: Tensor
    """Whether a programme of an appliance runs, (B, A, T)."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What the loss asks for."""

    thresholds_w: Tensor
    """Each appliance is on above this, W, (A, 1)."""
    power_scales_w: Tensor
    """Unit of each power output, W, (A, 1)."""
    programmes: tuple[int, ...] = ()
    """Appliances whose programmes are asked for, in the order of the outputs after the A."""


def loss_of(outputs: Tensor, truth: Truth, targets: Targets, optimiser: Optimiser) -> Tensor:
    """Returns the losses of state and programme plus the weighted one of power, per appliance.

    Power is asked for only where the appliance is on: what is reported is power given that it is
    on, gated by the state, so the many idle minutes cannot pull it down.

    Args:
        outputs: The network's answer, (B, 2 (A + P), T), programmes last.
        truth: What it should be.
        targets: What is asked for.
        optimiser: Weights of the parts.
    """
    weight, count = truth.weight, truth.power_w.shape[1]
    on = truth.power_w > targets.thresholds_w
    both = outputs.view(outputs.shape[0], -1, 2, outputs.shape[2])  # (B, A + P, 2, T)
    answers, programmes = both[:, :count], both[:, count:]
    state = functional.binary_cross_entropy_with_logits(
        answers[:, :, ON_CHANNEL], on.float(), reduction="none"
    )
    state_weight = weight * torch.where(on, optimiser.on_weight, 1.0)
    gap = functional.smooth_l1_loss(
        answers[:, :, POWER_CHANNEL],
        truth.power_w / targets.power_scales_w,
        reduction="none",
        beta=_POWER_BETA,
    )
    asked = list(targets.programmes)
    running = functional.binary_cross_entropy_with_logits(
        programmes[:, :, ON_CHANNEL], truth.programme[:, asked].float(), reduction="none"
    )
    loss = _weighted_mean(state, state_weight).sum()
    loss = loss + optimiser.power_weight * _weighted_mean(gap, weight * on).sum()
    loss = loss + _weighted_mean(running, weight[:, asked]).sum()
    return loss / count


class Optimisation:
    """A network on its way: weights, averaged weights, AdamW and the step count."""

    def __init__(
        self,
        network: Disaggregator,
        optimiser: Optimiser,
        *,
        thresholds_w: Sequence[float],
        power_scales_w: Sequence[float],
        programmes: Sequence[int] = (),
        workers: Workers = _ALONE,
    ) -> None:
        self._settings = optimiser
        self._workers = workers
        self._device = chosen_device(optimiser.device)
        self._is_bfloat16 = self._device.type == "cuda" and torch.cuda.is_bf16_supported(
            including_emulation=False
        )
        self._targets = Targets(
            torch.tensor(thresholds_w, device=self._device)[:, None],
            torch.tensor(power_scales_w, device=self._device)[:, None],
            tuple(programmes),
        )
        self._total_steps = optimiser.epochs * optimiser.steps_per_epoch
        self.network = network.to(self._device)
        self.averaged = copy.deepcopy(network).eval().requires_grad_(False)
        self.adam = torch.optim.AdamW(
            network.parameters(), lr=optimiser.learning_rate, weight_decay=optimiser.weight_decay
        )
        self.step_count = 0

    def step(self, batch: Batch) -> float:
        """Takes one step on a batch and returns its loss."""
        for group in self.adam.param_groups:
            group["lr"] = self._learning_rate()
        self.network.train()
        mains, *truth = (
            torch.from_numpy(each).to(self._device)
            for each in (batch.mains, batch.power_w, batch.weight, batch.programme)
        )
        with torch.autocast("cuda", torch.bfloat16, enabled=self._is_bfloat16):
            outputs = self.network(mains)
        loss = loss_of(outputs.float(), Truth(*truth), self._targets, self._settings)
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._workers.average_gradients(self.network)
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        self.adam.step()
        self.step_count += 1
        self._average()
        return float(loss.detach())

    def averaged_on_cpu(self) -> Disaggregator:
        """Returns the averaged network where it is judged and kept."""
        return self.averaged if self._device.type == "cpu" else copy.deepcopy(self.averaged).cpu()

    def state_tensors(self) -> dict[str, Tensor]:
        """Returns everything that a resumed run needs, as named tensors."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        tensors |= {f"averaged.{name}": value for name, value in self.averaged.state_dict().items()}
        for index, slots in self.adam.state_dict()["state"].items():
            tensors |= {f"adam.{index}.{name}": value for name, value in slots.items()}
        return tensors

    def load_state_tensors(self, tensors: dict[str, Tensor], step_count: int) -> None:
        """Takes back what `state_tensors` gave."""
        self.network.load_state_dict(_under("network.", tensors))
        self.averaged.load_state_dict(_under("averaged.", tensors))
        slots: dict[int, dict[str, Tensor]] = {}
        for name, value in _under("adam.", tensors).items():
            index, _, slot = name.partition(".")
            slots.setdefault(int(index), {})[slot] = value
        state = self.adam.state_dict()
        self.adam.load_state_dict({"state": slots, "param_groups": state["param_groups"]})
        self.step_count = step_count

    def _learning_rate(self) -> float:
        """Rises linearly at first, then falls to zero along a cosine."""
        warm_up = min(1.0, (self.step_count + 1) / _WARM_UP_STEPS)
        progress = min(1.0, self.step_count / self._total_steps)
        return self._settings.learning_rate * warm_up * 0.5 * (1.0 + math.cos(math.pi * progress))

    def _average(self) -> None:
        """Moves the averaged weights towards the present ones, faster at the start."""
        decay = min(self._settings.average_decay, self.step_count / (self.step_count + 10.0))
        pairs = zip(self.averaged.parameters(), self.network.parameters(), strict=True)
        with torch.no_grad():
            for averaged, present in pairs:
                averaged.lerp_(present, 1.0 - decay)


def prepare_torch(optimiser: Optimiser) -> None:
    """Sets torch's thread count, and makes it give the same numbers again on a CPU."""
    if chosen_device(optimiser.device).type == "cpu":
        torch.use_deterministic_algorithms(mode=True)
    torch.set_num_threads(optimiser.threads)


def epoch_generator(seed: int, rank: int, epoch: int) -> np.random.Generator:
    """Seeds torch for an epoch and returns the generator that draws its batches.

    Each process of a run and each epoch has its own, so a run that was killed goes on with the
    very batches that it would have had.
    """
    generator = np.random.default_rng((seed, rank, epoch))
    torch.manual_seed(int(generator.integers(2**62)))
    return generator


def _weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Returns the weighted mean of each appliance of (B, A, T), 0 where nothing has weight."""
    return (values * weight).sum((0, 2)) / weight.sum((0, 2)).clamp(min=1.0)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
