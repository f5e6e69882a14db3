"""Which cells a piece of an interval holds, and where an interval is cut.

Cells start at multiples of the sample period since the epoch, and chunks at multiples of their
span, so that the same interval is cut the same way whenever the work begins anew.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from nilm_core.timegrid import TimeGrid, from_us, span_us, to_us


def floor_to_cell(time: datetime, period: timedelta) -> datetime:
    """Returns the start of the cell that holds `time`."""
    step = span_us(period)
    return from_us(to_us(time) // step * step)


def cells_of_chunk(
    chunk_start: datetime, chunk_end: datetime, end: datetime, period: timedelta
) -> TimeGrid:
    """Returns the cells that start inside a chunk and end by `end`, the interval's end."""
    step = span_us(period)
    first = -(-to_us(chunk_start) // step)
    last = min(-(-to_us(chunk_end) // step), to_us(end) // step)
    return TimeGrid(from_us(first * step), period, max(0, last - first))


def chunks(start: datetime, end: datetime, span: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Cuts [start, end) at the multiples of `span`."""
    while start < end:
        boundary = floor_to_cell(start, span) + span
        chunk_end = min(boundary, end)
        yield start, chunk_end
        start = chunk_end
