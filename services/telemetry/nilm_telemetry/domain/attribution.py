"""Which appliance used what of the mains, quarter by quarter.

A quarter hour that an appliance's own meter covers is measured; else its predictions estimate it.
Estimates give way to measurements, and both together never exceed the mains: what is too much is
scaled down, what is left is unexplained. Where the mains are unknown, so is everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from nilm_core.timegrid import Float64Array, Int64Array
from nilm_telemetry.domain.quarters import QUARTER_US, PredictionQuarters, ReadingQuarters


class EnergySource(StrEnum):
    """Where an appliance's energy is known from."""

    MEASURED = "MEASURED"
    ESTIMATED = "ESTIMATED"
    UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True)
class Share:
    """One appliance's part of the mains at each quarter hour of an interval."""

    appliance_id: str
    """Empty for the unexplained part."""
    source: EnergySource
    energy_wh: Float64Array
    """Shape (n,)."""
    on_us: Float64Array
    """For how long an estimate said on; 0 where measured, shape (n,)."""
    on_confidence_us: Float64Array
    """Integral of the confidence over that time, shape (n,)."""


def dense(
    start_us: Int64Array, values: Int64Array | Float64Array, grid_us: Int64Array
) -> Float64Array:
    """Spreads sparse quarter hours over the consecutive ones of a grid, 0 where there is none."""
    out = np.zeros(len(grid_us))
    if len(grid_us):
        out[(start_us - grid_us[0]) // QUARTER_US] = values
    return out


def attribute(
    mains_wh: Float64Array,
    measured: Mapping[str, ReadingQuarters],
    estimated: Mapping[str, PredictionQuarters],
    grid_us: Int64Array,
) -> list[Share]:
    """Parts the mains between the appliances.

    Args:
        mains_wh: Energy of the mains, shape (n,).
        measured: Quarter hours of each appliance's own meter, by appliance.
        estimated: Quarter hours of each appliance's predictions, by appliance.
        grid_us: Starts of the n consecutive quarter hours.

    Returns:
        The shares by appliance, measured before estimated, the unexplained part last; they sum to
        `mains_wh`.
    """
    nothing = np.zeros(len(grid_us))
    shares: list[Share] = []
    for appliance_id in sorted({*measured, *estimated}):
        is_measured = nothing
        own = measured.get(appliance_id)
        if own is not None and len(own):
            is_measured = dense(own.start_us, own.covered_us, grid_us)
            energy = np.maximum(dense(own.start_us, own.energy_wh, grid_us), 0.0)
            shares.append(Share(appliance_id, EnergySource.MEASURED, energy, nothing, nothing))
        said = estimated.get(appliance_id)
        if said is not None and np.any(
            dense(said.start_us, said.covered_us, grid_us)[is_measured == 0]
        ):
            columns = (
                np.where(is_measured > 0, 0.0, dense(said.start_us, column, grid_us))
                for column in (said.energy_wh, said.on_us, said.on_confidence_us)
            )
            shares.append(Share(appliance_id, EnergySource.ESTIMATED, *columns))
    fitted = _fit(np.maximum(mains_wh, 0.0), shares)
    left = mains_wh - sum((share.energy_wh for share in fitted), start=nothing)
    return [*fitted, Share("", EnergySource.UNEXPLAINED, left, nothing, nothing)]


def _fit(available_wh: Float64Array, shares: list[Share]) -> list[Share]:
    """Scales measurements into the mains, and estimates into what they leave."""
    left = available_wh
    factors: dict[EnergySource, Float64Array] = {}
    for source in (EnergySource.MEASURED, EnergySource.ESTIMATED):
        wanted = np.zeros(len(available_wh))
        for share in shares:
            if share.source is source:
                wanted = wanted + share.energy_wh
        factor = np.ones(len(available_wh))
        np.divide(left, wanted, out=factor, where=wanted > left)
        factors[source] = factor
        left = np.maximum(left - wanted * factor, 0.0)
    return [
        Share(
            share.appliance_id,
            share.source,
            share.energy_wh * factors[share.source],
            share.on_us,
            share.on_confidence_us,
        )
        for share in shares
    ]
