from datetime import UTC, datetime, timedelta

import grpc
import pytest

from nilm.buildings.v1 import tariff_pb2
from nilm.telemetry.v1 import summary_service_pb2 as pb
from nilm_rpc.convert import to_timestamp
from tests.contract.telemetry.world import HOME, KETTLE, MAINS, NOW, TRUTH, World
from tests.support.rpc_errors import failure, fields

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MARCH = datetime(2024, 3, 30, tzinfo=UTC)  # the clocks of London go forward on the 31st


def request(start: datetime, end: datetime, **values: object) -> pb.GetSummaryRequest:
    return pb.GetSummaryRequest(
        building_id=HOME, start_time=to_timestamp(start), end_time=to_timestamp(end), **values
    )


async def constant(world: World, start: datetime, hours: int, power_w: float, **meter: str) -> None:
    """Writes a reading a minute."""
    await world.write(start, [power_w] * (60 * hours), **meter)


async def test_energy_peak_baseload_and_coverage_of_an_interval(world: World) -> None:
    await constant(world, NOW - 4 * HOUR, 2, 600)
    await world.write(NOW - 3 * HOUR, [3_000])
    answer = await world.summaries.GetSummary(request(NOW - 4 * HOUR, NOW), **world.viewer)
    total = answer.total
    assert total.energy_kwh == pytest.approx(1.2 + 2.4 / 60)
    assert total.peak_w == 3_000
    assert total.peak_time == to_timestamp(NOW - 3 * HOUR)
    assert total.baseload_w == pytest.approx(600)
    assert total.coverage == pytest.approx(0.5)
    assert total.unpriced_energy_kwh == pytest.approx(total.energy_kwh)
    assert not total.costs
    assert not answer.periods
    assert answer.time_zone == "Europe/London"


async def test_gaps_are_never_integrated_over(world: World) -> None:
    await constant(world, NOW - 5 * HOUR, 1, 1_000)
    await constant(world, NOW - 2 * HOUR, 1, 1_000)
    total = (await world.summaries.GetSummary(request(NOW - 6 * HOUR, NOW), **world.viewer)).total
    assert total.energy_kwh == pytest.approx(1 + 59 / 60)  # the last before the gap holds nothing
    assert total.coverage == pytest.approx((1 + 59 / 60) / 6)


async def test_without_readings_there_is_no_peak_and_no_baseload(world: World) -> None:
    total = (await world.summaries.GetSummary(request(NOW - HOUR, NOW), **world.viewer)).total
    assert total.energy_kwh == 0
    assert total.coverage == 0
    assert not total.HasField("peak_w")
    assert not total.HasField("peak_time")
    assert not total.HasField("baseload_w")


async def test_days_have_23_hours_where_clocks_go_forward(world: World) -> None:
    for hour in range(0, 72, 6):
        await constant(world, MARCH + hour * HOUR, 6, 1_000)
    span = request(MARCH, MARCH + 3 * DAY - HOUR, period=pb.SUMMARY_PERIOD_DAY)
    answer = await world.summaries.GetSummary(span, **world.viewer)
    assert [period.start_time for period in answer.periods] == [
        to_timestamp(MARCH),
        to_timestamp(MARCH + DAY),
        to_timestamp(MARCH + DAY + 23 * HOUR),
    ]
    assert [period.energy_kwh for period in answer.periods] == pytest.approx([24, 23, 24])
    assert answer.total.energy_kwh == pytest.approx(71)


async def test_months_are_local_and_may_be_cut_by_the_interval(world: World) -> None:
    await constant(world, MARCH, 6, 1_000)
    span = request(MARCH, MARCH + 5 * DAY, period=pb.SUMMARY_PERIOD_MONTH)
    periods = (await world.summaries.GetSummary(span, **world.viewer)).periods
    assert [period.start_time for period in periods] == [
        to_timestamp(MARCH),
        to_timestamp(MARCH + 2 * DAY - HOUR),  # the 1st of April begins at 23:00 UTC
    ]


async def test_an_interval_is_widened_to_quarter_hours(world: World) -> None:
    span = request(NOW + 7 * MINUTE, NOW + 16 * MINUTE)
    total = (await world.summaries.GetSummary(span, **world.viewer)).total
    assert total.start_time == to_timestamp(NOW)
    assert total.end_time == to_timestamp(NOW + 30 * MINUTE)


async def test_cost_follows_the_tariff_that_held_then_and_its_rates(world: World) -> None:
    world.home.tariffs += [
        tariff_pb2.Tariff(
            effective_date="2024-05-31",
            currency_code="GBP",
            price_per_kwh=0.2,
            standing_charge_per_day=0.5,
        ),
        tariff_pb2.Tariff(
            effective_date="2024-06-01",
            currency_code="GBP",
            price_per_kwh=0.4,
            standing_charge_per_day=0.6,
            rates=[tariff_pb2.TimeOfUseRate(start_minute=0, end_minute=6 * 60, price_per_kwh=0.1)],
        ),
    ]
    midnight = datetime(2024, 5, 31, 23, tzinfo=UTC)  # of the 1st of June in London
    for hour in range(-48, 8, 4):
        await constant(world, midnight + hour * HOUR, 4, 1_000)
    span = request(midnight - 2 * DAY, midnight + 8 * HOUR, period=pb.SUMMARY_PERIOD_DAY)
    answer = await world.summaries.GetSummary(span, **world.viewer)
    before, may, june = answer.periods
    assert not before.costs
    assert before.unpriced_energy_kwh == pytest.approx(24)
    assert may.costs[0].energy_cost == pytest.approx(24 * 0.2)
    assert may.costs[0].standing_charge == pytest.approx(0.5)
    assert june.costs[0].energy_cost == pytest.approx(6 * 0.1 + 2 * 0.4)
    assert june.costs[0].standing_charge == pytest.approx(0.6)
    (total,) = answer.total.costs
    assert total.currency_code == "GBP"
    assert total.energy_cost == pytest.approx(24 * 0.2 + 6 * 0.1 + 2 * 0.4)
    assert total.standing_charge == pytest.approx(1.1)


async def test_a_day_that_has_not_begun_has_no_standing_charge(world: World) -> None:
    world.home.tariffs.append(
        tariff_pb2.Tariff(
            effective_date="2024-01-01", currency_code="EUR", standing_charge_per_day=1
        )
    )
    span = request(NOW, NOW + 10 * DAY)
    (cost,) = (await world.summaries.GetSummary(span, **world.viewer)).total.costs
    assert cost.standing_charge == 1


async def test_currencies_are_never_added_up(world: World) -> None:
    world.home.tariffs += [
        tariff_pb2.Tariff(effective_date="2024-05-01", currency_code="GBP", price_per_kwh=1),
        tariff_pb2.Tariff(effective_date="2024-06-01", currency_code="EUR", price_per_kwh=2),
    ]
    midnight = datetime(2024, 5, 31, 23, tzinfo=UTC)
    await constant(world, midnight - HOUR, 2, 1_000)
    span = request(midnight - HOUR, midnight + HOUR)
    total = (await world.summaries.GetSummary(span, **world.viewer)).total
    assert {cost.currency_code: cost.energy_cost for cost in total.costs} == pytest.approx(
        {"GBP": 1, "EUR": 2}
    )
    (unexplained,) = total.appliances
    assert not unexplained.HasField("energy_cost")
    assert unexplained.currency_code == ""


async def test_appliances_are_measured_else_estimated_and_the_rest_unexplained(
    world: World,
) -> None:
    world.home.tariffs.append(
        tariff_pb2.Tariff(effective_date="2024-01-01", currency_code="GBP", price_per_kwh=0.5)
    )
    start = NOW - 2 * HOUR
    await constant(world, start, 2, 1_000)
    await constant(world, start, 2, 100, meter_id=KETTLE)
    await constant(world, start, 2, 900, meter_id=TRUTH)
    await world.predict(start, [300.0] * 120, confidence=0.75)
    await world.predict(
        start, [0.0] * 60 + [400.0] * 60, appliance_id="dishwasher", confidence=0.625
    )
    total = (await world.summaries.GetSummary(request(start, NOW), **world.viewer)).total
    assert total.energy_kwh == pytest.approx(2)
    dishwasher, kettle, unexplained = total.appliances
    assert (kettle.appliance_id, kettle.source) == ("kettle", pb.ENERGY_SOURCE_MEASURED)
    assert kettle.energy_kwh == pytest.approx(0.2)
    assert not kettle.HasField("mean_confidence")
    assert (dishwasher.appliance_id, dishwasher.source) == (
        "dishwasher",
        pb.ENERGY_SOURCE_ESTIMATED,
    )
    assert dishwasher.energy_kwh == pytest.approx(0.4)
    assert dishwasher.mean_confidence == pytest.approx(0.625)
    assert dishwasher.energy_cost == pytest.approx(0.2)
    assert (unexplained.appliance_id, unexplained.source) == ("", pb.ENERGY_SOURCE_UNEXPLAINED)
    assert unexplained.energy_kwh == pytest.approx(1.4)


async def test_greenhouse_gas_is_told_where_an_intensity_is_configured(world: World) -> None:
    start = NOW - 2 * HOUR
    await constant(world, start, 2, 1_000)
    await constant(world, start, 2, 250, meter_id=KETTLE)
    span = request(start, NOW, period=pb.SUMMARY_PERIOD_DAY)
    without = (await world.summaries.GetSummary(span, **world.viewer)).total
    assert not without.HasField("co2_kg")
    assert not any(one.HasField("co2_kg") for one in without.appliances)
    world.home.carbon_intensity_g_per_kwh = 150
    answer = await world.summaries.GetSummary(span, **world.viewer)
    assert answer.total.co2_kg == pytest.approx(0.3)
    assert [period.co2_kg for period in answer.periods] == pytest.approx([0.3])
    assert [one.co2_kg for one in answer.total.appliances] == pytest.approx([0.075, 0.225])
    world.home.carbon_intensity_g_per_kwh = 0
    clean = (await world.summaries.GetSummary(span, **world.viewer)).total
    assert clean.HasField("co2_kg")
    assert clean.co2_kg == 0


async def test_estimates_never_exceed_the_mains(world: World) -> None:
    start = NOW - HOUR
    await constant(world, start, 1, 300)
    await world.predict(start, [400.0] * 60)
    await world.predict(start, [200.0] * 60, appliance_id="microwave")
    total = (await world.summaries.GetSummary(request(start, NOW), **world.viewer)).total
    assert {one.appliance_id: one.energy_kwh for one in total.appliances} == pytest.approx(
        {"kettle": 0.2, "microwave": 0.1, "": 0}
    )


async def test_a_building_without_mains_cannot_be_summed_up(world: World) -> None:
    world.home.meters[:] = [meter for meter in world.home.meters if meter.meter_id != MAINS]
    await failure(
        world.summaries.GetSummary(request(NOW - HOUR, NOW), **world.viewer),
        grpc.StatusCode.FAILED_PRECONDITION,
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (request(NOW - 4_000 * DAY, NOW), "end_time"),
        (request(NOW, NOW), "end_time"),
        (pb.GetSummaryRequest(building_id=HOME, end_time=to_timestamp(NOW)), "start_time"),
        (request(NOW - HOUR, NOW, period=9), "period"),
    ],
)
async def test_a_wrong_request_names_its_field(
    world: World, wrong: pb.GetSummaryRequest, field: str
) -> None:
    error = await failure(
        world.summaries.GetSummary(wrong, **world.viewer), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == [field]


async def test_hours_are_listed_page_by_page_and_empty_ones_left_out(world: World) -> None:
    start = NOW - 10 * HOUR
    await constant(world, start, 2, 100)
    await world.write(start + 30 * MINUTE, [700])
    await constant(world, start + 5 * HOUR, 1, 60)
    query = pb.ListHourlyAggregatesRequest(
        building_id=HOME,
        start_time=to_timestamp(start + MINUTE),
        end_time=to_timestamp(NOW),
        page_size=2,
    )
    first = await world.summaries.ListHourlyAggregates(query, **world.viewer)
    query.page_token = first.next_page_token
    second = await world.summaries.ListHourlyAggregates(query, **world.viewer)
    assert second.next_page_token == ""
    hours = [*first.hours, *second.hours]
    assert [hour.start_time for hour in hours] == [
        to_timestamp(start),
        to_timestamp(start + HOUR),
        to_timestamp(start + 5 * HOUR),
    ]
    assert (hours[0].min_w, hours[0].max_w, hours[0].count) == (100, 700, 60)
    assert hours[0].avg_w == pytest.approx(110)
    assert hours[0].energy_wh == pytest.approx(110)
    assert hours[0].coverage == pytest.approx(1)
    assert hours[1].coverage == pytest.approx(59 / 60)
    assert hours[2].energy_wh == pytest.approx(60)
