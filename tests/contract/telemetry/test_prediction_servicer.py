import math
from datetime import timedelta

import grpc
import pytest

from nilm.telemetry.v1 import prediction_pb2
from nilm.telemetry.v1 import prediction_service_pb2 as pb
from nilm_rpc.convert import to_duration, to_timestamp
from tests.contract.telemetry.stand_in_auth import WARDEN, Building
from tests.contract.telemetry.world import HOME, KETTLE, MAINS, NOW, World
from tests.support.rpc_errors import failure, fields

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
START = NOW - HOUR


def query(**values: object) -> pb.QueryPredictionsRequest:
    return pb.QueryPredictionsRequest(
        building_id=HOME, start_time=to_timestamp(START), end_time=to_timestamp(NOW), **values
    )


def series(**values: object) -> prediction_pb2.PredictionSeries:
    defaults = {
        "appliance_id": "kettle",
        "model_version": "v1",
        "start_time": to_timestamp(START),
        "sample_period": to_duration(MINUTE),
        "power_w": [1.0],
        "confidence": [0.9],
    }
    return prediction_pb2.PredictionSeries(**{**defaults, **values})


async def test_predictions_are_read_back_as_dense_series(world: World) -> None:
    assert (await world.predict(START, [0, 2_000, math.nan, 5])).accepted_count == 3
    await world.predict(START, [7], appliance_id="microwave", version="m2", confidence=0.625)
    answer = await world.predictions.QueryPredictions(query(), **world.viewer)
    kettle, microwave = answer.series
    assert kettle.start_time == to_timestamp(START)
    assert kettle.sample_period == to_duration(MINUTE)
    assert kettle.power_w[:2] == [0, 2_000]
    assert math.isnan(kettle.power_w[2])
    assert math.isnan(kettle.confidence[2])
    assert kettle.power_w[3] == 5
    assert (microwave.appliance_id, microwave.model_version) == ("microwave", "m2")
    assert list(microwave.confidence) == [0.625]


async def test_a_cell_that_is_nan_leaves_what_was(world: World) -> None:
    await world.predict(START, [1, 2, 3])
    await world.predict(START, [10, math.nan, 30], version="v2")
    answer = await world.predictions.QueryPredictions(query(), **world.viewer)
    assert [(one.model_version, list(one.power_w)) for one in answer.series] == [
        ("v2", [10]),
        ("v1", [2]),
        ("v2", [30]),
    ]


async def test_a_long_hole_begins_a_new_series(world: World) -> None:
    await world.predict(START, [1])
    await world.predict(START + 40 * MINUTE, [2])
    answer = await world.predictions.QueryPredictions(query(), **world.viewer)
    assert [one.start_time for one in answer.series] == [
        to_timestamp(START),
        to_timestamp(START + 40 * MINUTE),
    ]


@pytest.mark.parametrize("page_size", [1, 7, 10, 11, 20, 100])
async def test_pages_cross_appliances_and_lose_nothing(world: World, page_size: int) -> None:
    await world.predict(START, list(range(10)), appliance_id="a")
    await world.predict(START, list(range(100, 110)), appliance_id="b")
    await world.predict(START, [], appliance_id="c")
    request = query(page_size=page_size)
    seen: list[tuple[str, float]] = []
    sizes = []
    while True:
        answer = await world.predictions.QueryPredictions(request, **world.viewer)
        cells = [(one.appliance_id, power) for one in answer.series for power in one.power_w]
        sizes.append(len(cells))
        seen += cells
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert seen == [("a", n) for n in range(10)] + [("b", n) for n in range(100, 110)]
    assert max(sizes) <= page_size
    assert len(sizes) == -(-20 // page_size)


async def test_merged_points_are_means_and_keep_to_the_appliances(world: World) -> None:
    await world.predict(START, [0, 60] * 30)
    await world.predict(START, [5] * 60, appliance_id="microwave")
    request = query(max_points=4, appliance_ids=["kettle"])
    (kettle,) = (await world.predictions.QueryPredictions(request, **world.viewer)).series
    assert kettle.sample_period == to_duration(15 * MINUTE)
    assert list(kettle.power_w) == pytest.approx([28, 32, 28, 32])
    assert list(kettle.confidence) == pytest.approx([0.9] * 4)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (series(appliance_id="Kettle!"), "series[0].appliance_id"),
        (series(model_version=""), "series[0].model_version"),
        (series(confidence=[]), "series[0].confidence"),
        (series(confidence=[-0.1]), "series[0].confidence"),
        (series(power_w=[math.inf]), "series[0].power_w"),
        (series(sample_period=to_duration(2 * HOUR)), "series[0].sample_period"),
        (series(start_time=to_timestamp(NOW.replace(year=1999))), "series[0].start_time"),
        (series(start_time=to_timestamp(NOW.replace(year=9999))), "series[0].start_time"),
        (series(power_w=[1.0] * 100_001, confidence=[0.9] * 100_001), "series"),
    ],
)
async def test_a_wrong_series_names_its_field(
    world: World, wrong: prediction_pb2.PredictionSeries, field: str
) -> None:
    request = pb.WritePredictionsRequest(building_id=HOME, series=[wrong])
    error = await failure(
        world.predictions.WritePredictions(request, **world.service),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == [field]


async def test_a_viewer_may_not_write_predictions(world: World) -> None:
    await failure(
        world.predictions.WritePredictions(
            pb.WritePredictionsRequest(building_id=HOME), **world.viewer
        ),
        grpc.StatusCode.PERMISSION_DENIED,
    )


async def test_activity_tells_how_far_mains_and_predictions_reach(world: World) -> None:
    other = world.auth.add(Building("bld_other", {"warden": WARDEN}))
    other.add_meter("mtr_other", 1)
    await world.write(START, [1, 2, 3])
    await world.write(START, [1], meter_id=KETTLE)
    await world.write(START - 48 * HOUR, [1], meter_id="mtr_other", building_id="bld_other")
    await world.predict(START, [1, 2])

    everything = await world.predictions.ListActivity(pb.ListActivityRequest(), **world.service)
    assert {one.building_id for one in everything.buildings} == {HOME, "bld_other"}

    request = pb.ListActivityRequest(active_since_time=to_timestamp(START))
    (home,) = (await world.predictions.ListActivity(request, **world.service)).buildings
    assert home.meter_id == MAINS
    assert home.first_reading_time == to_timestamp(START)
    assert home.latest_reading_time == to_timestamp(START + 2 * MINUTE)
    (reach,) = home.reaches
    assert (reach.appliance_id, reach.model_version) == ("kettle", "v1")
    assert reach.predicted_until_time == to_timestamp(START + 2 * MINUTE)


async def test_activity_is_for_services_alone(world: World) -> None:
    await failure(
        world.predictions.ListActivity(pb.ListActivityRequest(), **world.warden),
        grpc.StatusCode.PERMISSION_DENIED,
    )
