"""Runs and typical programmes."""

from datetime import timedelta

from nilm.telemetry.v1 import run_pb2, summary_service_pb2
from nilm.telemetry.v1 import run_service_pb2 as pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_core.units import wh_to_kwh
from nilm_rpc.convert import timestamp_of_us, to_duration
from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.programme import TypicalProgramme
from nilm_telemetry.domain.runs import Run
from nilm_telemetry.domain.tariffs import NO_CURRENCY
from nilm_telemetry.service.runs import FoundRuns, Position, RunOrder

LONGEST = timedelta(days=3_660)
_ORDERS = {
    pb.RUN_ORDER_UNSPECIFIED: RunOrder.NEWEST,
    pb.RUN_ORDER_NEWEST: RunOrder.NEWEST,
    pb.RUN_ORDER_LONGEST: RunOrder.LONGEST,
    pb.RUN_ORDER_MOST_ENERGY: RunOrder.MOST_ENERGY,
}
_SOURCES = {
    EnergySource.MEASURED: summary_service_pb2.ENERGY_SOURCE_MEASURED,
    EnergySource.ESTIMATED: summary_service_pb2.ENERGY_SOURCE_ESTIMATED,
}


def appliance_id_from(value: str) -> str:
    """Returns the appliance that a request names.

    Raises:
        InvalidArgumentError: It is no identifier of an appliance.
    """
    if not is_resource_id(value):
        raise InvalidArgumentError.of_field(
            "appliance_id", "must be 1 to 63 of a-z, 0-9, `_` and `-`, such as washing_machine"
        )
    return value


def order_from(value: pb.RunOrder) -> RunOrder:
    """Returns in which order runs are to be listed.

    Raises:
        InvalidArgumentError: It is no order that is known.
    """
    if value not in _ORDERS:
        known = ", ".join(pb.RunOrder.Name(order) for order in _ORDERS if order)
        raise InvalidArgumentError.of_field("order", f"must be absent or one of {known}")
    return _ORDERS[value]


def position_from(text: str | None) -> Position | None:
    """Returns the position that a page token holds."""
    return None if text is None else tuple(int(part) for part in text.split())


def position_to(position: Position) -> str:
    """Returns a position as the text of a page token."""
    return " ".join(map(str, position))


def run_to(found: FoundRuns, run: Run) -> run_pb2.ApplianceRun:
    """Returns a run as a message."""
    is_priced = run.currency != NO_CURRENCY
    return run_pb2.ApplianceRun(
        appliance_id=found.appliance_id,
        start_time=timestamp_of_us(run.start_us),
        end_time=timestamp_of_us(run.end_us),
        energy_kwh=wh_to_kwh(run.energy_wh),
        peak_w=run.peak_w,
        mean_confidence=run.mean_confidence,
        energy_cost=run.energy_cost if is_priced else None,
        currency_code=found.currency_codes[run.currency] if is_priced else "",
        source=_SOURCES[run.source],
        start_is_cut=run.start_is_cut,
        end_is_cut=run.end_is_cut,
    )


def programme_to(programme: TypicalProgramme | None) -> pb.GetTypicalProgrammeResponse:
    """Returns a typical programme as a message."""
    if programme is None:
        return pb.GetTypicalProgrammeResponse()
    return pb.GetTypicalProgrammeResponse(
        programme=run_pb2.TypicalProgramme(
            sample_period=to_duration(programme.period),
            lower_quartile_w=programme.lower_quartile_w.tolist(),
            median_w=programme.median_w.tolist(),
            upper_quartile_w=programme.upper_quartile_w.tolist(),
            run_count=programme.run_count,
            median_duration=to_duration(programme.median_duration),
            median_energy_kwh=wh_to_kwh(programme.median_energy_wh),
        )
    )
