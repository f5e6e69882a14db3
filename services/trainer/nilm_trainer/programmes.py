"""Makes up uses of appliances, for augmentation: programmes of machines that no house here has.

What one house's washing machine does tells little of the next one's: the order, number, length and
power of the phases differ. What all have in common is written down here as phases whose ranges
are wider than those of the recordings at hand, and drawn anew each time (domain randomisation:
Tobin, Fong, Ray, Schneider, Zaremba, Abbeel, IROS 2017).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from nilm_trainer.draws import even_in_ratio
from nilm_trainer.household import ROWS_PER_MINUTE

Float32Array = npt.NDArray[np.float32]
Maker = Callable[[np.random.Generator], Float32Array]


def make_kettle(rng: np.random.Generator) -> Float32Array:
    """Returns one boil, W at 30 s."""
    return _pulse(rng.uniform(1_700.0, 3_000.0), rng.uniform(0.8, 4.5), rng)


def make_microwave(rng: np.random.Generator) -> Float32Array:
    """Returns one use, W at 30 s; for a third of them the magnetron is switched on and off."""
    power_w = _pulse(rng.uniform(900.0, 1_700.0), even_in_ratio((0.4, 8.0), rng), rng)
    if rng.random() < 1 / 3:
        duty = rng.uniform(0.35, 0.8) * np.clip(rng.normal(1.0, 0.15, power_w.size), 0.4, 1.25)
        power_w = power_w * duty.astype(np.float32)
    return power_w


def make_dishwasher(rng: np.random.Generator) -> Float32Array:
    """Returns one programme, W at 30 s: one to three heatings with the pump between them."""
    heater_w, pump_w = rng.uniform(1_700.0, 2_500.0), rng.uniform(30.0, 120.0)
    heating_minutes = rng.uniform(7.0, 24.0)
    phases = [_steady(pump_w * rng.uniform(0.3, 1.0), rng.uniform(0.5, 15.0))]
    heating_count = int(rng.choice([1, 2, 3], p=[0.3, 0.5, 0.2]))
    for index in range(heating_count):
        if index:
            phases.append(_steady(pump_w * rng.uniform(0.6, 1.2), even_in_ratio((4.0, 60.0), rng)))
        heating_w = _steady(heater_w + pump_w, heating_minutes * rng.uniform(0.6, 1.4))
        if rng.random() < 1 / 4:
            heating_w = _switched(heating_w, pump_w, rng)
        phases.append(heating_w)
    phases.append(_steady(pump_w * rng.random(), rng.uniform(0.5, 20.0)))
    return np.concatenate(phases)


def make_washing_machine(rng: np.random.Generator) -> Float32Array:
    """Returns one programme, W at 30 s: heating, tumbling with short heatings, rinses and spins."""
    heater_w, motor_w = rng.uniform(1_600.0, 2_300.0), rng.uniform(40.0, 220.0)
    phases = [_tumbling(motor_w, rng.uniform(0.5, 8.0), rng)]
    heating_w = heater_w + _tumbling(motor_w, even_in_ratio((2.0, 28.0), rng), rng)
    if rng.random() < 1 / 3:
        heating_w = _switched(heating_w, motor_w, rng)
    phases.append(heating_w)
    for _ in range(int(rng.integers(0, 4))):
        phases.append(_tumbling(motor_w, rng.uniform(2.0, 20.0), rng))
        if rng.random() < 1 / 2:
            phases.append(heater_w + _tumbling(motor_w, rng.uniform(0.5, 3.0), rng))
    phases.append(_tumbling(motor_w, rng.uniform(8.0, 45.0), rng))
    for _ in range(int(rng.integers(1, 4))):
        phases.append(_tumbling(motor_w, rng.uniform(2.0, 9.0), rng))
        spin = np.linspace(0.3, 1.0, _rows(rng.uniform(1.0, 6.0)), dtype=np.float32)
        phases.append(spin * np.float32(rng.uniform(150.0, 650.0)))
    return np.concatenate(phases)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "kettle": make_kettle,
        "microwave": make_microwave,
        "dishwasher": make_dishwasher,
        "washing_machine": make_washing_machine,
    }
)
"""What can be made up, by appliance id."""


def _pulse(power_w: float, minutes: float, rng: np.random.Generator) -> Float32Array:
    """Returns a steady load that begins and ends within rows, which then hold its mean."""
    begin = rng.random()
    end = begin + minutes * ROWS_PER_MINUTE
    rows = np.arange(np.ceil(end))
    share = np.maximum(np.minimum(rows + 1.0, end) - np.maximum(rows, begin), 0.0)
    return np.asarray(power_w * share, dtype=np.float32)


def _steady(power_w: float, minutes: float) -> Float32Array:
    return np.full(_rows(minutes), power_w, dtype=np.float32)


def _tumbling(motor_w: float, minutes: float, rng: np.random.Generator) -> Float32Array:
    """Returns the drum's uneven turning; for half of the phases with pauses."""
    level_w = motor_w * rng.uniform(0.2, 1.4)
    turning = np.clip(rng.normal(1.0, 0.45, _rows(minutes)), 0.05, 3.0)
    power_w = np.asarray(level_w * turning, dtype=np.float32)
    return _switched(power_w, 0.0, rng) if rng.random() < 1 / 2 else power_w


def _switched(power_w: Float32Array, low_w: float, rng: np.random.Generator) -> Float32Array:
    """Returns a phase that falls to a lower power for a part of each cycle of 1 to 6 minutes."""
    cycle = _rows(rng.uniform(1.0, 6.0))
    on_rows = max(1.0, cycle * rng.uniform(0.3, 0.9))
    place = (np.arange(power_w.size) + int(rng.integers(cycle))) % cycle
    return np.where(place < on_rows, power_w, np.float32(low_w)).astype(np.float32)


def _rows(minutes: float) -> int:
    return max(1, round(minutes * ROWS_PER_MINUTE))
