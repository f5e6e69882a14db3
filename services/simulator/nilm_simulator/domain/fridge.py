"""A fridge: compressor cycles day and night, whether anybody is at home or not."""

from nilm_simulator.domain.activation import Activation
from nilm_simulator.domain.day import Day
from nilm_simulator.domain.noise import generator

_CYCLE_US = 46 * 60 * 1_000_000
_START_SURGE_S = 4.0


def fridge(day: Day, seed: int) -> list[Activation]:
    """Returns the compressor's runs whose cycle begins on that day.

    Cycles are numbered from the epoch and each is drawn by its number, so that they run on over
    midnight.
    """
    first, last = -(-day.start_us // _CYCLE_US), -(-day.end_us // _CYCLE_US)
    return [_cycle(number, seed) for number in range(first, last)]


def _cycle(number: int, seed: int) -> Activation:
    rng = generator(seed, "fridge", number)
    start_us = number * _CYCLE_US + int(rng.uniform(0.0, 0.12) * _CYCLE_US)
    run_s = float(rng.uniform(14.0, 20.0)) * 60.0
    power_w = float(rng.normal(92.0, 3.0))
    surge_w = power_w * float(rng.uniform(4.0, 7.0))
    return Activation.of_steps(
        start_us,
        [
            (_START_SURGE_S, surge_w),
            (run_s * 0.3, power_w * 1.12),
            (run_s * 0.4, power_w),
            (run_s * 0.3, power_w * 0.94),
        ],
    )
