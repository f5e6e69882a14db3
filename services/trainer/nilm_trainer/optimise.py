"""One network's optimisation: loss, learning rate, averaged weights and their saved state."""

import copy
import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nilm_models.architectures import ON_CHANNEL, POWER_CHANNEL, Disaggregator
from nilm_trainer.config import Optimiser
from nilm_trainer.segments import Batch

_WARM_UP_STEPS = 50
_LARGEST_GRADIENT = 1.0


def loss_of(
    outputs: Tensor,
    power_w: Tensor,
    weight: Tensor,
    *,
    threshold_w: float,
    power_scale_w: float,
    optimiser: Optimiser,
) -> Tensor:
    """Returns the state loss plus the weighted power loss.

    Power is asked for only where the appliance is on: what is reported is power given that it is
    on, gated by the state, so the many idle minutes cannot pull it down.

    Args:
        outputs: The network's answer, (B, 2, T).
        power_w: True power, W, (B, T).
        weight: Weight of each output, (B, T); 0 where it does not count.
        threshold_w: The appliance is on above this, W.
        power_scale_w: Unit of the power output, W.
        optimiser: Weights of the parts.
    """
    on = power_w > threshold_w
    state = functional.binary_cross_entropy_with_logits(
        outputs[:, ON_CHANNEL], on.float(), reduction="none"
    )
    state_weight = weight * torch.where(on, optimiser.on_weight, 1.0)
    gap = functional.smooth_l1_loss(
        outputs[:, POWER_CHANNEL], power_w / power_scale_w, reduction="none", beta=0.1
    )
    power_loss = _weighted_mean(gap, weight * on)
    return _weighted_mean(state, state_weight) + optimiser.power_weight * power_loss


class Optimisation:
    """A network on its way: weights, averaged weights, AdamW and the step count."""

    def __init__(
        self,
        network: Disaggregator,
        optimiser: Optimiser,
        *,
        threshold_w: float,
        power_scale_w: float,
    ) -> None:
        self._settings = optimiser
        self._threshold_w = threshold_w
        self._power_scale_w = power_scale_w
        self._total_steps = optimiser.epochs * optimiser.steps_per_epoch
        self.network = network
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
        loss = loss_of(
            self.network(torch.from_numpy(batch.mains)),
            torch.from_numpy(batch.power_w),
            torch.from_numpy(batch.weight),
            threshold_w=self._threshold_w,
            power_scale_w=self._power_scale_w,
            optimiser=self._settings,
        )
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        self.adam.step()
        self.step_count += 1
        self._average()
        return float(loss.detach())

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


def seed_torch(seed: int, threads: int) -> None:
    """Fixes torch's randomness and thread count for a run."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    torch.set_num_threads(threads)


def batch_generator(seed: int) -> np.random.Generator:
    """Returns the generator that draws the batches of a run."""
    return np.random.default_rng(seed)


def _weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Returns the weighted mean, 0 where nothing has weight."""
    return (values * weight).sum() / weight.sum().clamp(min=1.0)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
