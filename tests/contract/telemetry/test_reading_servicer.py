import math
from collections.abc import AsyncIterator
from datetime import timedelta

import grpc
import pytest
from google.rpc import error_details_pb2

from nilm.buildings.v1 import meter_pb2
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_rpc.convert import to_duration, to_timestamp
from tests.contract.telemetry.world import HOME, KETTLE, MAINS, NOW, World, columns
from tests.support.rpc_errors import detail, failure, fields

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def query(
    start: object = NOW - HOUR, end: object = NOW, **values: object
) -> pb.QueryReadingsRequest:
    return pb.QueryReadingsRequest(
        building_id=HOME, start_time=to_timestamp(start), end_time=to_timestamp(end), **values
    )


async def test_what_was_written_is_read_back(world: World) -> None:
    written = await world.write(NOW - HOUR, [100.5, 0, -20])
    assert written.accepted_count == 3
    assert not written.rejected

    answer = await world.readings.QueryReadings(query(), **world.viewer)

    assert answer.readings.start_time == to_timestamp(NOW - HOUR)
    assert list(answer.readings.offset_us) == [0, 60_000_000, 120_000_000]
    assert list(answer.readings.power_w) == [100.5, 0, -20]
    assert answer.next_page_token == ""


async def test_unordered_rows_are_kept_and_the_last_of_a_time_wins(world: World) -> None:
    readings = reading_pb2.ReadingColumns(
        start_time=to_timestamp(NOW - HOUR), offset_us=[5, 1, 3, 1], power_w=[50, 10, 30, 11]
    )
    request = pb.WriteReadingsRequest(building_id=HOME, readings=readings)
    assert (await world.readings.WriteReadings(request, **world.warden)).accepted_count == 4
    answer = await world.readings.QueryReadings(query(), **world.viewer)
    start = answer.readings.start_time.ToMicroseconds() - to_timestamp(NOW - HOUR).ToMicroseconds()
    assert [start + offset for offset in answer.readings.offset_us] == [1, 3, 5]
    assert list(answer.readings.power_w) == [11, 30, 50]


async def test_bad_rows_are_named_and_good_ones_stored(world: World) -> None:
    year = 365 * 86_400_000_000
    readings = reading_pb2.ReadingColumns(
        start_time=to_timestamp(NOW),
        offset_us=[-4, -3, -2, -1, 299_000_000, 301_000_000, -30 * year, 2**63 - 1],
        power_w=[1, math.nan, math.inf, 10_000_001, 2, 3, 4, 5],
    )
    request = pb.WriteReadingsRequest(building_id=HOME, readings=readings)
    answer = await world.readings.WriteReadings(request, **world.warden)
    reasons = {one.index: one.reason for one in answer.rejected}
    assert reasons == {
        1: reading_pb2.REJECTION_REASON_NOT_FINITE,
        2: reading_pb2.REJECTION_REASON_NOT_FINITE,
        3: reading_pb2.REJECTION_REASON_OUT_OF_RANGE,
        5: reading_pb2.REJECTION_REASON_IN_FUTURE,
        6: reading_pb2.REJECTION_REASON_TOO_OLD,
        7: reading_pb2.REJECTION_REASON_IN_FUTURE,
    }
    assert all(one.message for one in answer.rejected)
    assert answer.accepted_count == 2
    stored = await world.readings.QueryReadings(query(end=NOW + HOUR), **world.viewer)
    assert list(stored.readings.power_w) == [1, 2]


async def test_a_repeat_with_the_same_request_id_answers_the_first_result(world: World) -> None:
    request = pb.WriteReadingsRequest(
        building_id=HOME, readings=columns(NOW - HOUR, [1, math.nan]), request_id="once"
    )
    first = await world.readings.WriteReadings(request, **world.warden)
    world.clock.advance(HOUR)
    assert await world.readings.WriteReadings(request, **world.warden) == first


async def test_an_unknown_meter_is_not_found_by_name(world: World) -> None:
    request = pb.WriteReadingsRequest(
        building_id=HOME, meter_id="mtr_none", readings=columns(NOW, [1])
    )
    error = await failure(
        world.readings.WriteReadings(request, **world.warden), grpc.StatusCode.NOT_FOUND
    )
    assert "mtr_none" in (error.details() or "")


async def test_a_meter_that_was_just_made_is_found_despite_the_cache(world: World) -> None:
    await world.write(NOW - HOUR, [1])
    world.home.add_meter("mtr_new", meter_pb2.METER_KIND_APPLIANCE, "heater")
    assert (await world.write(NOW - HOUR, [1], meter_id="mtr_new")).accepted_count == 1


async def test_a_building_without_mains_says_so(world: World) -> None:
    world.home.meters[:] = [meter for meter in world.home.meters if meter.meter_id != MAINS]
    request = pb.WriteReadingsRequest(building_id=HOME, readings=columns(NOW, [1]))
    await failure(
        world.readings.WriteReadings(request, **world.warden),
        grpc.StatusCode.FAILED_PRECONDITION,
    )


async def test_a_viewer_may_not_write_and_a_stranger_sees_nothing(world: World) -> None:
    request = pb.WriteReadingsRequest(building_id=HOME)
    await failure(
        world.readings.WriteReadings(request, **world.viewer), grpc.StatusCode.PERMISSION_DENIED
    )
    await failure(
        world.readings.QueryReadings(query(), **world.stranger), grpc.StatusCode.NOT_FOUND
    )


@pytest.mark.parametrize(
    ("readings", "field"),
    [
        (reading_pb2.ReadingColumns(start_time=to_timestamp(NOW)), "readings.offset_us"),
        (
            reading_pb2.ReadingColumns(
                start_time=to_timestamp(NOW), offset_us=range(10_001), power_w=[0] * 10_001
            ),
            "readings.offset_us",
        ),
        (
            reading_pb2.ReadingColumns(start_time=to_timestamp(NOW), offset_us=[1, 2], power_w=[1]),
            "readings.power_w",
        ),
        (reading_pb2.ReadingColumns(offset_us=[1], power_w=[1]), "readings.start_time"),
    ],
)
async def test_a_wrong_batch_names_its_field(
    world: World, readings: reading_pb2.ReadingColumns, field: str
) -> None:
    request = pb.WriteReadingsRequest(building_id=HOME, readings=readings)
    error = await failure(
        world.readings.WriteReadings(request, **world.warden), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == [field]


async def test_raw_readings_come_page_by_page(world: World) -> None:
    await world.write(NOW - HOUR, list(range(25)))
    pages: list[list[float]] = []
    request = query(page_size=10)
    while True:
        answer = await world.readings.QueryReadings(request, **world.viewer)
        pages.append(list(answer.readings.power_w))
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert pages == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


async def test_a_page_token_of_another_query_is_refused(world: World) -> None:
    await world.write(NOW - HOUR, [1, 2, 3])
    first = await world.readings.QueryReadings(query(page_size=1), **world.viewer)
    other = query(start=NOW - 2 * HOUR, page_size=1, page_token=first.next_page_token)
    error = await failure(
        world.readings.QueryReadings(other, **world.viewer), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == ["page_token"]


async def test_buckets_keep_to_max_points_and_lose_no_peak(world: World) -> None:
    power = [10.0] * 60
    power[37] = 5_000
    await world.write(NOW - HOUR, power)
    answer = await world.readings.QueryReadings(query(max_points=7), **world.viewer)
    buckets = answer.buckets
    assert buckets.bucket_period == to_duration(10 * MINUTE)
    assert buckets.start_time == to_timestamp(NOW - HOUR)
    assert list(buckets.count) == [10] * 6
    assert max(buckets.max_w) == 5_000
    assert buckets.mean_w[3] == pytest.approx(509)
    assert buckets.min_w[3] == 10


async def test_an_empty_bucket_counts_nothing_and_is_nan(world: World) -> None:
    await world.write(NOW - HOUR, [5])
    answer = await world.readings.QueryReadings(query(max_points=2), **world.viewer)
    assert list(answer.buckets.count) == [1, 0]
    assert math.isnan(answer.buckets.mean_w[1])
    assert math.isnan(answer.buckets.max_w[1])


@pytest.mark.parametrize("max_points", [-1, 20_001])
async def test_max_points_out_of_bounds_is_refused(world: World, max_points: int) -> None:
    error = await failure(
        world.readings.QueryReadings(query(max_points=max_points), **world.viewer),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["max_points"]


async def test_all_time_fits_into_one_bucket(world: World) -> None:
    await world.write(NOW - HOUR, [5, 7])
    far = NOW.replace(year=9990)
    answer = await world.readings.QueryReadings(
        query(start=NOW.replace(year=1971), end=far, max_points=1), **world.viewer
    )
    assert list(answer.buckets.count) == [2]
    assert list(answer.buckets.mean_w) == [6]


async def test_the_latest_of_each_meter(world: World) -> None:
    await world.write(NOW - HOUR, [1, 2])
    await world.write(NOW - 2 * HOUR, [9], meter_id=KETTLE)
    answer = await world.readings.GetLatest(pb.GetLatestRequest(building_id=HOME), **world.viewer)
    latest = {one.meter_id: (one.power_w, one.reading_time) for one in answer.latest}
    assert latest == {
        MAINS: (2, to_timestamp(NOW - HOUR + MINUTE)),
        KETTLE: (9, to_timestamp(NOW - 2 * HOUR)),
    }


async def test_a_stream_is_acknowledged_in_steps(world: World) -> None:
    async def requests() -> AsyncIterator[pb.StreamReadingsRequest]:
        yield pb.StreamReadingsRequest(building_id=HOME, readings=columns(NOW - HOUR, [1, 2]))
        yield pb.StreamReadingsRequest(readings=columns(NOW - HOUR / 2, [3, math.nan]))

    answers = [answer async for answer in world.readings.StreamReadings(requests(), **world.warden)]
    assert [answer.acknowledged_count for answer in answers] == [2, 4]
    assert [one.index for one in answers[1].rejected] == [3]
    stored = await world.readings.QueryReadings(query(), **world.viewer)
    assert list(stored.readings.power_w) == [1, 2, 3]


async def test_a_stream_may_not_change_its_meter(world: World) -> None:
    async def requests() -> AsyncIterator[pb.StreamReadingsRequest]:
        yield pb.StreamReadingsRequest(building_id=HOME, readings=columns(NOW - HOUR, [1]))
        yield pb.StreamReadingsRequest(meter_id=KETTLE, readings=columns(NOW - HOUR, [1]))

    async def run() -> None:
        async for _ in world.readings.StreamReadings(requests(), **world.warden):
            pass

    await failure(run(), grpc.StatusCode.INVALID_ARGUMENT)


async def test_a_watcher_hears_of_new_readings_and_of_the_chosen_meters_alone(
    world: World,
) -> None:
    request = pb.WatchReadingsRequest(building_id=HOME, meter_ids=[MAINS])
    watch = world.readings.WatchReadings(request, **world.viewer)
    assert (await watch.read()).WhichOneof("event") == "heartbeat"
    await world.write(NOW - HOUR, [1], meter_id=KETTLE)
    await world.write(NOW - HOUR, [7, 8])
    event = await watch.read()
    assert event.readings.meter_id == MAINS
    assert list(event.readings.readings.power_w) == [7, 8]
    watch.cancel()


async def test_a_watcher_gets_heartbeats_while_nothing_happens(world: World) -> None:
    request = pb.WatchReadingsRequest(
        building_id=HOME, heartbeat_period=to_duration(timedelta(seconds=1))
    )
    watch = world.readings.WatchReadings(request, **world.viewer)
    beats = [await watch.read() for _ in range(2)]
    assert [beat.heartbeat.server_time for beat in beats] == [to_timestamp(NOW)] * 2
    watch.cancel()


async def test_a_slow_watcher_is_told_and_cut(world: World) -> None:
    watch = world.readings.WatchReadings(pb.WatchReadingsRequest(building_id=HOME), **world.viewer)
    await watch.read()
    second = timedelta(seconds=1)
    for batch in range(1, 61):  # far more than flow control and the queue hold together
        await world.write(NOW - batch * 10_000 * second, [1.0] * 10_000, period=second)

    async def drain() -> None:
        while await watch.read() is not grpc.aio.EOF:
            pass

    error = await failure(drain(), grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert detail(error, error_details_pb2.ErrorInfo).reason == "SLOW_READER"


@pytest.mark.parametrize("seconds", [0.5, 61])
async def test_a_heartbeat_period_out_of_bounds_is_refused(world: World, seconds: float) -> None:
    request = pb.WatchReadingsRequest(
        building_id=HOME, heartbeat_period=to_duration(timedelta(seconds=seconds))
    )
    await failure(
        world.readings.WatchReadings(request, **world.viewer).read(),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
