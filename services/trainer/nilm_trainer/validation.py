"""Judges a network on the validation part: calibration first, then the score of its estimates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_models.appliances import appliance
from nilm_models.architectures import ON_CHANNEL, POWER_CHANNEL, Disaggregator
from nilm_models.calibration import Calibration, expected_calibration_error, fit_calibration
from nilm_models.dense import dense_outputs
from nilm_models.metrics import Score, score
from nilm_models.postprocess import gate_power
from nilm_models.windows import normalise
from nilm_trainer.household import Household
from nilm_trainer.prepare import Scaling

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good a network is for one appliance on the validation part."""

    calibration: Calibration
    """Fitted there; the identity while the network has not learnt which way is on."""
    score: Score
    """Score of the gated estimates."""
    ece: float
    """Calibration error after the fit."""


class Judge:
    """Holds the validation minutes of all houses."""

    def __init__(
        self,
        houses: Sequence[Household],
        appliances: Sequence[str],
        scaling: Scaling,
        on_probabilities: Sequence[float],
    ) -> None:
        self._appliances = [appliance(name) for name in appliances]
        self._scaling = scaling
        self._on_probabilities = on_probabilities
        self._mains_w = np.concatenate([house.mains_w for house in houses])
        self._inputs = [normalise(house.mains_w, scaling.mean_w, scaling.std_w) for house in houses]
        self._truth_w = [
            np.concatenate([house.truth_w[name] for house in houses]) for name in appliances
        ]

    def verdicts(self, network: Disaggregator) -> list[Verdict]:
        """Calibrates a network in eval mode and scores what it then says of each appliance."""
        outputs = np.concatenate([dense_outputs(network, each) for each in self._inputs], axis=1)
        return [
            self._verdict(index, outputs[2 * index : 2 * index + 2])
            for index in range(len(self._appliances))
        ]

    def _verdict(self, index: int, outputs: Float32Array) -> Verdict:
        truth_w, threshold_w = self._truth_w[index], self._appliances[index].on_threshold_w
        counts = ~np.isnan(truth_w)
        is_on = truth_w[counts] > threshold_w
        calibration = _calibrated(outputs[ON_CHANNEL][counts], is_on)
        probability = calibration.probability(outputs[ON_CHANNEL])
        raw_w = outputs[POWER_CHANNEL] * self._scaling.power_scales_w[index]
        power_w = gate_power(raw_w, probability >= self._on_probabilities[index], self._mains_w)
        return Verdict(
            calibration,
            score(truth_w, power_w, threshold_w),
            expected_calibration_error(probability[counts], is_on),
        )


def value_of(verdicts: Sequence[Verdict]) -> float:
    """Returns what training makes as large as it can: the mean F1 over the appliances."""
    return sum(each.score.f1 or 0.0 for each in verdicts) / len(verdicts)


def _calibrated(logit: Float32Array, is_on: npt.NDArray[np.bool_]) -> Calibration:
    try:
        return fit_calibration(logit, is_on)
    except ValueError:
        return Calibration()
