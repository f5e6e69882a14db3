import math
from datetime import timedelta

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from nilm.buildings.v1 import meter_pb2
from nilm.telemetry.v1 import cache_service_pb2 as cache_pb
from nilm.telemetry.v1 import device_service_pb2 as pb
from nilm_rpc.convert import to_timestamp
from tests.contract.telemetry.stand_in_auth import VIEWER, Building
from tests.contract.telemetry.world import HOME, KETTLE, MAINS, NOW, TRUTH, World
from tests.support.rpc_errors import failure, fields

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def reading(device_id: str, watts: float, at: object = NOW) -> pb.DeviceReading:
    return pb.DeviceReading(device_id=device_id, timestamp=to_timestamp(at), energy_watts=watts)


async def test_a_single_reading_is_stored_as_it_is_answered(world: World) -> None:
    request = pb.CreateDeviceReadingRequest(device_id=MAINS, energy_watts=12.25)
    answer = await world.devices.CreateDeviceReading(request, **world.warden)
    assert answer.reading == reading(MAINS, 12.25)
    world.clock.advance(MINUTE)
    listed = await world.devices.ListDeviceReadings(
        pb.ListDeviceReadingsRequest(device_id=MAINS), **world.viewer
    )
    assert list(listed.readings) == [answer.reading]


@pytest.mark.parametrize(
    ("watts", "ahead", "field"),
    [
        (math.nan, timedelta(0), "energy_watts"),
        (1e39, timedelta(0), "energy_watts"),
        (1, 6 * MINUTE, "timestamp"),
        (1, timedelta(days=-10_000), "timestamp"),
    ],
)
async def test_a_single_bad_reading_names_its_field(
    world: World, watts: float, ahead: timedelta, field: str
) -> None:
    request = pb.CreateDeviceReadingRequest(
        device_id=MAINS, energy_watts=watts, timestamp=to_timestamp(NOW + ahead)
    )
    error = await failure(
        world.devices.CreateDeviceReading(request, **world.warden),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == [field]


async def test_a_device_is_hidden_from_strangers_and_read_only_for_viewers(world: World) -> None:
    request = pb.CreateDeviceReadingRequest(device_id=MAINS, energy_watts=1)
    await failure(
        world.devices.CreateDeviceReading(request, **world.stranger), grpc.StatusCode.NOT_FOUND
    )
    await failure(
        world.devices.CreateDeviceReading(request, **world.viewer),
        grpc.StatusCode.PERMISSION_DENIED,
    )
    await failure(
        world.devices.GetDeviceStats(pb.GetDeviceStatsRequest(device_id=MAINS), **world.stranger),
        grpc.StatusCode.NOT_FOUND,
    )


async def test_a_batch_stores_good_rows_and_names_bad_ones_and_unknown_devices(
    world: World,
) -> None:
    other = world.auth.add(Building("bld_other", {"warden": VIEWER}))
    other.add_meter("mtr_seen", meter_pb2.METER_KIND_MAINS)
    request = pb.BatchCreateDeviceReadingsRequest(
        readings=[
            reading("mtr_none", 1),
            reading(MAINS, 2),
            reading(KETTLE, math.nan),
            reading("mtr_seen", 3),
            reading(KETTLE, 4),
        ]
    )
    answer = await world.devices.BatchCreateDeviceReadings(request, **world.warden)
    assert answer.accepted_count == 2
    assert [(one.index, one.device_id) for one in answer.rejected] == [
        (0, "mtr_none"),
        (2, KETTLE),
        (3, "mtr_seen"),
    ]
    assert all(one.message for one in answer.rejected)
    newest = await world.devices.ListRealtimeReadings(
        pb.ListRealtimeReadingsRequest(), **world.viewer
    )
    assert {one.device_id: one.energy_watts for one in newest.readings} == {MAINS: 2, KETTLE: 4}


@pytest.mark.parametrize(
    ("readings", "field"),
    [
        ([], "readings"),
        ([pb.DeviceReading(device_id=MAINS)], "readings[0].timestamp"),
        ([reading("", 1)], "readings[0].device_id"),
    ],
)
async def test_a_wrong_batch_names_its_field(
    world: World, readings: list[pb.DeviceReading], field: str
) -> None:
    request = pb.BatchCreateDeviceReadingsRequest(readings=readings)
    error = await failure(
        world.devices.BatchCreateDeviceReadings(request, **world.warden),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == [field]


async def test_readings_come_page_by_page_with_the_wanted_fields(world: World) -> None:
    await world.write(NOW - HOUR, [1, 2, 3, 4, 5])
    request = pb.ListDeviceReadingsRequest(
        device_id=MAINS, page_size=2, fields=FieldMask(paths=["energy_watts"])
    )
    seen: list[float] = []
    while True:
        answer = await world.devices.ListDeviceReadings(request, **world.viewer)
        assert not any(one.device_id or one.HasField("timestamp") for one in answer.readings)
        seen += [one.energy_watts for one in answer.readings]
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
        world.clock.advance(MINUTE)
    assert seen == [1, 2, 3, 4, 5]


async def test_an_unknown_field_is_refused(world: World) -> None:
    request = pb.ListDeviceReadingsRequest(device_id=MAINS, fields=FieldMask(paths=["volts"]))
    error = await failure(
        world.devices.ListDeviceReadings(request, **world.viewer),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["fields"]


async def test_statistics_of_any_interval_are_exact(world: World) -> None:
    start = NOW - 3 * HOUR
    await world.write(start, list(range(180)))
    first, last = start + 7 * MINUTE, start + 128 * MINUTE + timedelta(seconds=30)
    request = pb.GetDeviceStatsRequest(
        device_id=MAINS, start_time=to_timestamp(first), end_time=to_timestamp(last)
    )
    stats = (await world.devices.GetDeviceStats(request, **world.viewer)).stats
    assert (stats.count, stats.min_watts, stats.max_watts) == (122, 7, 128)
    assert stats.avg_watts == pytest.approx(67.5)
    assert stats.energy_kwh == pytest.approx((sum(range(7, 128)) + 128 / 2) / 60_000)
    assert stats.first_timestamp == to_timestamp(first)
    assert stats.last_timestamp == to_timestamp(start + 128 * MINUTE)


async def test_statistics_within_one_quarter_hour(world: World) -> None:
    await world.write(NOW - HOUR, list(range(15)))
    request = pb.GetDeviceStatsRequest(
        device_id=MAINS,
        start_time=to_timestamp(NOW - HOUR + 2 * MINUTE),
        end_time=to_timestamp(NOW - HOUR + 4 * MINUTE),
    )
    stats = (await world.devices.GetDeviceStats(request, **world.viewer)).stats
    assert (stats.count, stats.min_watts, stats.max_watts) == (2, 2, 3)
    assert stats.energy_kwh == pytest.approx(5 / 60_000)


async def test_statistics_without_readings_have_no_extremes(world: World) -> None:
    request = pb.GetDeviceStatsRequest(device_id=MAINS)
    stats = (await world.devices.GetDeviceStats(request, **world.viewer)).stats
    assert stats == pb.DeviceStats(device_id=MAINS)


async def test_the_summary_counts_all_devices_and_adds_up_the_mains_alone(world: World) -> None:
    for meter_id in (MAINS, KETTLE, TRUTH):
        await world.write(NOW - 2 * HOUR, [600] * 61, meter_id=meter_id)
    answer = await world.devices.GetDeviceSummary(pb.GetDeviceSummaryRequest(), **world.viewer)
    assert {one.device_id: one.count for one in answer.devices} == {
        MAINS: 61,
        KETTLE: 61,
        TRUTH: 61,
    }
    assert answer.total_energy_kwh == pytest.approx(0.6)


async def test_devices_are_listed_by_building_page_by_page(world: World) -> None:
    other = world.auth.add(Building("bld_another", {"viewer": VIEWER}))
    other.add_meter("mtr_z", meter_pb2.METER_KIND_MAINS)
    world.auth.add(Building("bld_hidden", {})).add_meter("mtr_h", meter_pb2.METER_KIND_MAINS)
    request = pb.ListDevicesRequest(page_size=3)
    first = await world.devices.ListDevices(request, **world.viewer)
    request.page_token = first.next_page_token
    second = await world.devices.ListDevices(request, **world.viewer)
    assert second.next_page_token == ""
    assert [(one.building_id, one.device_id) for one in (*first.devices, *second.devices)] == [
        ("bld_another", "mtr_z"),
        (HOME, KETTLE),
        (HOME, MAINS),
        (HOME, TRUTH),
    ]


async def test_the_cache_of_access_is_for_administrators_and_forgets(world: World) -> None:
    await failure(
        world.caches.GetCacheStats(cache_pb.GetCacheStatsRequest(), **world.warden),
        grpc.StatusCode.PERMISSION_DENIED,
    )
    await world.write(NOW - HOUR, [1])
    await world.write(NOW - HOUR, [1])
    stats = await world.caches.GetCacheStats(cache_pb.GetCacheStatsRequest(), **world.admin)
    assert (stats.entry_count, stats.hit_count, stats.miss_count) == (1, 1, 1)
    request = cache_pb.InvalidateCacheRequest(building_id=HOME)
    answer = await world.caches.InvalidateCache(request, **world.admin)
    assert answer.invalidated_count == 1
    stats = await world.caches.GetCacheStats(cache_pb.GetCacheStatsRequest(), **world.admin)
    assert stats.entry_count == 0
