from pathlib import Path

import pytest
import torch

from nilm_core.errors import DataCorruptionError
from nilm_trainer.checkpoint import CHECKPOINT_NAME, Checkpoint, load_checkpoint, save_checkpoint


def test_a_checkpoint_reads_back_as_written(tmp_path: Path) -> None:
    facts = {"steps": 3, "state": {"state": 2**127 + 1}, "value": 0.1}
    save_checkpoint(tmp_path, Checkpoint({"w": torch.arange(3.0)}, {"steps": 1}))
    save_checkpoint(tmp_path, Checkpoint({"w": torch.arange(4.0)}, facts))
    found = load_checkpoint(tmp_path)
    assert found is not None
    assert found.facts == facts
    assert torch.equal(found.tensors["w"], torch.arange(4.0))
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_NAME]


def test_a_fresh_run_has_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path) is None


def test_a_damaged_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_NAME).write_bytes(b"half a file")
    with pytest.raises(DataCorruptionError, match="delete it to start the run anew"):
        load_checkpoint(tmp_path)
