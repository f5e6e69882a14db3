"""Kettle, microwave and cooker: short loads that follow the meals."""

import numpy as np

from nilm_simulator.domain.activation import Activation, Step, without_overlaps
from nilm_simulator.domain.day import Day, Wish

_MINUTE_S = 60.0
_KETTLE_PAUSE_S = 240.0


def kettle(day: Day, rng: np.random.Generator) -> list[Activation]:
    """Boils of 2 to 4 minutes at 2 to 3 kW, most of them in the morning and the afternoon."""
    wishes = (
        Wish(day.wake_hour + 0.35, 0.15, 0.95),
        Wish(day.wake_hour + 1.2, 0.25, 0.8),
        Wish(10.7, 0.4, 0.8),
        Wish(13.2, 0.5, 0.6),
        Wish(15.6, 0.4, 0.8),
        Wish(16.9, 0.4, 0.7),
        Wish(18.0, 0.4, 0.6),
        Wish(20.3, 0.7, 0.7),
    )
    boils = []
    for moment in day.moments(wishes, rng):
        power_w = float(np.clip(rng.normal(2_650.0, 40.0), 2_000.0, 3_000.0))
        boils.append(Activation.of_steps(moment, [(rng.uniform(120.0, 240.0), power_w)]))
    return without_overlaps(boils, _KETTLE_PAUSE_S)


def microwave(day: Day, rng: np.random.Generator) -> list[Activation]:
    """Minutes at 700 to 1,400 W; on low settings the magnetron is switched on and off."""
    wishes = (
        Wish(day.wake_hour + 0.6, 0.2, 0.45),
        Wish(12.9, 0.4, 0.6),
        Wish(18.6, 0.5, 0.7),
        Wish(20.8, 0.6, 0.25),
    )
    uses = []
    for moment in day.moments(wishes, rng):
        power_w = float(np.clip(rng.normal(1_250.0, 25.0), 700.0, 1_400.0))
        minutes = float(rng.uniform(1.0, 5.0))
        if rng.random() < 0.75:  # noqa: PLR2004 three uses in four are at full power
            steps = [(minutes * _MINUTE_S, power_w)]
        else:
            steps = _switched(minutes * _MINUTE_S, 18.0, 12.0, power_w, 60.0)
        uses.append(Activation.of_steps(moment, steps))
    return without_overlaps(uses, _MINUTE_S)


def cooker(day: Day, rng: np.random.Generator) -> list[Activation]:
    """An electric oven or hob for the evening meal, at weekends also at noon."""
    wishes = (
        Wish(12.4, 0.4, 0.5 if day.is_weekend else 0.1),
        Wish(18.3, 0.5, 0.85),
    )
    meals = []
    for moment in day.moments(wishes, rng):
        power_w = float(rng.uniform(1_500.0, 2_300.0))
        heat_up_s = float(rng.uniform(5.0, 9.0)) * _MINUTE_S
        on_s = float(rng.uniform(25.0, 50.0))
        hold = _switched(float(rng.uniform(25.0, 50.0)) * _MINUTE_S, on_s, 45.0, power_w, 0.0)
        meals.append(Activation.of_steps(moment, [(heat_up_s, power_w), *hold]))
    return without_overlaps(meals, _MINUTE_S)


def _switched(total_s: float, on_s: float, off_s: float, on_w: float, off_w: float) -> list[Step]:
    """Returns on and off in turn until `total_s` have passed."""
    cycles = max(1, round(total_s / (on_s + off_s)))
    return [(on_s, on_w), (off_s, off_w)] * cycles
