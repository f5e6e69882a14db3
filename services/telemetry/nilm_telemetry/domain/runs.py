"""The runs of an appliance, found in its samples.

An appliance is on while its power is above a threshold; times of being on that lie no further apart
than a bound are one run, since a programme, as of a washing machine, pauses between heating and
spinning. Kelly and Knottenbelt: Neural NILM. BuildSys 2015, section 3.1, cuts activations so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Float64Array, span_us
from nilm_core.units import W_PER_KW
from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.quarters import US_PER_HOUR
from nilm_telemetry.domain.samples import Samples
from nilm_telemetry.domain.tariffs import NO_CURRENCY

_SPELL = np.dtype(
    [
        ("start_us", np.int64),
        ("end_us", np.int64),
        ("before", np.float64, 4),  # energy in Wh, cost, time on in us, confidence times that
        ("after", np.float64, 4),
        ("peak_w", np.float64),
        ("first_currency", np.int64),
        ("last_currency", np.int64),
        ("hole_before", np.bool_),
        ("hole_after", np.bool_),
    ]
)
"""A time of being on without a pause or a hole; `before` and `after` are totals since the start."""


@dataclass(frozen=True, slots=True)
class RunRule:
    """When an appliance runs."""

    measured_above_w: float
    """It is on where its own meter reads more than this, which is above its standby."""
    bridged_pause: timedelta
    """Longest pause that is part of a run."""


_DEFAULT_RULE = RunRule(10.0, timedelta(minutes=2))
_PROGRAMME_RULE = RunRule(10.0, timedelta(minutes=30))
_RULES: Mapping[str, RunRule] = MappingProxyType(
    {
        "dishwasher": _PROGRAMME_RULE,
        "tumble_dryer": RunRule(10.0, timedelta(minutes=10)),
        "washer_dryer": _PROGRAMME_RULE,
        "washing_machine": _PROGRAMME_RULE,
    }
)


def run_rule(appliance_id: str) -> RunRule:
    """Returns when an appliance runs."""
    return _RULES.get(appliance_id, _DEFAULT_RULE)


@dataclass(frozen=True, slots=True)
class Run:
    """One use of an appliance."""

    start_us: int
    end_us: int
    energy_wh: float
    """What it used from start to end, pauses included."""
    peak_w: float
    mean_confidence: float | None
    """While it was said to be on; None where measured."""
    energy_cost: float
    currency: int
    """Index of the cost's currency; `NO_CURRENCY` where none or several held."""
    source: EnergySource
    start_is_cut: bool
    """Whether nothing is known of the time just before."""
    end_is_cut: bool
    """Whether nothing is known of the time just after."""

    @property
    def is_whole(self) -> bool:
        """Whether it is known from its start to its end."""
        return not (self.start_is_cut or self.end_is_cut)


class RunFinder:
    """Finds the runs of one appliance in samples that come part by part, in time order."""

    def __init__(self, source: EnergySource, rule: RunRule) -> None:
        self._source = source
        self._on_above_w = rule.measured_above_w if source is EnergySource.MEASURED else 0.0
        self._bridged_us = span_us(rule.bridged_pause)
        self._spells: list[npt.NDArray[np.void]] = []
        self._totals = np.zeros(4)
        self._end_us = -1

    def add(self, samples: Samples) -> None:
        """Takes the next samples, which start no earlier than those before have ended."""
        if not len(samples):
            return
        totals = _totals(samples, self._totals, samples.power_w > self._on_above_w)
        follows_on = int(samples.start_us[0]) == self._end_us
        if follows_on and self._spells:
            last = self._spells[-1][-1:]
            last["hole_after"] &= last["end_us"] != self._end_us
        spells = _spells(samples, totals, self._on_above_w, follows_on=follows_on)
        if len(spells):
            self._spells.append(spells)
        self._totals = totals[-1]
        self._end_us = int(samples.end_us[-1])

    def runs(self) -> list[Run]:
        """Returns the runs in all samples so far, in time order."""
        if not self._spells:
            return []
        spells = np.concatenate(self._spells)
        pause_us = spells["start_us"][1:] - spells["end_us"][:-1]
        firsts = np.flatnonzero(np.append(True, pause_us > self._bridged_us))
        lasts = np.append(firsts[1:], len(spells)) - 1
        peaks_w = np.maximum.reduceat(spells["peak_w"], firsts)
        return [
            self._run(spells[first], spells[last], peak_w)
            for first, last, peak_w in zip(firsts, lasts, peaks_w.tolist(), strict=True)
        ]

    def _run(self, first: np.void, last: np.void, peak_w: float) -> Run:
        energy_wh, cost, on_us, sure_us = (last["after"] - first["before"]).tolist()
        is_estimated = self._source is EnergySource.ESTIMATED
        in_one_currency = first["first_currency"] == last["last_currency"]
        return Run(
            start_us=int(first["start_us"]),
            end_us=int(last["end_us"]),
            energy_wh=energy_wh,
            peak_w=peak_w,
            mean_confidence=sure_us / on_us if is_estimated else None,
            energy_cost=cost,
            currency=int(first["first_currency"]) if in_one_currency else NO_CURRENCY,
            source=self._source,
            start_is_cut=bool(first["hole_before"]),
            end_is_cut=bool(last["hole_after"]),
        )


def _totals(
    samples: Samples, begin: Float64Array, is_on: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Returns the totals of `_SPELL` before each sample and after the last, shape (n + 1, 4)."""
    held_us = (samples.end_us - samples.start_us).astype(np.float64)
    energy_wh = samples.power_w * held_us / US_PER_HOUR
    on_us = np.where(is_on, held_us, 0.0)
    totals = np.empty((len(samples) + 1, 4))
    totals[0] = begin
    totals[1:, 0] = energy_wh
    totals[1:, 1] = energy_wh * samples.per_kwh / W_PER_KW
    totals[1:, 2] = on_us
    totals[1:, 3] = on_us * np.nan_to_num(samples.confidence)
    return np.cumsum(totals, axis=0)


def _spells(
    samples: Samples, totals: npt.NDArray[np.float64], on_above_w: float, *, follows_on: bool
) -> npt.NDArray[np.void]:
    is_on = samples.power_w > on_above_w
    hole_before = np.append(not follows_on, samples.start_us[1:] > samples.end_us[:-1])
    hole_after = np.append(hole_before[1:], True)
    firsts = np.flatnonzero(is_on & (hole_before | ~np.append(False, is_on[:-1])))
    lasts = np.flatnonzero(is_on & (hole_after | ~np.append(is_on[1:], False)))
    spells = np.empty(len(firsts), _SPELL)
    if not len(firsts):
        return spells
    spells["start_us"] = samples.start_us[firsts]
    spells["end_us"] = samples.end_us[lasts]
    spells["before"] = totals[firsts]
    spells["after"] = totals[lasts + 1]
    # what lies between two spells is off, and so below their peaks
    spells["peak_w"] = np.maximum.reduceat(samples.power_w, firsts)
    spells["first_currency"] = samples.currency[firsts]
    spells["last_currency"] = samples.currency[lasts]
    spells["hole_before"] = hole_before[firsts]
    spells["hole_after"] = hole_after[lasts]
    return spells
