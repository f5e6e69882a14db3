"""Summaries and hours."""

from datetime import timedelta

from nilm.telemetry.v1 import reading_pb2 as reading_pb
from nilm.telemetry.v1 import summary_service_pb2 as pb
from nilm_core.errors import InvalidArgumentError
from nilm_rpc.convert import timestamp_of_us, to_timestamp
from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.calendar import Period
from nilm_telemetry.domain.hours import HourlyAggregate
from nilm_telemetry.domain.summary import ApplianceEnergy, EnergySummary
from nilm_telemetry.service.summaries import BuildingSummary

LONGEST = timedelta(days=3_660)
_PERIODS = {
    pb.SUMMARY_PERIOD_UNSPECIFIED: Period.WHOLE,
    pb.SUMMARY_PERIOD_DAY: Period.DAY,
    pb.SUMMARY_PERIOD_MONTH: Period.MONTH,
}
_SOURCES = {
    EnergySource.MEASURED: pb.ENERGY_SOURCE_MEASURED,
    EnergySource.ESTIMATED: pb.ENERGY_SOURCE_ESTIMATED,
    EnergySource.UNEXPLAINED: pb.ENERGY_SOURCE_UNEXPLAINED,
}


def period_from(value: pb.SummaryPeriod) -> Period:
    """Returns how a summary is to be cut.

    Raises:
        InvalidArgumentError: It is no period that is known.
    """
    if value not in _PERIODS:
        raise InvalidArgumentError.of_field(
            "period", "must be SUMMARY_PERIOD_DAY or SUMMARY_PERIOD_MONTH, or absent"
        )
    return _PERIODS[value]


def summary_to(summary: BuildingSummary) -> pb.GetSummaryResponse:
    """Returns a building's summary as a message."""
    return pb.GetSummaryResponse(
        total=_energy(summary.total),
        periods=[_energy(period) for period in summary.periods],
        time_zone=summary.time_zone,
    )


def _energy(summary: EnergySummary) -> pb.EnergySummary:
    return pb.EnergySummary(
        start_time=to_timestamp(summary.start),
        end_time=to_timestamp(summary.end),
        energy_kwh=summary.energy_kwh,
        peak_w=summary.peak_w,
        peak_time=None if summary.peak_time is None else to_timestamp(summary.peak_time),
        baseload_w=summary.baseload_w,
        coverage=summary.coverage,
        costs=[
            pb.Cost(
                currency_code=cost.currency_code,
                energy_cost=cost.energy_cost,
                standing_charge=cost.standing_charge,
            )
            for cost in summary.costs
        ],
        unpriced_energy_kwh=summary.unpriced_energy_kwh,
        appliances=[_appliance(appliance) for appliance in summary.appliances],
        co2_kg=summary.co2_kg,
    )


def _appliance(appliance: ApplianceEnergy) -> pb.ApplianceEnergy:
    return pb.ApplianceEnergy(
        appliance_id=appliance.appliance_id,
        source=_SOURCES[appliance.source],
        energy_kwh=appliance.energy_kwh,
        energy_cost=appliance.energy_cost,
        currency_code=appliance.currency_code,
        mean_confidence=appliance.mean_confidence,
        co2_kg=appliance.co2_kg,
    )


def hour_to(hour: HourlyAggregate) -> reading_pb.HourlyAggregate:
    """Returns an hour as a message."""
    return reading_pb.HourlyAggregate(
        start_time=timestamp_of_us(hour.start_us),
        avg_w=hour.avg_w,
        min_w=hour.min_w,
        max_w=hour.max_w,
        energy_wh=hour.energy_wh,
        count=hour.count,
        coverage=hour.coverage,
    )
