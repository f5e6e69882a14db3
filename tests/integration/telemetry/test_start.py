import asyncio
import signal
import subprocess
import sys

import pytest

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_rpc.convert import to_timestamp
from tests.integration.telemetry.conftest import METERS
from tests.integration.telemetry.process import Household
from tests.integration.telemetry.test_durability import HOME, START


def one_line(said: str) -> str:
    (line,) = said.splitlines()
    return line


async def fill(household: Household) -> None:
    """Makes a data file of many blocks."""
    async with household.running() as running:
        for batch in range(20):
            first = batch * 60_000_000_000
            readings = reading_pb2.ReadingColumns(
                start_time=to_timestamp(START),
                offset_us=[first + n * 6_000_000 for n in range(10_000)],
                power_w=[n * 1.37 % 4_000 for n in range(10_000)],
            )
            request = pb.WriteReadingsRequest(
                building_id=HOME, meter_id=METERS[0], readings=readings
            )
            await running.readings.WriteReadings(request, **household.caller())
        assert await running.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("content", [b"no database at all " * 1_000, b"\0" * 20_000])
async def test_a_file_that_is_no_database_is_one_clear_line(
    household: Household, content: bytes
) -> None:
    household.database.parent.mkdir()
    household.database.write_bytes(content)
    code, said = await asyncio.to_thread(household.fail)
    assert code == 1
    assert "telemetry.duckdb is damaged" in one_line(said)
    assert household.database.read_bytes() == content


async def test_a_file_with_damaged_blocks_is_one_clear_line(household: Household) -> None:
    await fill(household)
    data = bytearray(household.database.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200_000] = bytes(200_000)
    household.database.write_bytes(data)
    code, said = await asyncio.to_thread(household.fail)
    assert code == 1
    assert "telemetry.duckdb is damaged" in one_line(said)


async def test_a_truncated_file_is_one_clear_line(household: Household) -> None:
    await fill(household)
    data = household.database.read_bytes()
    household.database.write_bytes(data[: len(data) // 3])
    code, said = await asyncio.to_thread(household.fail)
    assert code == 1
    assert "telemetry.duckdb is damaged" in one_line(said)


async def test_a_file_in_use_is_one_clear_line(household: Household) -> None:
    async with household.running():
        code, said = await asyncio.to_thread(household.fail)
    assert code == 1
    assert "in use by another process" in one_line(said)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "NILM_TELEMETRY_INFLUXDB__URL"),
        ({"INFLUXDB__URL": "http://127.0.0.1:1"}, "NILM_TELEMETRY_INFLUXDB__TOKEN_FILE"),
        (
            {"INFLUXDB__URL": "http://127.0.0.1:1", "INFLUXDB__TOKEN_FILE": "/nowhere"},
            "/nowhere: cannot be read",
        ),
        (
            {
                "INFLUXDB__URL": "http://127.0.0.1:1",
                "INFLUXDB__TOKEN": "made-up",
                "INFLUXDB__RAW_BUCKET": "a bucket",
            },
            "bucket: must be 1 to 100 of letters",
        ),
    ],
)
async def test_a_setting_of_influxdb_that_is_missing_is_one_clear_line(
    household: Household, settings: dict[str, str], words: str
) -> None:
    household.settings = {"STORE": "influxdb", **settings}
    code, said = await asyncio.to_thread(household.fail)
    assert code == 1
    assert words in one_line(said)


def test_a_store_that_is_not_chosen_is_not_imported() -> None:
    script = (
        "import sys, nilm_telemetry.main; "
        "print([name for name in ('duckdb', 'influxdb_client') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=240
    )
    assert done.stdout.strip() == "[]"


async def test_what_a_killed_import_left_is_removed(household: Household) -> None:
    spool = household.database.parent / "spool"
    spool.mkdir(parents=True)
    (spool / "import-left").write_bytes(b"x")
    async with household.running():
        assert list(spool.iterdir()) == []
