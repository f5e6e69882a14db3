"""A household: the power of each appliance and of its mains at any moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np

from nilm_core.timegrid import from_us
from nilm_simulator.domain.activation import Activation, power_at
from nilm_simulator.domain.background import STANDBY_W, desk, lighting, television
from nilm_simulator.domain.day import Day, plan_day
from nilm_simulator.domain.fridge import fridge
from nilm_simulator.domain.kitchen import cooker, kettle, microwave
from nilm_simulator.domain.laundry import dishwasher, washing_machine
from nilm_simulator.domain.noise import Float64Array, Int64Array, generator, normal_at

_DAYS_HELD = 4
_RELATIVE_NOISE = 0.008
_METER_NOISE_W = 2.0

Habit = Callable[[Day, np.random.Generator], list[Activation]]


@dataclass(frozen=True, slots=True)
class ApplianceKind:
    """An appliance whose truth is told."""

    appliance_id: str
    display_name: str
    rated_power_w: float
    """Power on its rating plate, W."""


APPLIANCES = (
    ApplianceKind("kettle", "Kettle", 2_700.0),
    ApplianceKind("dishwasher", "Dishwasher", 2_200.0),
    ApplianceKind("washing_machine", "Washing machine", 2_200.0),
    ApplianceKind("microwave", "Microwave", 1_250.0),
    ApplianceKind("fridge", "Fridge", 100.0),
)

_HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "kettle": kettle,
        "dishwasher": dishwasher,
        "washing_machine": washing_machine,
        "microwave": microwave,
        "cooker": cooker,
        "lighting": lighting,
        "television": television,
        "desk": desk,
    }
)
_BACKGROUND = ("cooker", "lighting", "television", "desk")


@dataclass(frozen=True, slots=True)
class HouseholdPower:
    """Power at n moments, W, each array of shape (n,)."""

    mains_w: Float64Array
    """The sum of the appliances and of everything else."""
    appliances_w: Mapping[str, Float64Array]
    """True power of each of `APPLIANCES` by its id."""


class Household:
    """A household that is the same for the same seed and time zone, however it is asked."""

    def __init__(self, seed: int, zone: ZoneInfo) -> None:
        self._seed = seed
        self._zone = zone
        self._uses = lru_cache(maxsize=_DAYS_HELD)(self._uses_of)

    def power_at(self, times_us: Int64Array) -> HouseholdPower:
        """Returns the power at increasing times, microseconds since the epoch, shape (n,)."""
        uses = self._uses_around(times_us)
        appliances_w = {
            kind.appliance_id: self._appliance_w(kind.appliance_id, uses, times_us)
            for kind in APPLIANCES
        }
        rest_w = np.full(times_us.shape, STANDBY_W)
        for name in _BACKGROUND:
            rest_w += self._appliance_w(name, uses, times_us)
        noise_w = _METER_NOISE_W * normal_at(times_us, self._seed, "meter")
        rest_w = np.maximum(rest_w + noise_w, 0.0)
        return HouseholdPower(sum(appliances_w.values(), start=rest_w), appliances_w)

    def _appliance_w(
        self, name: str, uses: Mapping[str, list[Activation]], times_us: Int64Array
    ) -> Float64Array:
        noise = np.clip(normal_at(times_us, self._seed, name), -3.0, 3.0)
        return power_at(uses[name], times_us) * (1.0 + _RELATIVE_NOISE * noise)

    def _uses_around(self, times_us: Int64Array) -> dict[str, list[Activation]]:
        """Returns what is used on the days of the times and on the day before, by appliance."""
        uses: dict[str, list[Activation]] = {name: [] for name in (*_HABITS, "fridge")}
        if not times_us.size:
            return uses
        day = from_us(int(times_us[0])).astimezone(self._zone).date() - timedelta(days=1)
        last = from_us(int(times_us[-1])).astimezone(self._zone).date()
        while day <= last:
            for name, activations in self._uses(day).items():
                uses[name] += activations
            day += timedelta(days=1)
        return uses

    def _uses_of(self, day: date) -> dict[str, list[Activation]]:
        plan = plan_day(self._seed, day, self._zone)
        uses = {
            name: habit(plan, generator(self._seed, name, day.toordinal()))
            for name, habit in _HABITS.items()
        }
        return {**uses, "fridge": fridge(plan, self._seed)}
