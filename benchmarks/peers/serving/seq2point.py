"""The network that all peers answer with, in torch's own layers.

Runs in their environments, next to torch and numpy.
"""

import os
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from nilm_models.architectures import build_architecture
from support.bare_torch import bare

Float32Array = npt.NDArray[np.float32]
Answer = Callable[[Float32Array], Float32Array]
"""From mains, W, shape (B, 599), to normalised power and on-logit, shape (B, 2)."""

MEAN_W = 400.0
STD_W = 800.0


def load_network() -> Answer:
    """Loads the weights that the environment names, warms up, and returns what answers.

    No run of the network takes more windows than `PEERS_MAX_BATCH`.
    """
    torch.set_num_threads(int(os.environ["PEERS_THREADS"]))
    max_batch = int(os.environ["PEERS_MAX_BATCH"])
    network = build_architecture("cnn", {}).eval().requires_grad_(requires_grad=False)
    network.load_state_dict(torch.load(os.environ["PEERS_WEIGHTS"], weights_only=True))
    layers = bare(network)

    def answer(windows_w: Float32Array) -> Float32Array:
        with torch.inference_mode():
            windows = (torch.from_numpy(windows_w) - MEAN_W) / STD_W
            pieces = [layers(piece[:, None])[:, :, 0] for piece in windows.split(max_batch)]
            outputs: Float32Array = torch.cat(pieces).numpy()
        return outputs

    for size in (1, max_batch):
        answer(np.full((size, network.input_window_size), MEAN_W, np.float32))
    return answer
