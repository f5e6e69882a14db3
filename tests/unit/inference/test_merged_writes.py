"""Many small writes into few."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nilm_core.errors import InvalidArgumentError, UnavailableError
from nilm_inference.adapters.merged_writes import MergedWrites
from nilm_inference.domain.merging import merge_cells
from nilm_inference.domain.series import PredictionSeries
from nilm_rpc.call import Call, current_call, enter_call

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def cell(minute: float, power_w: float = 1.0, name: str = "kettle") -> PredictionSeries:
    return PredictionSeries(
        name,
        "1",
        NOON + minute * MINUTE,
        MINUTE,
        np.array([power_w], dtype=np.float32),
        np.array([0.9], dtype=np.float32),
    )


class Sink:
    """Keeps what comes, refuses 13 W, and says who wrote."""

    def __init__(self) -> None:
        self.writes: list[tuple[str | None, str, Sequence[PredictionSeries]]] = []
        self.is_away = False

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        self.writes.append((current_call().token, building_id, series))
        await asyncio.sleep(0.001)
        if self.is_away:
            raise UnavailableError("away")
        if any((each.power_w == 13.0).any() for each in series):
            raise InvalidArgumentError.of_field("series", "13 is not welcome")

    @property
    def kept(self) -> int:
        return sum(each.predicted_count for _, _, series in self.writes for each in series)


async def write_as(
    writes: MergedWrites, token: str, building_id: str, one: PredictionSeries
) -> None:
    async def call() -> None:
        enter_call(Call("/m", "r", "a", token=token))
        await writes.write(building_id, [one])

    await asyncio.create_task(call())


async def test_writes_that_wait_go_together_and_never_by_another_token() -> None:
    sink = Sink()
    writes = MergedWrites(sink)
    await asyncio.gather(
        *(
            write_as(writes, f"token of {who}", home, cell(minute))
            for minute in range(50)
            for who in ("anna", "ben")
            for home in ("bld_1", "bld_2")
        )
    )
    assert sink.kept == 200
    assert len(sink.writes) < 20
    assert {(token, home) for token, home, _ in sink.writes} == {
        (f"token of {who}", home) for who in ("anna", "ben") for home in ("bld_1", "bld_2")
    }


async def test_a_refused_one_does_not_take_others_with_it() -> None:
    writes = MergedWrites(Sink())
    outcomes = await asyncio.gather(
        *(write_as(writes, "t", "bld", cell(i, 13.0 if i == 4 else 1.0)) for i in range(9)),
        return_exceptions=True,
    )
    assert [isinstance(each, InvalidArgumentError) for each in outcomes] == [
        index == 4 for index in range(9)
    ]


async def test_a_store_that_is_away_is_told_to_all_who_wait_and_not_asked_for_each() -> None:
    sink = Sink()
    sink.is_away = True
    writes = MergedWrites(sink)
    outcomes = await asyncio.gather(
        *(write_as(writes, "t", "bld", cell(i)) for i in range(9)), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {UnavailableError}
    assert len(sink.writes) < 9
    sink.is_away = False
    await write_as(writes, "t", "bld", cell(0))


async def test_who_is_cancelled_while_waiting_writes_nothing() -> None:
    sink = Sink()
    writes = MergedWrites(sink)
    first = asyncio.create_task(write_as(writes, "t", "bld", cell(0)))
    while not sink.writes:  # noqa: ASYNC110 the first write is on its way
        await asyncio.sleep(0)
    second = asyncio.create_task(write_as(writes, "t", "bld", cell(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await first
    await write_as(writes, "t", "bld", cell(2))
    assert [each.start for _, _, series in sink.writes for each in series] == [
        NOON,
        NOON + 2 * MINUTE,
    ]


def test_cells_become_dense_series_with_nan_in_small_holes() -> None:
    merged = merge_cells(
        [cell(3, 3.0), cell(0, 0.5), cell(1, 7.0), cell(1, 1.0), cell(40, 4.0), cell(0.5, 9.0)]
    )
    found = {each.start: each.power_w.tolist() for each in merged}
    assert found[NOON] == [0.5]
    assert found[NOON + 0.5 * MINUTE] == [9.0]
    assert found[NOON + 40 * MINUTE] == [4.0]
    run = found[NOON + MINUTE]
    assert (run[0], run[2]) == (1.0, 3.0)
    assert np.isnan(run[1])


def test_appliances_and_versions_are_kept_apart() -> None:
    merged = merge_cells([cell(0), cell(0, name="microwave"), cell(1)])
    assert sorted((each.appliance_id, len(each.power_w)) for each in merged) == [
        ("kettle", 2),
        ("microwave", 1),
    ]
