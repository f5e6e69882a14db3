import pytest
import torch

from nilm_models.architectures import build_architecture
from nilm_trainer.config import Optimiser
from nilm_trainer.optimise import Optimisation, loss_of

OPTIMISER = Optimiser(on_weight=1.0, power_weight=1.0)


def _loss(outputs: torch.Tensor, power: list[float], counts: list[bool]) -> float:
    return float(
        loss_of(
            outputs,
            torch.tensor([[power]]),
            torch.tensor([[counts]], dtype=torch.float32),
            thresholds_w=torch.tensor([[500.0]]),
            power_scales_w=torch.tensor([[2000.0]]),
            optimiser=OPTIMISER,
        )
    )


def test_a_perfect_answer_costs_nothing() -> None:
    outputs = torch.tensor([[[1.0, 7.0], [50.0, -50.0]]])
    assert _loss(outputs, [2000.0, 0.0], [True, True]) == pytest.approx(0.0, abs=1e-6)


def test_what_does_not_count_costs_nothing() -> None:
    outputs = torch.tensor([[[0.0, 0.0], [-50.0, -50.0]]])
    assert _loss(outputs, [2000.0, 0.0], [False, True]) == pytest.approx(0.0, abs=1e-6)
    assert _loss(outputs, [2000.0, 0.0], [False, False]) == 0.0
    assert _loss(outputs, [2000.0, 0.0], [True, True]) > 10.0


def test_power_is_asked_for_only_while_on() -> None:
    outputs = torch.tensor([[[3.0, 3.0], [50.0, -50.0]]])
    assert _loss(outputs, [6000.0, 0.0], [True, True]) == pytest.approx(0.0, abs=1e-6)


def test_each_appliance_counts_the_same_however_rare_it_is() -> None:
    outputs = torch.zeros(1, 4, 4)
    power = torch.tensor([[[2000.0, 2000.0, 2000.0, 2000.0], [0.0, 0.0, 0.0, 900.0]]])
    weight = torch.ones(1, 2, 4)
    both = loss_of(
        outputs,
        power,
        weight,
        thresholds_w=torch.tensor([[500.0], [200.0]]),
        power_scales_w=torch.tensor([[2000.0], [900.0]]),
        optimiser=OPTIMISER,
    )
    alone = [_loss(outputs[:, :2], power[0, 0].tolist(), [True] * 4)]
    alone.append(
        float(
            loss_of(
                outputs[:, 2:],
                power[:, 1:],
                weight[:, 1:],
                thresholds_w=torch.tensor([[200.0]]),
                power_scales_w=torch.tensor([[900.0]]),
                optimiser=OPTIMISER,
            )
        )
    )
    assert float(both) == pytest.approx(sum(alone) / 2)


def test_saved_state_brings_everything_back() -> None:
    params = {"window": 9, "filters": [2], "kernels": [3], "dilations": [1], "hidden_units": 2}

    def fresh() -> Optimisation:
        network = build_architecture("cnn", params)
        return Optimisation(network, OPTIMISER, thresholds_w=[500.0], power_scales_w=[2000.0])

    first, second = fresh(), fresh()
    for parameter in first.network.parameters():
        parameter.grad = torch.ones_like(parameter)
    first.adam.step()
    second.load_state_tensors(first.state_tensors(), 5)
    assert second.step_count == 5
    mine, theirs = first.state_tensors(), second.state_tensors()
    assert mine.keys() == theirs.keys()
    assert any(name.startswith("adam.0.") for name in mine)
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
