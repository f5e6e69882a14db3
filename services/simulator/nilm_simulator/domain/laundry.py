"""Dishwasher and washing machine: programmes of an hour or two in phases."""

import numpy as np

from nilm_simulator.domain.activation import Activation, Step, without_overlaps
from nilm_simulator.domain.day import Day, Wish

_MINUTE_S = 60.0
_HOUR_S = 3_600.0


def dishwasher(day: Day, rng: np.random.Generator) -> list[Activation]:
    """A programme with two heating phases, after the evening meal or the weekend's noon meal."""
    wishes = (Wish(13.8, 0.4, 0.25 if day.is_weekend else 0.05), Wish(19.8, 0.5, 0.75))
    return without_overlaps(
        (
            Activation.of_steps(moment, _dishwasher_programme(rng))
            for moment in day.moments(wishes, rng)
        ),
        _HOUR_S,
    )


def washing_machine(day: Day, rng: np.random.Generator) -> list[Activation]:
    """A programme of heating, drum and spin, in the morning or early evening."""
    wishes = (
        Wish(10.0, 0.7, 0.75 if day.is_weekend else 0.5),
        Wish(17.9, 0.6, 0.3 if day.is_weekend else 0.55),
    )
    return without_overlaps(
        (
            Activation.of_steps(moment, _washing_programme(rng))
            for moment in day.moments(wishes, rng)
        ),
        _HOUR_S,
    )


def _dishwasher_programme(rng: np.random.Generator) -> list[Step]:
    heater_w = float(rng.normal(2_050.0, 25.0))
    pump_w = float(rng.normal(85.0, 6.0))

    def minutes(low: float, high: float) -> float:
        return float(rng.uniform(low, high)) * _MINUTE_S

    return [
        (minutes(3.0, 6.0), pump_w),
        (minutes(13.0, 17.0), heater_w + pump_w),
        (minutes(22.0, 32.0), pump_w),
        (minutes(1.5, 2.5), 25.0),
        (minutes(8.0, 12.0), pump_w),
        (minutes(10.0, 14.0), heater_w + pump_w),
        (minutes(8.0, 14.0), pump_w),
        (minutes(1.0, 2.0), 30.0),
        (minutes(12.0, 20.0), 8.0),
    ]


def _washing_programme(rng: np.random.Generator) -> list[Step]:
    heater_w = float(rng.normal(1_980.0, 30.0))
    drum_w = float(rng.uniform(140.0, 240.0))
    spin_w = float(rng.uniform(380.0, 560.0))
    steps: list[Step] = [(float(rng.uniform(60.0, 150.0)), 12.0)]
    steps += _drum(rng, float(rng.uniform(12.0, 20.0)), drum_w, base_w=heater_w)
    steps += _drum(rng, float(rng.uniform(22.0, 34.0)), drum_w, base_w=8.0)
    for _ in range(2):
        steps += [(float(rng.uniform(60.0, 120.0)), 30.0)]
        steps += _drum(rng, float(rng.uniform(4.0, 7.0)), drum_w, base_w=8.0)
        steps += [(float(rng.uniform(45.0, 90.0)), spin_w * 0.7)]
    ramp = np.linspace(0.5, 1.0, 6)
    steps += [(float(rng.uniform(50.0, 90.0)), spin_w * float(part)) for part in ramp]
    steps += [(float(rng.uniform(60.0, 120.0)), 15.0)]
    return steps


def _drum(rng: np.random.Generator, minutes: float, drum_w: float, *, base_w: float) -> list[Step]:
    """Returns the drum turning one way and the other with rests between, above a base power."""
    turns = round(minutes * _MINUTE_S / 18.0)
    powers_w = base_w + drum_w * rng.uniform(0.85, 1.15, turns)
    return [step for power_w in powers_w for step in ((12.0, float(power_w)), (6.0, base_w))]
