import hashlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_models.bundle import load_model
from nilm_models.entry import ModelEntry

AddModel = Callable[..., ModelEntry]
Tensors = dict[str, torch.Tensor]


def _rewritten(tmp_path: Path, entry: ModelEntry, content: bytes) -> ModelEntry:
    """Puts other content in the artefact and its true checksum in the entry."""
    (tmp_path / entry.artifact_path).write_bytes(content)
    return replace(entry, artifact_sha256=hashlib.sha256(content).hexdigest())


def test_a_sound_model_is_loaded_in_eval_mode(tmp_path: Path, add_model: AddModel) -> None:
    entry = add_model()
    model = load_model(tmp_path, entry)
    assert model.entry == entry
    assert not model.network.training
    assert not any(each.requires_grad for each in model.network.parameters())
    assert model.memory_bytes == 4 * sum(each.numel() for each in model.network.parameters())


def test_one_flipped_bit_is_refused(tmp_path: Path, add_model: AddModel) -> None:
    entry = add_model()
    path = tmp_path / entry.artifact_path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataCorruptionError, match=r"kettle_cnn 1\.0\.0: .* checksum"):
        load_model(tmp_path, entry)


def test_a_missing_file_is_refused_by_name(tmp_path: Path, add_model: AddModel) -> None:
    entry = add_model()
    (tmp_path / entry.artifact_path).unlink()
    with pytest.raises(DataCorruptionError, match=r"kettle-0\.safetensors: cannot be read"):
        load_model(tmp_path, entry)


class _Bomb:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return exec, ("raise SystemError('a pickle was opened')",)


def test_a_pickle_is_never_opened(tmp_path: Path, add_model: AddModel) -> None:
    entry = _rewritten(tmp_path, add_model(), pickle.dumps(_Bomb()))
    with pytest.raises(DataCorruptionError, match="kettle_cnn"):
        load_model(tmp_path, entry)


def _drop(tensors: Tensors) -> Tensors:
    return {name: value for name, value in tensors.items() if name != "output.bias"}


def _add(tensors: Tensors) -> Tensors:
    return tensors | {"extra": torch.zeros(1)}


def _reshape(tensors: Tensors) -> Tensors:
    return tensors | {"output.bias": torch.zeros(3)}


def _retype(tensors: Tensors) -> Tensors:
    return tensors | {"output.bias": torch.zeros(2, dtype=torch.float64)}


def _spoil(tensors: Tensors) -> Tensors:
    return tensors | {"output.bias": torch.tensor([0.0, float("nan")])}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_drop, r"tensor output\.bias is missing"),
        (_add, "tensor extra is not the network's"),
        (_reshape, r"tensor output\.bias is torch\.float32 \(3,\)"),
        (_retype, r"tensor output\.bias is torch\.float64"),
        (_spoil, r"tensor output\.bias holds NaN"),
    ],
)
def test_tensors_that_are_not_the_networks_are_named(
    tmp_path: Path, add_model: AddModel, change: Callable[[Tensors], Tensors], words: str
) -> None:
    entry = add_model()
    tensors = safetensors.torch.load_file(tmp_path / entry.artifact_path)
    entry = _rewritten(tmp_path, entry, safetensors.torch.save(change(tensors)))
    with pytest.raises(DataCorruptionError, match=words):
        load_model(tmp_path, entry)


def test_a_window_other_than_the_networks_is_refused(tmp_path: Path, add_model: AddModel) -> None:
    entry = replace(add_model(), input_window_size=23)
    with pytest.raises(DataCorruptionError, match="input_window_size: the registry says 23"):
        load_model(tmp_path, entry)


def test_an_unknown_architecture_is_refused(tmp_path: Path, add_model: AddModel) -> None:
    entry = replace(add_model(), architecture="rnn")
    with pytest.raises(FailedPreconditionError, match="'rnn'"):
        load_model(tmp_path, entry)
