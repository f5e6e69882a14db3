"""Air-source heat pumps: a compressor that keeps a house and a tank of hot water warm.

The house is a heat loss and a store of heat between two switching points, after the simplest of
the models in Bacher, Madsen: Identifying suitable models for the heat dynamics of buildings,
Energy and Buildings 43 (2011). The pump is of fixed speed or modulates, defrosts in the cold, has a
backup heater where it is too small, and makes hot water at its hours. Cooling is left out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_trainer.draws import between, even_in_ratio
from nilm_trainer.synthetic.weather import outdoor_temperature

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]

_ROWS_PER_MINUTE = 2
_MINUTES_PER_DAY = 1_440
_POWER_W = (900.0, 5_000.0)
_DESIGN_C = -5.0
_INSIDE_C = 20.5
_FROST_C = 5.0
_FIXED_SPEED_SHARE = 0.35
_BACKUP_SHARE = 0.5
_HOT_WATER_SHARE = 0.85
_NOISE = 0.02


@dataclass(frozen=True, slots=True)
class HeatPump:
    """What sets one heat pump, and the house around it, apart from another."""

    most_w: float
    """Electrical power at full speed, W."""
    least_w: float
    """Lowest electrical power that it can run at, W; `most_w` at fixed speed."""
    loss_w_per_k: float
    """Heat that the house loses for each degree of difference, W/K."""
    gains_w: float
    """Heat from people, appliances and the sun, W."""
    inside_c: float
    """Temperature that is kept, degrees C."""
    setback_k: float
    """How much less is kept from 22 to 5 o'clock, K."""
    band_wh: float
    """Heat that is stored between switching on and off, Wh."""
    lag_minutes: float
    """Time in which a modulating pump follows what is wanted of it."""
    defrost_every_minutes: float
    """Running time in the cold from one defrost to the next."""
    defrost_minutes: int
    """Length of a defrost."""
    backup_w: float
    """Power of the backup heater, W; 0 where there is none."""
    standby_w: float
    """Power of its electronics, W."""
    circulation_w: float
    """Power of the circulation pump while heat is wanted, W."""
    hot_water_minutes: tuple[int, ...]
    """Minutes of the day at which hot water is made."""
    hot_water_length: float
    """Length of making hot water, minutes."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "HeatPump":
        """Draws a heat pump that about suits its house."""
        most_w = even_in_ratio(_POWER_W, rng)
        fixed = rng.random() < _FIXED_SPEED_SHARE
        heat_w = most_w * _efficiency(_DESIGN_C) * between((0.5, 1.05), rng)
        has_water = rng.random() < _HOT_WATER_SHARE
        times = rng.integers(0, _MINUTES_PER_DAY, int(rng.integers(1, 4)) if has_water else 0)
        return cls(
            most_w=most_w,
            least_w=most_w * (1.0 if fixed else between((0.18, 0.4), rng)),
            loss_w_per_k=heat_w / (_INSIDE_C - _DESIGN_C),
            gains_w=between((200.0, 900.0), rng),
            inside_c=_INSIDE_C + between((-1.5, 1.5), rng),
            setback_k=between((0.0, 4.0), rng) * (rng.random() < 0.5),  # noqa: PLR2004 - half do
            band_wh=most_w * between((0.3, 1.6), rng),
            lag_minutes=between((3.0, 20.0), rng),
            defrost_every_minutes=between((35.0, 120.0), rng),
            defrost_minutes=int(rng.integers(3, 10)),
            backup_w=even_in_ratio((1_000.0, 6_000.0), rng) * (rng.random() < _BACKUP_SHARE),
            standby_w=between((5.0, 30.0), rng),
            circulation_w=between((0.0, 60.0), rng),
            hot_water_minutes=tuple(sorted(int(each) for each in times)),
            hot_water_length=between((15.0, 70.0), rng),
        )


class _Run:
    """One heat pump from minute to minute."""

    def __init__(self, pump: HeatPump, rng: np.random.Generator) -> None:
        self._pump = pump
        self._rng = rng
        self._stored_wh = pump.band_wh * rng.random()
        self._is_heating = False
        self._power_w = pump.least_w
        self._frost_minutes = pump.defrost_every_minutes * rng.random()
        self._defrost_left = 0
        self._water_left = 0
        self._water_length = 1

    def step(self, minute: int, outside_c: float) -> float:
        """Returns the electrical power of the next minute, W."""
        pump, of_day = self._pump, minute % _MINUTES_PER_DAY
        night = of_day >= 22 * 60 or of_day < 5 * 60
        inside_c = pump.inside_c - (pump.setback_k if night else 0.0)
        wanted_w = max(0.0, pump.loss_w_per_k * (inside_c - outside_c) - pump.gains_w)
        if of_day in pump.hot_water_minutes and not self._water_left:
            length = pump.hot_water_length * between((0.6, 1.4), self._rng)
            self._water_left = self._water_length = max(5, round(length))
        compressor_w, heat_w = self._compressor(wanted_w, outside_c)
        backup_w = self._backup(outside_c)
        self._stored_wh += (heat_w + backup_w - wanted_w) / 60.0
        self._stored_wh = max(self._stored_wh, -pump.band_wh)
        circulation_w = pump.circulation_w if wanted_w > 0.0 or compressor_w > 0.0 else 0.0
        return compressor_w + backup_w + circulation_w + pump.standby_w

    def _compressor(self, wanted_w: float, outside_c: float) -> tuple[float, float]:
        """Returns its electrical power and the heat that the house gets of it, W."""
        pump = self._pump
        if self._defrost_left:
            self._defrost_left -= 1
            return 0.35 * pump.most_w, -0.5 * pump.most_w
        if self._water_left:
            self._water_left -= 1
            done = 1.0 - self._water_left / self._water_length
            return pump.most_w * (0.7 + 0.3 * done), 0.0
        self._switch()
        if not self._is_heating:
            return 0.0, 0.0
        self._frost_minutes += outside_c < _FROST_C
        if self._frost_minutes >= pump.defrost_every_minutes:
            self._frost_minutes = 0.0
            self._defrost_left = pump.defrost_minutes
        efficiency = _efficiency(outside_c)
        missing_w = (0.5 * pump.band_wh - self._stored_wh) / efficiency
        aim_w = np.clip(wanted_w / efficiency + missing_w, pump.least_w, pump.most_w)
        self._power_w += (float(aim_w) - self._power_w) / pump.lag_minutes
        self._power_w = max(self._power_w, pump.least_w)
        return self._power_w, self._power_w * efficiency

    def _switch(self) -> None:
        """Switches on at the lower point and off at the upper one."""
        if self._stored_wh <= 0.0 and not self._is_heating:
            self._is_heating = True
            self._power_w = between((self._pump.least_w, self._pump.most_w), self._rng)
        elif self._stored_wh >= self._pump.band_wh:
            self._is_heating = False

    def _backup(self, outside_c: float) -> float:
        """Returns the power of the backup heater, W, where the house is far too cold."""
        lacks = self._stored_wh < -0.8 * self._pump.band_wh and outside_c < _FROST_C
        return self._pump.backup_w if lacks else 0.0


def simulate_heat_pump(rows: int, rng: np.random.Generator) -> Float32Array:
    """Returns the power of a heat pump that is drawn anew, W at 30 s from midnight on, (rows,)."""
    minutes = -(-rows // _ROWS_PER_MINUTE)
    days = -(-minutes // _MINUTES_PER_DAY)
    outside_c = outdoor_temperature(days, rng)
    run = _Run(HeatPump.drawn(rng), rng)
    power_w = np.array([run.step(minute, float(outside_c[minute])) for minute in range(minutes)])
    fine_w = np.repeat(power_w, _ROWS_PER_MINUTE)[:rows]
    shift = int(rng.integers(_ROWS_PER_MINUTE))
    noise = 1.0 + _NOISE * rng.standard_normal(rows)
    return np.maximum(np.roll(fine_w, shift) * noise, 0.0).astype(np.float32)


def _efficiency(outside_c: float) -> float:
    """Returns the heat for each unit of electricity."""
    return min(max(3.9 + 0.08 * (outside_c - 7.0), 1.8), 5.5)
