"""The network that all serve: the classic Seq2Point of 30 million weights, at random."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from nilm_models.architectures import Disaggregator, build_architecture

Float32Array = npt.NDArray[np.float32]

_SEED = 1
"""As in `support.inference_stack`: this project's own model has the same weights."""
_MEAN_W, _STD_W = 400.0, 800.0


def random_network() -> Disaggregator:
    """Returns the network in eval mode, the same on each call."""
    torch.manual_seed(_SEED)
    return build_architecture("cnn", {}).eval().requires_grad_(requires_grad=False)


def save_weights(path: Path) -> None:
    """Writes the state of the network, for the environments of the peers to load."""
    torch.save(random_network().state_dict(), path)


def some_windows(network: Disaggregator, count: int) -> Float32Array:
    """Returns mains power, W, shape (count, window)."""
    shape = (count, network.input_window_size)
    return np.random.default_rng(1).uniform(50.0, 3_000.0, shape).astype(np.float32)


def evaluate(network: nn.Module, windows_w: Float32Array) -> Float32Array:
    """Returns what torch says about windows: normalised power and on-logit, shape (B, 2)."""
    with torch.inference_mode():
        normalised = (torch.from_numpy(windows_w) - _MEAN_W) / _STD_W
        outputs: Float32Array = network(normalised[:, None])[:, :, 0].numpy()
    return outputs
