import io
import math
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import grpc
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import transfer_service_pb2 as pb
from nilm_rpc.convert import to_timestamp
from tests.contract.telemetry.world import HOME, KETTLE, NOW, World
from tests.support.rpc_errors import failure, fields

DAY = timedelta(days=1)
START = NOW - DAY


def options(**values: object) -> pb.ImportOptions:
    return pb.ImportOptions(**{"building_id": HOME, "format": pb.FILE_FORMAT_CSV, **values})


async def requests(
    first: pb.ImportOptions, data: bytes, chunk: int = 1_000
) -> AsyncIterator[pb.ImportReadingsRequest]:
    yield pb.ImportReadingsRequest(options=first)
    for at in range(0, len(data), chunk):
        yield pb.ImportReadingsRequest(chunk=data[at : at + chunk])


async def run_import(
    world: World, first: pb.ImportOptions, data: bytes, chunk: int = 1_000
) -> list[pb.ImportReadingsResponse]:
    call = world.transfers.ImportReadings(requests(first, data, chunk), **world.warden)
    return [answer async for answer in call]


async def stored(world: World, meter_id: str = "") -> list[tuple[datetime, float]]:
    request = reading_pb.QueryReadingsRequest(
        building_id=HOME,
        meter_id=meter_id,
        start_time=to_timestamp(NOW.replace(year=2001)),
        end_time=to_timestamp(NOW + DAY),
        page_size=100_000,
    )
    readings = (await world.readings.QueryReadings(request, **world.viewer)).readings
    first = readings.start_time.ToDatetime(UTC)
    return [
        (first + timedelta(microseconds=offset), power)
        for offset, power in zip(readings.offset_us, readings.power_w, strict=True)
    ]


def csv(rows: Sequence[str], header: str = "time,aggregate_w") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


async def test_a_csv_is_imported_and_bad_rows_are_named(world: World) -> None:
    data = csv(
        [
            "2024-05-31T12:00:00Z,100",
            "2024-05-31T12:00:30Z,",
            "2024-05-31T14:01:00+02:00,200.5",
            "not a time,1",
            "2024-05-31T12:02:00Z,watts",
            "",
            "2024-05-31T12:03:00Z,inf",
            "2024-06-02T12:00:00Z,1",
            "2024-05-31T12:04:00Z",
            "1717156800,300",
        ]
    )
    last = (await run_import(world, options(), data))[-1]
    assert last.done
    assert (last.row_count, last.total_row_count) == (9, 9)
    assert (last.accepted_count, last.missing_count, last.rejected_count) == (3, 1, 5)
    assert [(one.index, one.reason) for one in last.rejected] == [
        (3, reading_pb2.REJECTION_REASON_UNREADABLE),
        (4, reading_pb2.REJECTION_REASON_UNREADABLE),
        (5, reading_pb2.REJECTION_REASON_NOT_FINITE),
        (6, reading_pb2.REJECTION_REASON_IN_FUTURE),
        (7, reading_pb2.REJECTION_REASON_UNREADABLE),
    ]
    first = datetime(2024, 5, 31, 12, 0, tzinfo=UTC)
    assert await stored(world) == [(first, 300), (first + timedelta(minutes=1), 200.5)]
    assert last.first_time == to_timestamp(first)
    assert last.last_time == to_timestamp(first + timedelta(minutes=1))


async def test_declared_columns_unit_zone_and_meter_are_used(world: World) -> None:
    data = csv(["x;1.5", "2024-05-01 00:30,x,1.5"], header="when,note,kW")
    first = options(
        meter_id=KETTLE,
        time_column="when",
        power_column="kW",
        power_unit=pb.POWER_UNIT_KW,
        time_zone="Europe/Berlin",
    )
    last = (await run_import(world, first, data))[-1]
    assert [one.index for one in last.rejected] == [0]
    assert await stored(world, KETTLE) == [(datetime(2024, 4, 30, 22, 30, tzinfo=UTC), 1_500)]


async def test_only_the_first_hundred_bad_rows_are_named(world: World) -> None:
    last = (await run_import(world, options(), csv(["x,1"] * 150)))[-1]
    assert last.rejected_count == 150
    assert [one.index for one in last.rejected] == list(range(100))


async def test_an_import_may_be_sent_again_whole(world: World) -> None:
    data = csv([f"{1_717_000_000 + 30 * n},{n}" for n in range(300)])
    await run_import(world, options(), data)
    before = await stored(world)
    assert len(before) == 300
    last = (await run_import(world, options(), data))[-1]
    assert last.accepted_count == 300
    assert await stored(world) == before


async def test_an_interval_cuts_the_file(world: World) -> None:
    data = csv([f"{1_717_000_000 + 30 * n},{n}" for n in range(10)])
    first = options()
    first.start_time.FromSeconds(1_717_000_060)
    first.end_time.FromSeconds(1_717_000_150)
    last = (await run_import(world, first, data))[-1]
    assert (last.row_count, last.accepted_count) == (10, 3)
    assert [power for _, power in await stored(world)] == [2, 3, 4]


async def test_parquet_in_the_shared_form_leaves_out_gaps_and_outages(world: World) -> None:
    count = 50_000
    start = np.datetime64("2024-05-01T00:00:00", "us")
    times = start + np.arange(count) * np.timedelta64(30, "s")
    power = np.arange(count, dtype=np.float32)
    power[10] = np.nan
    outage = np.zeros(count, np.bool_)
    outage[20:30] = True
    data = parquet(
        aggregate_w=power,
        kettle_w=np.zeros(count, np.float32),
        outage=outage,
        time=pa.array(times).cast(pa.timestamp("us", tz="UTC")),
    )
    answers = await run_import(world, options(format=pb.FILE_FORMAT_PARQUET), data, 100_000)
    assert len(answers) > 2
    assert {answer.total_row_count for answer in answers} == {count}
    counts = [answer.row_count for answer in answers]
    assert counts == sorted(counts)
    assert [answer.done for answer in answers] == [False] * (len(answers) - 1) + [True]
    last = answers[-1]
    assert (last.accepted_count, last.missing_count, last.rejected_count) == (count - 11, 11, 0)
    kept = await stored(world)
    assert len(kept) == count - 11
    assert 10 not in {power for _, power in kept}
    assert not {power for _, power in kept} & set(range(20, 30))


@pytest.mark.parametrize(
    ("column", "zone", "expected"),
    [
        (pa.array([1_717_000_000]), "", 1_717_000_000),
        (pa.array([1_717_000_000.5]), "", 1_717_000_000.5),
        (pa.array(["2024-05-31T12:00:00Z"]), "", 1_717_156_800),
        (pa.array(["2024-05-31T12:00:00"]), "Asia/Kathmandu", 1_717_156_800 - 20_700),
        (pa.array([1_717_156_800], pa.timestamp("s")), "Asia/Kathmandu", 1_717_156_800 - 20_700),
        (
            pa.array([1_717_156_800_000_000_000], pa.timestamp("ns", tz="Asia/Tokyo")),
            "",
            1_717_156_800,
        ),
    ],
)
async def test_parquet_times_may_be_seconds_text_or_timestamps(
    world: World, column: pa.Array, zone: str, expected: float
) -> None:
    first = options(format=pb.FILE_FORMAT_PARQUET, time_zone=zone, power_column="p")
    await run_import(world, first, parquet(time=column, p=[7]))
    assert await stored(world) == [(datetime.fromtimestamp(expected, UTC), 7)]


async def test_a_parquet_row_without_a_time_is_named(world: World) -> None:
    data = parquet(time=["2024-05-31T12:00:00Z", "soon", None], aggregate_w=[1.0, 2.0, 3.0])
    last = (await run_import(world, options(format=pb.FILE_FORMAT_PARQUET), data))[-1]
    assert [one.index for one in last.rejected] == [1, 2]
    assert last.accepted_count == 1


@pytest.mark.parametrize(
    ("first", "data", "field"),
    [
        (options(format=pb.FILE_FORMAT_UNSPECIFIED), b"x", "options.format"),
        (options(format=pb.FILE_FORMAT_PARQUET), csv(["1,1"]), "options.format"),
        (options(), parquet(time=[1], aggregate_w=[1.0]), "options.format"),
        (options(), b"", "chunk"),
        (options(power_column="gas"), csv(["1,1"]), "options.power_column"),
        (options(time_column="at"), csv(["1,1"]), "options.time_column"),
        (options(time_zone="Mars/Olympus"), csv(["1,1"]), "options.time_zone"),
        (
            options(format=pb.FILE_FORMAT_PARQUET),
            parquet(time=[1], aggregate_w=["a"]),
            "options.power_column",
        ),
        (
            options(format=pb.FILE_FORMAT_PARQUET),
            parquet(time=[True], aggregate_w=[1.0]),
            "options.time_column",
        ),
        (options(format=pb.FILE_FORMAT_PARQUET), parquet(time=[1]), "options.power_column"),
    ],
)
async def test_a_file_that_is_not_what_it_says_names_the_option(
    world: World, first: pb.ImportOptions, data: bytes, field: str
) -> None:
    error = await failure(run_import(world, first, data), grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == [field]


async def test_a_damaged_parquet_file_is_refused(world: World) -> None:
    data = bytearray(parquet(time=list(range(5_000)), aggregate_w=[1.0] * 5_000))
    data[100:2_000] = bytes(1_900)
    first = options(format=pb.FILE_FORMAT_PARQUET)
    error = await failure(run_import(world, first, bytes(data)), grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == ["options.format"]


async def test_a_viewer_may_not_import(world: World) -> None:
    call = world.transfers.ImportReadings(requests(options(), csv(["1,1"])), **world.viewer)
    await failure(call.read(), grpc.StatusCode.PERMISSION_DENIED)


async def run_export(world: World, **values: object) -> list[bytes]:
    request = pb.ExportReadingsRequest(
        building_id=HOME,
        start_time=to_timestamp(NOW.replace(year=2001)),
        end_time=to_timestamp(NOW),
        **values,
    )
    return [part.chunk async for part in world.transfers.ExportReadings(request, **world.viewer)]


async def test_an_export_as_csv_is_imported_to_the_same_readings(world: World) -> None:
    await world.write(START, [1.5, 0.1, -3, 1e7], period=timedelta(seconds=1.5))
    data = b"".join(await run_export(world, format=pb.FILE_FORMAT_CSV))
    assert data.splitlines()[:2] == [b"time,power_w", b"2024-05-31T12:00:00.000000Z,1.5"]
    first = options(meter_id=KETTLE, power_column="power_w")
    await run_import(world, first, data)
    assert await stored(world, KETTLE) == await stored(world)


async def test_an_export_as_parquet_comes_in_small_chunks(world: World) -> None:
    power = np.random.default_rng(1).uniform(0, 3_000, 120_000).astype(np.float32)
    for first in range(0, len(power), 10_000):
        start = START - timedelta(days=10) + timedelta(seconds=first)
        await world.write(
            start, power[first : first + 10_000].tolist(), period=timedelta(seconds=1)
        )
    chunks = await run_export(world, format=pb.FILE_FORMAT_PARQUET)
    assert max(map(len, chunks)) <= 256 * 1_024
    assert len(chunks) > 3
    table = pq.read_table(io.BytesIO(b"".join(chunks)))
    assert table.schema.field("time").type == pa.timestamp("us", tz="UTC")
    np.testing.assert_array_equal(table["power_w"].to_numpy(), power)


@pytest.mark.parametrize("file_format", [pb.FILE_FORMAT_CSV, pb.FILE_FORMAT_PARQUET])
async def test_an_export_of_nothing_is_a_file_without_rows(
    world: World, file_format: "pb.FileFormat"
) -> None:
    data = b"".join(await run_export(world, format=file_format))
    if file_format == pb.FILE_FORMAT_CSV:
        assert data == b"time,power_w\n"
    else:
        assert pq.read_table(io.BytesIO(data)).num_rows == 0


async def test_an_export_needs_a_form(world: World) -> None:
    error = await failure(run_export(world), grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == ["format"]


async def run_prediction_export(world: World, **values: object) -> bytes:
    request = pb.ExportPredictionsRequest(
        building_id=HOME,
        start_time=to_timestamp(START),
        end_time=to_timestamp(NOW),
        **{"appliance_id": "kettle", **values},
    )
    call = world.transfers.ExportPredictions(request, **world.viewer)
    return b"".join([part.chunk async for part in call])


async def test_predictions_are_exported_as_csv_with_their_confidence(world: World) -> None:
    await world.predict(START, [0, math.nan, 2_000.1], confidence=0.9)
    await world.predict(START, [60], appliance_id="microwave")
    assert await run_prediction_export(world, format=pb.FILE_FORMAT_CSV) == (
        b"time,power_w,confidence\n2024-05-31T12:00:00Z,0.0,0.9\n2024-05-31T12:02:00Z,2000.1,0.9\n"
    )


async def test_predictions_are_exported_as_parquet_whatever_models_made_them(world: World) -> None:
    await world.predict(START, [1.5, 2.5], confidence=0.75)
    await world.predict(START + timedelta(minutes=2), [3.5], version="v2", confidence=0.5)
    data = await run_prediction_export(world, format=pb.FILE_FORMAT_PARQUET)
    table = pq.read_table(io.BytesIO(data))
    assert table.column_names == ["time", "power_w", "confidence"]
    assert table["time"].to_pylist() == [START + timedelta(minutes=n) for n in range(3)]
    assert table["power_w"].to_pylist() == [1.5, 2.5, 3.5]
    assert table["confidence"].to_pylist() == [0.75, 0.75, 0.5]


async def test_an_export_of_predictions_names_one_appliance(world: World) -> None:
    call = run_prediction_export(world, appliance_id="", format=pb.FILE_FORMAT_CSV)
    error = await failure(call, grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == ["appliance_id"]
