import pytest
import torch

from nilm_core.errors import FailedPreconditionError
from nilm_trainer import crossing
from nilm_trainer.parallel import chosen_device
from tests.unit.trainer.made_household import SMOKE_CONFIG


def test_a_process_without_a_gpu_of_its_own_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", str(torch.cuda.device_count()))
    with pytest.raises(FailedPreconditionError, match=r"optimiser\.device: .* set it to cpu"):
        chosen_device("cuda")
    assert chosen_device("cpu").type == "cpu"


def test_crossing_refuses_several_processes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert crossing.main([str(SMOKE_CONFIG)]) == 1
    assert "not with torchrun" in capsys.readouterr().err
