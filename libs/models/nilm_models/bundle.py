"""Opens a model: checks the file against the registry, then the weights against the network.

Weights are safetensors, which hold numbers alone; a pickle is never opened.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import nn

from nilm_core.errors import DataCorruptionError
from nilm_models.architectures import Disaggregator, build_architecture
from nilm_models.entry import ModelEntry
from nilm_models.registry import artifact_file
from nilm_models.wide_layers import Precision, pack, quantise


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that may serve: its file and shapes were checked."""

    entry: ModelEntry
    """What the registry says of it."""
    network: Disaggregator
    """The network in eval mode, without gradients; models of one set of weights share it."""
    memory_bytes: int
    """Bytes of the network's weights."""


def load_model(
    models_dir: Path,
    entry: ModelEntry,
    loaded: Iterable[LoadedModel] = (),
    precision: Precision = "float32",
) -> LoadedModel:
    """Opens the model of an entry, with the network of one in `loaded` that has the same weights.

    Those in `loaded` must be of the same precision.

    Raises:
        FailedPreconditionError: The architecture is not known or does not take its parameters.
        DataCorruptionError: The file is missing or no safetensors, its checksum differs, or a
            tensor's name, shape or type is not the network's. The message names model and tensor.
    """
    name = f"{entry.model_id} {entry.model_version}"
    path = artifact_file(models_dir, entry)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataCorruptionError(
            f"{name}: {entry.artifact_path}: cannot be read: {error.strerror}"
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry.artifact_sha256:
        raise DataCorruptionError(
            f"{name}: {entry.artifact_path}: checksum {digest} is not the registry's"
            f" {entry.artifact_sha256}"
        )
    network = next((each.network for each in loaded if _is_same_network(each.entry, entry)), None)
    if network is None:
        network = _open_network(f"{name}: {entry.artifact_path}", entry, content)
        if precision == "int8":
            quantise(network)
        else:
            pack(network)
    if network.input_window_size != entry.input_window_size:
        raise DataCorruptionError(
            f"{name}: input_window_size: the registry says {entry.input_window_size}, the network"
            f" takes {network.input_window_size}"
        )
    if entry.output_index >= network.output_count:
        raise DataCorruptionError(
            f"{name}: output_index: {entry.output_index} is beyond the network's"
            f" {network.output_count} appliances"
        )
    numbers = (*network.parameters(), *network.buffers())
    size = sum(each.numel() * each.element_size() for each in numbers)
    return LoadedModel(entry, network, size)


def save_artifact(path: Path, network: nn.Module) -> str:
    """Writes a network's weights as safetensors and returns the file's SHA-256 in hex."""
    tensors = {name: value.contiguous() for name, value in network.state_dict().items()}
    content = safetensors.torch.save(tensors)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _is_same_network(one: ModelEntry, other: ModelEntry) -> bool:
    return (one.artifact_sha256, one.architecture, one.architecture_params) == (
        other.artifact_sha256,
        other.architecture,
        other.architecture_params,
    )


def _open_network(name: str, entry: ModelEntry, content: bytes) -> Disaggregator:
    """Builds an entry's network with the weights of its file's content."""
    network = build_architecture(entry.architecture, entry.architecture_params)
    try:
        tensors = safetensors.torch.load(content)
    except SafetensorError as error:
        raise DataCorruptionError(f"{name}: {error}") from error
    _check_tensors(name, network, tensors)
    network.load_state_dict(tensors)
    network.eval().requires_grad_(requires_grad=False)
    return network


def _check_tensors(name: str, network: nn.Module, tensors: dict[str, torch.Tensor]) -> None:
    """Refuses tensors that are not exactly the network's."""
    expected = network.state_dict()
    for tensor_name in sorted(expected.keys() | tensors.keys()):
        if tensor_name not in tensors:
            raise DataCorruptionError(f"{name}: tensor {tensor_name} is missing")
        if tensor_name not in expected:
            raise DataCorruptionError(f"{name}: tensor {tensor_name} is not the network's")
        found, wanted = tensors[tensor_name], expected[tensor_name]
        if found.shape != wanted.shape or found.dtype != wanted.dtype:
            raise DataCorruptionError(
                f"{name}: tensor {tensor_name} is {found.dtype} {tuple(found.shape)}, the network"
                f" has {wanted.dtype} {tuple(wanted.shape)}"
            )
        if not bool(torch.isfinite(found).all()):
            raise DataCorruptionError(f"{name}: tensor {tensor_name} holds NaN or infinity")
