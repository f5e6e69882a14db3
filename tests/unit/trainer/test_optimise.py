import pytest
import torch

from nilm_models.architectures import build_architecture
from nilm_trainer.config import Optimiser
from nilm_trainer.optimise import Optimisation, Targets, Truth, loss_of

OPTIMISER = Optimiser(on_weight=1.0, power_weight=1.0)
KETTLE = Targets(torch.tensor([[500.0]]), torch.tensor([[2000.0]]))
MICROWAVE = Targets(torch.tensor([[200.0]]), torch.tensor([[900.0]]))


def _loss(outputs: torch.Tensor, power: list[float], counts: list[bool]) -> float:
    truth = _truth([[power]], torch.tensor([[counts]], dtype=torch.float32))
    return float(loss_of(outputs, truth, KETTLE, OPTIMISER))


def _truth(power_w: list[list[list[float]]], weight: torch.Tensor) -> Truth:
    return Truth(torch.tensor(power_w), weight, torch.zeros(weight.shape, dtype=torch.bool))


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
    kettle, microwave = [2000.0, 2000.0, 2000.0, 2000.0], [0.0, 0.0, 0.0, 900.0]
    targets = Targets(torch.tensor([[500.0], [200.0]]), torch.tensor([[2000.0], [900.0]]))
    both = loss_of(outputs, _truth([[kettle, microwave]], torch.ones(1, 2, 4)), targets, OPTIMISER)
    first = loss_of(outputs[:, :2], _truth([[kettle]], torch.ones(1, 1, 4)), KETTLE, OPTIMISER)
    second = loss_of(
        outputs[:, 2:], _truth([[microwave]], torch.ones(1, 1, 4)), MICROWAVE, OPTIMISER
    )
    assert float(both) == pytest.approx(float(first + second) / 2)


def test_a_programme_is_asked_for_in_its_pauses_too() -> None:
    power, running = torch.tensor([[[2000.0, 0.0, 0.0]]]), torch.tensor([[[True, True, False]]])
    truth = Truth(power, torch.ones(1, 1, 3), running)
    targets = Targets(KETTLE.thresholds_w, KETTLE.power_scales_w, programmes=(0,))
    state = [[1.0, 1.0, 1.0], [50.0, -50.0, -50.0]]

    def loss(programme: list[float]) -> float:
        return float(
            loss_of(torch.tensor([[*state, [0.0] * 3, programme]]), truth, targets, OPTIMISER)
        )

    assert loss([50.0, 50.0, -50.0]) == pytest.approx(0.0, abs=1e-6)
    assert loss([50.0, -50.0, -50.0]) > 10.0


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
