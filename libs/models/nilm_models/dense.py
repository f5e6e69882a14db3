"""Evaluates a model: over a whole interval with each layer run once, or on single windows.

The networks slide, so an interval of n samples padded by half a window on both
sides gives n outputs equal to those of n single windows. It is cut into chunks that overlap by a
window, so that a year needs no more memory than a few days.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from nilm_models.architectures import Disaggregator
from nilm_models.bundle import LoadedModel
from nilm_models.postprocess import confidence, gate_power
from nilm_models.windows import normalise, pad_half_window

FloatArray = npt.NDArray[np.floating]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a model says about n samples; NaN where the sample's own mains is missing."""

    power_w: Float32Array
    """Power, W, shape (n,): 0 where the appliance is reported off, never above the mains."""
    on_probability: Float32Array
    """Calibrated probability of being on, 0 to 1, shape (n,)."""

    @property
    def confidence(self) -> Float32Array:
        """Calibrated probability that the reported state is right, 0 to 1, shape (n,)."""
        return confidence(self.power_w, self.on_probability)


def dense_outputs(
    network: Disaggregator, normalised: Float32Array, chunk: int | None = None
) -> Float32Array:
    """Runs a network over an interval.

    Args:
        network: In eval mode.
        normalised: Normalised mains without NaN, shape (n,).
        chunk: Outputs computed at a time; by default as many as suit the network.

    Returns:
        Normalised power and on-logit of each of its appliances, shape (2 A, n).
    """
    window = network.input_window_size
    chunk = chunk or network.chunk_samples
    count = normalised.size
    padded = torch.from_numpy(pad_half_window(normalised, window))
    outputs = np.empty((2 * network.output_count, count), dtype=np.float32)
    with torch.inference_mode():
        for first in range(0, count, chunk):
            last = min(first + chunk, count)
            piece = padded[None, None, first : last + window - 1]  # (1, 1, last - first + W - 1)
            outputs[:, first:last] = network(piece)[0].numpy()
    return outputs


def evaluate_dense(model: LoadedModel, mains_w: FloatArray, chunk: int | None = None) -> Estimate:
    """Estimates each sample of an interval on the model's own sample period.

    Args:
        model: The model.
        mains_w: Mains power, W, shape (n,); NaN is a gap.
        chunk: Outputs computed at a time; by default as many as suit the network.

    Raises:
        ValueError: `mains_w` has not one dimension.
    """
    return evaluate_dense_together((model,), mains_w, chunk)[0]


def evaluate_dense_together(
    models: Sequence[LoadedModel], mains_w: FloatArray, chunk: int | None = None
) -> list[Estimate]:
    """Estimates each sample of an interval for models that share one network, run once.

    Args:
        models: Models of which `shares_network` is true; one or more.
        mains_w: Mains power, W, shape (n,); NaN is a gap.
        chunk: Outputs computed at a time; by default as many as suit the network.

    Raises:
        ValueError: `mains_w` has not one dimension.
    """
    if mains_w.ndim != 1:
        raise ValueError(f"mains_w must have shape (n,), not {mains_w.shape}")
    scaling = models[0].entry.preprocessing
    normalised = normalise(mains_w, scaling.mean_w, scaling.std_w)
    outputs = dense_outputs(models[0].network, normalised, chunk)
    return [_estimate(model, outputs, mains_w) for model in models]


def shares_network(one: LoadedModel, other: LoadedModel) -> bool:
    """Tells whether two models are answered by one run of a network."""
    return one.network is other.network and one.entry.preprocessing == other.entry.preprocessing


def evaluate_windows(model: LoadedModel, windows_w: FloatArray) -> Estimate:
    """Estimates the midpoint of each window of a batch.

    Args:
        model: The model.
        windows_w: Mains power, W, shape (B, W) with W the model's window; NaN is missing.

    Returns:
        An estimate of shape (B,).

    Raises:
        ValueError: The windows are not (B, W).
    """
    return evaluate_windows_together((model,), windows_w)[0]


def evaluate_windows_together(
    models: Sequence[LoadedModel], windows_w: FloatArray
) -> list[Estimate]:
    """Estimates the midpoint of each window for models that share one network, run once.

    Args:
        models: Models of which `shares_network` is true; one or more.
        windows_w: Mains power, W, shape (B, W) with W the models' window; NaN is missing.

    Returns:
        An estimate of shape (B,) of each model.

    Raises:
        ValueError: The windows are not (B, W).
    """
    first = models[0]
    window = first.entry.input_window_size
    if windows_w.ndim != 2 or windows_w.shape[1] != window:  # noqa: PLR2004 - two axes
        raise ValueError(f"windows_w must have shape (B, {window}), not {windows_w.shape}")
    scaling = first.entry.preprocessing
    normalised = normalise(windows_w, scaling.mean_w, scaling.std_w)
    with torch.inference_mode():
        outputs = first.network(torch.from_numpy(normalised)[:, None, :])  # (B, 2 A, 1)
    raw, middle_w = outputs[:, :, 0].numpy().T, windows_w[:, window // 2]
    return [_estimate(model, raw, middle_w) for model in models]


def _estimate(model: LoadedModel, outputs: Float32Array, mains_w: FloatArray) -> Estimate:
    """Turns raw outputs (2 A, n) and the samples' own mains (n,) into an estimate."""
    entry = model.entry
    power, on_logit = outputs[2 * entry.output_index : 2 * entry.output_index + 2]
    probability = entry.calibration.probability(on_logit).astype(np.float32)
    raw_w = power * np.float32(entry.target.scale_w)
    missing = np.isnan(mains_w)
    return Estimate(
        gate_power(raw_w, probability >= entry.on_probability, mains_w),
        np.where(missing, np.float32(np.nan), probability),
    )
