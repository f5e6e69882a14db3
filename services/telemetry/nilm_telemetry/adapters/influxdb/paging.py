"""Pages of rows, without asking for much more than a page needs."""

from collections import Counter
from collections.abc import Sequence

from nilm_telemetry.adapters.influxdb.annotated import Rows
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import MAX_TIME_US, MIN_TIME_US, PAGE, Series
from nilm_telemetry.adapters.influxdb.windows import Interval

_LEAST_SPAN_US = 3_600_000_000
_US_A_ROW = 10_000_000
"""A guess of the time between two rows; a wrong one costs a query more."""
_GROWTH = 8


async def fetch_page(
    client: InfluxClient,
    source: tuple[str, Series],
    interval: Interval,
    limit: int,
    columns: tuple[str, ...],
) -> list[Rows]:
    """Returns the first `limit` rows of each series of an interval, and some more perhaps.

    The server cuts an answer only after it has read the interval, so it is asked for a short
    stretch first, and then for ever longer ones.

    Args:
        client: The server.
        source: Bucket and series.
        interval: First instant, and first instant after.
        limit: How many rows are wanted.
        columns: Which columns are wanted.
    """
    bucket, series = source
    start_us, end_us = max(interval[0], MIN_TIME_US), min(interval[1], MAX_TIME_US)
    span_us = max(_LEAST_SPAN_US, limit * _US_A_ROW)
    found: list[Rows] = []
    missing = limit
    while start_us < end_us and missing > 0:
        stop_us = min(end_us, start_us + span_us)
        rows = await client.query(
            PAGE.render(
                bucket=bucket,
                start=start_us,
                stop=stop_us,
                series=series,
                limit=missing,
                columns=columns,
            )
        )
        found += rows
        missing -= _row_count(rows, len(series.fields))
        start_us, span_us = stop_us, span_us * _GROWTH
    return found


def _row_count(found: Sequence[Rows], fields: int) -> int:
    """Returns in how many rows every field was found, at least."""
    if fields == 1:
        return sum(rows.count for rows in found)
    counts = Counter(name for rows in found for name in rows.texts("_field"))
    return min(counts.values()) if len(counts) == fields else 0
