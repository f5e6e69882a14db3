"""Outdoor temperature of a temperate climate: season, hour and passing weather."""

import numpy as np
import numpy.typing as npt

from nilm_trainer.draws import between

Float64Array = npt.NDArray[np.float64]

_MINUTES_PER_DAY = 1_440
_DAYS_PER_YEAR = 365.25
_COLDEST_DAY = 20.0
_MEAN_C = 9.5
_SEASON_K = 8.0
_WARMEST_HOUR = 15.0
_WEATHER_K = 3.5
_WEATHER_DAYS = 3.0


def outdoor_temperature(days: int, rng: np.random.Generator) -> Float64Array:
    """Returns the temperature from midnight of a random day of the year on, degrees C.

    The means are those of north-western Europe; each household has a climate a little off them.

    Returns:
        One value a minute, shape (days * 1440,).
    """
    minute = np.arange(days * _MINUTES_PER_DAY)
    day = rng.uniform(0.0, _DAYS_PER_YEAR) + minute / _MINUTES_PER_DAY
    hour = (minute / 60.0) % 24.0
    season = -_SEASON_K * np.cos(2.0 * np.pi * (day - _COLDEST_DAY) / _DAYS_PER_YEAR)
    swing_k = between((1.5, 6.0), rng)
    daily = swing_k * np.cos(2.0 * np.pi * (hour - _WARMEST_HOUR) / 24.0)
    climate: Float64Array = _MEAN_C + between((-6.0, 4.0), rng) + season + daily
    return climate + np.interp(minute / _MINUTES_PER_DAY, np.arange(days + 1), _weather(days, rng))


def _weather(days: int, rng: np.random.Generator) -> Float64Array:
    """Returns how much warmer than usual it is at each midnight, K, shape (days + 1,)."""
    keep = np.exp(-1.0 / _WEATHER_DAYS)
    change = _WEATHER_K * np.sqrt(1.0 - keep**2)
    warmer = np.empty(days + 1)
    warmer[0] = _WEATHER_K * rng.standard_normal()
    for index in range(days):
        warmer[index + 1] = keep * warmer[index] + change * rng.standard_normal()
    return warmer
