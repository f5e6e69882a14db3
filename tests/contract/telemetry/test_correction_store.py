"""What every store of corrections must do."""

from datetime import UTC, datetime
from pathlib import Path

from nilm_core.timegrid import to_us
from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.domain.corrections import Correction, Verdict
from nilm_telemetry.ports import CorrectionStore

NOON = to_us(datetime(2024, 3, 1, 12, tzinfo=UTC))
MINUTE_US = 60_000_000
ALL = (0, 2**60)


def said(minute: int, verdict: Verdict = Verdict.RAN, minutes: int = 5) -> Correction:
    start_us = NOON + minute * MINUTE_US
    return Correction(start_us, start_us + minutes * MINUTE_US, verdict, NOON + 60 * MINUTE_US)


async def test_nothing_is_found_where_nothing_was_said(correction_store: CorrectionStore) -> None:
    assert await correction_store.find("bld_1", "kettle", *ALL) == []


async def test_corrections_are_found_by_their_start_in_time_order(
    correction_store: CorrectionStore,
) -> None:
    await correction_store.put("bld_1", "kettle", [said(30), said(10, Verdict.DID_NOT_RUN)])
    await correction_store.put("bld_1", "kettle", [said(20)])
    await correction_store.put("bld_1", "microwave", [said(15)])
    await correction_store.put("bld_2", "kettle", [said(16)])
    assert await correction_store.find("bld_1", "kettle", *ALL) == [
        said(10, Verdict.DID_NOT_RUN),
        said(20),
        said(30),
    ]
    within = (NOON + 10 * MINUTE_US, NOON + 30 * MINUTE_US)
    assert len(await correction_store.find("bld_1", "kettle", *within)) == 2
    assert await correction_store.find("bld_1", "kettle", within[0] + 1, within[1]) == [said(20)]


async def test_the_last_word_on_a_start_counts(correction_store: CorrectionStore) -> None:
    await correction_store.put("bld_1", "kettle", [said(10), said(20)])
    await correction_store.put("bld_1", "kettle", [said(10, Verdict.DID_NOT_RUN, minutes=7)])
    await correction_store.put("bld_1", "kettle", [said(20).withdrawn(), said(21)])
    assert await correction_store.find("bld_1", "kettle", *ALL) == [
        said(10, Verdict.DID_NOT_RUN, minutes=7),
        said(21),
    ]
    await correction_store.put("bld_1", "kettle", [said(20)])
    assert len(await correction_store.find("bld_1", "kettle", *ALL)) == 3


async def test_a_file_keeps_them_over_a_restart(tmp_path: Path) -> None:
    config = DatabaseConfig(tmp_path / "telemetry.duckdb")
    async with DuckDbStores(config) as stores:
        await stores.corrections.put("bld_1", "kettle", [said(10), said(20)])
        await stores.corrections.put("bld_1", "kettle", [said(10).withdrawn()])
    async with DuckDbStores(config) as stores:
        assert await stores.corrections.find("bld_1", "kettle", *ALL) == [said(20)]
