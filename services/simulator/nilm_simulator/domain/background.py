"""What has no meter of its own: lighting, television, desk and what never sleeps."""

import numpy as np

from nilm_simulator.domain.activation import Activation, without_overlaps
from nilm_simulator.domain.day import Day, Wish

STANDBY_W = 190.0
"""Router, freezer, chargers, ventilation: always on."""

_LIGHT_STEP_S = 15 * 60.0
_US_PER_S = 1_000_000


def lighting(day: Day, rng: np.random.Generator) -> list[Activation]:
    """Lamps in the rooms that are used, a new set every quarter of an hour, in the dark alone."""
    activations = []
    for start_us, end_us in day.dark():
        rest_s = (end_us - start_us) / _US_PER_S
        steps = []
        while rest_s > 0.0:
            steps.append((min(_LIGHT_STEP_S, rest_s), float(rng.uniform(90.0, 300.0))))
            rest_s -= _LIGHT_STEP_S
        activations.append(Activation.of_steps(start_us, steps))
    return activations


def television(day: Day, rng: np.random.Generator) -> list[Activation]:
    """An evening in front of the television."""
    wishes = (Wish(16.0, 1.0, 0.5 if day.is_weekend else 0.1), Wish(19.6, 0.5, 0.9))
    evenings = [
        Activation.of_steps(moment, [(float(rng.uniform(1.2, 2.8)) * 3_600.0, 140.0)])
        for moment in day.moments(wishes, rng)
    ]
    return without_overlaps(evenings, 0.0)


def desk(day: Day, rng: np.random.Generator) -> list[Activation]:
    """A computer with a screen: for hours when working at home, less otherwise."""
    wishes = (Wish(9.1, 0.3, 0.9), Wish(13.5, 0.3, 0.85), Wish(18.9, 0.8, 0.4))
    sittings = [
        Activation.of_steps(moment, [(float(rng.uniform(0.8, 3.4)) * 3_600.0, 125.0)])
        for moment in day.moments(wishes, rng)
    ]
    return without_overlaps(sittings, 0.0)
