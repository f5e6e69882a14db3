from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest

from nilm.buildings.v1 import tariff_pb2
from nilm.telemetry.v1 import run_service_pb2 as pb
from nilm.telemetry.v1 import summary_service_pb2 as summary_pb
from nilm_rpc.convert import from_timestamp, to_timestamp
from tests.contract.telemetry.world import HOME, KETTLE, NOW, TRUTH, World
from tests.support.rpc_errors import failure, fields

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
START = NOW - 6 * HOUR


def request(
    start: datetime = START, end: datetime = NOW, **values: Any
) -> pb.ListApplianceRunsRequest:
    values = {"building_id": HOME, "appliance_id": "dishwasher", **values}
    return pb.ListApplianceRunsRequest(
        start_time=to_timestamp(start), end_time=to_timestamp(end), **values
    )


def starts(answer: pb.ListApplianceRunsResponse) -> list[int]:
    """Minutes after `START` at which the runs start."""
    return [(from_timestamp(run.start_time, "") - START) // MINUTE for run in answer.runs]


async def programme(world: World, minute: int, power_w: list[float]) -> None:
    await world.predict(START + minute * MINUTE, power_w, appliance_id="dishwasher")


async def test_runs_are_listed_newest_first_with_energy_and_cost(world: World) -> None:
    world.home.tariffs.append(
        tariff_pb2.Tariff(effective_date="2024-01-01", currency_code="GBP", price_per_kwh=0.5)
    )
    await programme(world, 0, [0.0] * 360)
    await programme(world, 10, [1_200] * 10 + [0] * 20 + [600] * 10)  # one programme with a pause
    await programme(world, 200, [900] * 4)
    answer = await world.runs.ListApplianceRuns(request(), **world.viewer)
    assert starts(answer) == [200, 10]
    assert answer.run_count == 2
    assert answer.coverage == pytest.approx(1)
    assert answer.bridged_pause.ToTimedelta() == timedelta(minutes=30)
    newest, oldest = answer.runs
    assert oldest.end_time == to_timestamp(START + 50 * MINUTE)
    assert oldest.energy_kwh == pytest.approx(0.3)
    assert oldest.peak_w == 1_200
    assert oldest.mean_confidence == pytest.approx(0.9)
    assert (oldest.energy_cost, oldest.currency_code) == (pytest.approx(0.15), "GBP")
    assert oldest.source == summary_pb.ENERGY_SOURCE_ESTIMATED
    assert (oldest.start_is_cut, oldest.end_is_cut) == (False, False)
    assert newest.appliance_id == "dishwasher"


async def test_pages_follow_any_order(world: World) -> None:
    await programme(world, 0, [0.0] * 360)
    for minute, power_w in ((10, [100.0] * 30), (80, [2_000.0] * 2), (200, [500.0] * 5)):
        await programme(world, minute, power_w)
    for order, expected in (
        (pb.RUN_ORDER_UNSPECIFIED, [200, 80, 10]),
        (pb.RUN_ORDER_NEWEST, [200, 80, 10]),
        (pb.RUN_ORDER_LONGEST, [10, 200, 80]),
        (pb.RUN_ORDER_MOST_ENERGY, [80, 10, 200]),
    ):
        query = request(order=order, page_size=2)
        first = await world.runs.ListApplianceRuns(query, **world.viewer)
        query.page_token = first.next_page_token
        second = await world.runs.ListApplianceRuns(query, **world.viewer)
        assert starts(first) + starts(second) == expected
        assert second.next_page_token == ""
        assert first.run_count == second.run_count == 3
    query.order = pb.RUN_ORDER_NEWEST
    error = await failure(
        world.runs.ListApplianceRuns(query, **world.viewer), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == ["page_token"]


async def test_a_run_belongs_to_the_interval_that_it_starts_in(world: World) -> None:
    await programme(world, 0, [0.0] * 120)
    await programme(world, 50, [500.0] * 20)
    middle = START + HOUR
    before = await world.runs.ListApplianceRuns(request(START, middle), **world.viewer)
    after = await world.runs.ListApplianceRuns(request(middle, NOW), **world.viewer)
    assert starts(before) == [50]
    assert before.runs[0].end_time == to_timestamp(START + 70 * MINUTE)
    assert starts(after) == []


async def test_what_lies_beside_missing_data_is_marked_and_coverage_told(world: World) -> None:
    await programme(world, 60, [500.0] * 60 + [0.0] * 60)
    answer = await world.runs.ListApplianceRuns(request(), **world.viewer)
    (run,) = answer.runs
    assert (run.start_is_cut, run.end_is_cut) == (True, False)
    assert answer.coverage == pytest.approx(2 / 6)
    later = await world.runs.ListApplianceRuns(request(end=NOW + 6 * HOUR), **world.viewer)
    assert later.coverage == answer.coverage  # what is still to come is not missing


async def test_a_meter_of_its_own_wins_over_estimates_and_truth_never_counts(
    world: World,
) -> None:
    await world.predict(START, [0.0] * 60 + [900.0] * 5 + [0.0] * 60, appliance_id="kettle")
    await world.predict(START + 5 * HOUR, [700.0] * 5 + [0.0] * 10, appliance_id="kettle")
    await world.write(START, [3.0] * 30 + [2_000.0] * 3 + [3.0] * 60, meter_id=KETTLE)
    await world.write(START, [2_000.0] * 60, meter_id=TRUTH)
    answer = await world.runs.ListApplianceRuns(request(appliance_id="kettle"), **world.viewer)
    assert starts(answer) == [300, 30]
    estimated, measured = answer.runs
    assert estimated.source == summary_pb.ENERGY_SOURCE_ESTIMATED
    assert measured.source == summary_pb.ENERGY_SOURCE_MEASURED
    assert measured.energy_kwh == pytest.approx(0.1)
    assert not measured.HasField("mean_confidence")
    assert not measured.HasField("energy_cost")
    nothing = await world.runs.ListApplianceRuns(request(), **world.viewer)
    assert not nothing.runs


async def test_the_typical_programme_is_the_median_of_whole_runs(world: World) -> None:
    await programme(world, 0, [0.0] * 360)
    query = pb.GetTypicalProgrammeRequest(
        building_id=HOME,
        appliance_id="dishwasher",
        start_time=to_timestamp(START),
        end_time=to_timestamp(NOW),
    )
    none = await world.runs.GetTypicalProgramme(query, **world.viewer)
    assert not none.HasField("programme")
    for number, minute in enumerate((10, 70, 130, 190, 250)):
        await programme(world, minute, [100.0 * (number + 1), 1_000.0])
    await programme(world, 359, [5_000.0])  # it may still run
    typical = (await world.runs.GetTypicalProgramme(query, **world.viewer)).programme
    assert typical.run_count == 5
    assert typical.sample_period.ToTimedelta() == MINUTE
    assert list(typical.lower_quartile_w) == [200, 1_000]
    assert list(typical.median_w) == [300, 1_000]
    assert list(typical.upper_quartile_w) == [400, 1_000]
    assert typical.median_duration.ToTimedelta() == 2 * MINUTE
    assert typical.median_energy_kwh == pytest.approx(1.3 / 60)


async def test_the_typical_programme_of_a_meter_is_that_of_its_readings(world: World) -> None:
    for minute in (10, 70, 130):
        power_w = [0.0] * 2 + [1_800.0] * 2 + [0.0] * 2
        await world.write(START + minute * MINUTE, power_w, meter_id=KETTLE)
    query = pb.GetTypicalProgrammeRequest(
        building_id=HOME,
        appliance_id="kettle",
        start_time=to_timestamp(START),
        end_time=to_timestamp(NOW),
    )
    typical = (await world.runs.GetTypicalProgramme(query, **world.viewer)).programme
    assert typical.run_count == 3
    assert list(typical.median_w) == [1_800, 1_800]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (request(appliance_id="Dish Washer"), "appliance_id"),
        (request(order=9), "order"),
        (request(NOW, NOW), "end_time"),
        (request(NOW - timedelta(days=4_000)), "end_time"),
        (request(page_token="x"), "page_token"),
    ],
)
async def test_a_wrong_request_names_its_field(
    world: World, wrong: pb.ListApplianceRunsRequest, field: str
) -> None:
    error = await failure(
        world.runs.ListApplianceRuns(wrong, **world.viewer), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == [field]


async def test_a_stranger_sees_no_runs(world: World) -> None:
    await failure(
        world.runs.ListApplianceRuns(request(), **world.stranger), grpc.StatusCode.NOT_FOUND
    )
