"""How an InfluxDB is reached and what its buckets are called."""

from dataclasses import dataclass, field

from nilm_core.errors import InvalidArgumentError
from nilm_telemetry.adapters.influxdb.flux import bucket_name


@dataclass(frozen=True, slots=True)
class InfluxConfig:
    """One organisation of one server.

    Raises:
        InvalidArgumentError: A bucket's name has characters that none may have, or days would be
            settled too early.
    """

    url: str
    org: str
    token: str = field(repr=False)
    raw_bucket: str = "raw_sensor_data"
    predictions_bucket: str = "predictions"
    request_timeout_s: float = 10.0
    """Longest that one request may take."""
    write_timeout_s: float = 20.0
    """Longest that a write waits, its turn included, where the caller's deadline is no shorter."""
    batch_rows: int = 25_000
    """From so many rows on a request is full."""
    max_queued_rows: int = 1_000_000
    """Most rows that may wait to be written; more are refused."""
    queries: int = 8
    """Queries that may run at once; more wait."""
    max_waiting: int = 256
    """Queries that may run or wait; more are refused."""
    mark_renewal_s: float = 300.0
    """How long after a day was marked as touched it may be written to before it is marked again."""
    settle_after_s: float = 900.0
    """How long a day rests after its last mark before it is settled.

    Longer than a day may be written to after its mark, so that no write is still on its way,
    whatever process it came from.
    """
    settle_period_s: float = 60.0
    """Time between two looks for days to settle."""

    def __post_init__(self) -> None:
        for name in (self.raw_bucket, self.predictions_bucket):
            bucket_name(name)
        # a write waits for its mark, then for its turn, and may still be on its way
        latest_s = self.mark_renewal_s + 2 * self.write_timeout_s + self.request_timeout_s
        if self.settle_after_s <= latest_s:
            raise InvalidArgumentError.of_field(
                "settle_after_s",
                f"must be longer than {latest_s:g} s, for which a marked day may be written to",
            )

    @property
    def catalog_bucket(self) -> str:
        """Bucket of what is known of meters and of days."""
        return f"{self.raw_bucket}_catalog"

    def level_bucket(self, level: str) -> str:
        """Returns the bucket of downsampled readings of a level such as `15m`."""
        return f"{self.raw_bucket}_{level}"
