from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nilm_core.timegrid import TimeGrid, from_us, to_us
from nilm_telemetry.domain.buckets import LADDER, bucket_grid

_LAST = to_us(datetime(9999, 12, 31, tzinfo=UTC))


@given(st.integers(0, _LAST - 1), st.integers(1, _LAST), st.integers(1, 20_000))
def test_the_shortest_period_that_keeps_to_max_points(start: int, span: int, points: int) -> None:
    first, last = from_us(start), from_us(min(start + span, _LAST))
    grid = bucket_grid(first, last, points)
    assert 1 <= grid.count <= points
    assert grid.start <= first
    assert to_us(grid.start) + grid.count * (grid.period // timedelta(microseconds=1)) >= to_us(
        last
    )
    shorter = [period for period in LADDER if period < grid.period]
    assert not shorter or TimeGrid.covering(first, last, shorter[-1]).count > points


def test_the_ladder_climbs() -> None:
    assert list(LADDER) == sorted(set(LADDER))
