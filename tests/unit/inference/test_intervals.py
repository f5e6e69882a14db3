"""Chunks, cells and the tokens to go on with."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import from_us, to_us
from nilm_inference.domain.cells import cells_of_chunk, chunks, floor_to_cell
from nilm_inference.domain.progress import IntervalRequest, Progress, known_appliances, resume

START = datetime(2024, 5, 1, tzinfo=UTC)
times = st.integers(to_us(START) - 10**15, to_us(START) + 10**15).map(from_us)
spans = st.timedeltas(timedelta(seconds=1), timedelta(days=40))
periods = st.sampled_from([6, 7, 30, 60, 900]).map(lambda seconds: timedelta(seconds=seconds))
chunk_spans = st.sampled_from([1, 5, 24, 96]).map(lambda hours: timedelta(hours=hours))


@given(times, spans, periods, chunk_spans)
def test_chunks_hold_each_whole_cell_of_the_interval_once(
    start: datetime, span: timedelta, period: timedelta, chunk_span: timedelta
) -> None:
    end = start + span
    whole = cells_of_chunk(start, end, end, period)
    at = whole.start
    for chunk_start, chunk_end in chunks(start, end, chunk_span):
        cells = cells_of_chunk(chunk_start, chunk_end, end, period)
        if cells.count:
            assert cells.start == at
            at = cells.end
    assert at == whole.end
    assert whole.start >= start
    assert whole.end <= end or not whole.count


@given(times, spans, chunk_spans)
def test_chunks_join_and_are_cut_at_multiples(
    start: datetime, span: timedelta, chunk_span: timedelta
) -> None:
    end = start + span
    bounds = list(chunks(start, end, chunk_span))
    assert bounds[0][0] == start
    assert bounds[-1][1] == end
    for (_, first_end), (second_start, _) in pairwise(bounds):
        assert first_end == second_start == floor_to_cell(second_start, chunk_span)


def test_a_token_goes_on_where_it_was_made() -> None:
    request = IntervalRequest("bld", ("kettle",), START, START + timedelta(days=4))
    progress = Progress(request, START + timedelta(days=1), 1_440)
    assert progress.fraction == 0.25
    assert resume(request, progress.resume_token) == progress
    assert resume(request, "") == Progress(request, START, 0)


@pytest.mark.parametrize(
    "other",
    [
        IntervalRequest("bld_2", ("kettle",), START, START + timedelta(days=4)),
        IntervalRequest("bld", (), START, START + timedelta(days=4)),
        IntervalRequest("bld", ("kettle",), START, START + timedelta(days=5)),
        IntervalRequest("bld", ("kettle",), START - timedelta(days=5), START + timedelta(days=4)),
    ],
)
def test_a_token_of_another_request_is_refused(other: IntervalRequest) -> None:
    request = IntervalRequest("bld", ("kettle",), START, START + timedelta(days=4))
    with pytest.raises(InvalidArgumentError) as caught:
        resume(other, Progress(request, START, 0).resume_token)
    assert [each.field for each in caught.value.violations] == ["resume_token"]


def test_appliances_come_in_the_order_in_which_they_are_served() -> None:
    served = ["kettle", "microwave", "dishwasher"]
    assert known_appliances([], served) == tuple(served)
    assert known_appliances(["dishwasher", "kettle", "kettle"], served) == ("kettle", "dishwasher")
    with pytest.raises(InvalidArgumentError, match="kettle, microwave, dishwasher"):
        known_appliances(["kettle", "toaster"], served)
