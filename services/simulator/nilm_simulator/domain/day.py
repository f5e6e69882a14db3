"""A local day of the household: when somebody is at home and awake, and when it is dark."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from nilm_core.timegrid import to_us
from nilm_simulator.domain.noise import generator

_SATURDAY = 6
_WORK_FROM_HOME_SHARE = 0.35
_WEEKEND_OUTING_SHARE = 0.6
_MEAN_DAYLIGHT_H = 12.2
_DAYLIGHT_SWING_H = 4.2
_EQUINOX_DAY = 80
_DAYS_PER_YEAR = 365.25
_MAX_PHASE_H = 23.9

Span = tuple[int, int]
"""Start and end, microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A habit: about when somebody would do something, and how often he does."""

    hour: float
    """Local hour of the day that it is centred on."""
    spread_h: float
    """Standard deviation of that hour."""
    probability: float
    """Share of the days on which it is wished for."""


@dataclass(frozen=True, slots=True)
class Day:
    """One local day."""

    date: date
    zone: ZoneInfo
    wake_hour: float
    """Local hour at which the household gets up."""
    home: tuple[Span, ...]
    """When somebody is at home and awake, in order."""

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday."""
        return self.date.isoweekday() >= _SATURDAY

    @property
    def start_us(self) -> int:
        """Local midnight."""
        return local_us(self.date, 0.0, self.zone)

    @property
    def end_us(self) -> int:
        """The next local midnight, 23 to 25 hours later."""
        return local_us(self.date + timedelta(days=1), 0.0, self.zone)

    def at(self, hour: float) -> int:
        """Returns a local hour of this day in microseconds since the epoch."""
        return local_us(self.date, hour, self.zone)

    def is_home(self, time_us: int) -> bool:
        """Tells whether somebody is at home and awake."""
        return any(start <= time_us < end for start, end in self.home)

    def dark(self) -> tuple[Span, ...]:
        """Returns when somebody is at home and awake in the dark."""
        day_of_year = self.date.timetuple().tm_yday
        season = math.sin(2.0 * math.pi * (day_of_year - _EQUINOX_DAY) / _DAYS_PER_YEAR)
        half_daylight_h = (_MEAN_DAYLIGHT_H + _DAYLIGHT_SWING_H * season) / 2.0
        sunrise_us, sunset_us = self.at(12.5 - half_daylight_h), self.at(12.5 + half_daylight_h)
        spans = []
        for start, end in self.home:
            spans += [(start, min(end, sunrise_us)), (max(start, sunset_us), end)]
        return tuple((start, end) for start, end in spans if start < end)

    def moments(self, wishes: tuple[Wish, ...], rng: np.random.Generator) -> list[int]:
        """Returns when the wishes come true: on their days, where somebody is at home and awake."""
        drawn = [
            (rng.random() < wish.probability, self.at(rng.normal(wish.hour, wish.spread_h)))
            for wish in wishes
        ]
        return sorted(moment for wanted, moment in drawn if wanted and self.is_home(moment))


def plan_day(seed: int, day: date, zone: ZoneInfo) -> Day:
    """Returns the day as a household of that seed spends it."""
    rng = generator(seed, "occupancy", day.toordinal())
    is_weekend = day.isoweekday() >= _SATURDAY
    wake = float(np.clip(rng.normal(8.2 if is_weekend else 6.8, 0.3), 5.5, 10.0))
    bed = min(float(rng.normal(23.2 if is_weekend else 22.8, 0.3)), _MAX_PHASE_H)
    if is_weekend:
        leaves = rng.random() < _WEEKEND_OUTING_SHARE
        away = float(rng.uniform(10.5, 14.0))
        back = away + float(rng.uniform(1.5, 5.0))
    else:
        leaves = rng.random() >= _WORK_FROM_HOME_SHARE
        away = float(rng.normal(8.4, 0.2))
        back = float(rng.normal(17.2, 0.4))
    away = max(away, wake + 0.5)
    hours = ((wake, away), (back, bed)) if leaves else ((wake, bed),)
    home = tuple((local_us(day, start, zone), local_us(day, end, zone)) for start, end in hours)
    return Day(day, zone, wake, home)


def local_us(day: date, hour: float, zone: ZoneInfo) -> int:
    """Returns the wall-clock hour of a local day in microseconds since the epoch."""
    return to_us(datetime.combine(day, time(), zone) + timedelta(hours=hour))
