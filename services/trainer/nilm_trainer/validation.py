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
    """How good a network is on the validation part."""

    calibration: Calibration
    """Fitted there; the identity while the network has not learnt which way is on."""
    score: Score
    """Score of the gated estimates."""
    ece: float
    """Calibration error after the fit."""

    @property
    def value(self) -> float:
        """What training makes as large as it can: F1."""
        return self.score.f1 or 0.0


class Judge:
    """Holds the validation minutes of all houses."""

    def __init__(self, houses: Sequence[Household], appliance_id: str, scaling: Scaling) -> None:
        self._appliance = appliance(appliance_id)
        self._scaling = scaling
        self._mains_w = [house.mains_w for house in houses]
        self._inputs = [normalise(w, scaling.mean_w, scaling.std_w) for w in self._mains_w]
        self._truth_w = np.concatenate([house.truth_w[appliance_id] for house in houses])

    def verdict(self, network: Disaggregator) -> Verdict:
        """Calibrates a network in eval mode and scores what it then says."""
        outputs = np.concatenate([dense_outputs(network, each) for each in self._inputs], axis=1)
        mains_w = np.concatenate(self._mains_w)
        counts = ~np.isnan(self._truth_w)
        is_on = self._truth_w[counts] > self._appliance.on_threshold_w
        calibration = _calibrated(outputs[ON_CHANNEL][counts], is_on)
        probability = calibration.probability(outputs[ON_CHANNEL])
        power_w = gate_power(
            outputs[POWER_CHANNEL] * self._scaling.power_scale_w, probability, mains_w
        )
        return Verdict(
            calibration,
            score(self._truth_w, power_w, self._appliance.on_threshold_w),
            expected_calibration_error(probability[counts], is_on),
        )


def _calibrated(logit: Float32Array, is_on: npt.NDArray[np.bool_]) -> Calibration:
    try:
        return fit_calibration(logit, is_on)
    except ValueError:
        return Calibration()
