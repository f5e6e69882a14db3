"""What the service counts beside its RPCs."""

from prometheus_client import Counter, Gauge, Histogram

WRITTEN_ROWS = Counter("nilm_telemetry_rows_written", "Durable rows, by kind.", ["kind"])
WRITTEN_READINGS = WRITTEN_ROWS.labels("reading")
WRITTEN_PREDICTIONS = WRITTEN_ROWS.labels("prediction")
REJECTED_ROWS = Counter("nilm_telemetry_rows_rejected", "Rejected readings, by reason.", ["reason"])
COMMITTED_ROWS = Histogram(
    "nilm_telemetry_commit_rows",
    "Rows of one group commit.",
    buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000),
)
QUEUED_ROWS = Gauge("nilm_telemetry_queued_rows", "Rows that wait to be committed.")
OPEN_DAYS = Gauge(
    "nilm_telemetry_open_days", "Closed days whose quarter hours were not added up yet."
)
WATCHERS = Gauge("nilm_telemetry_watchers", "Streams that watch readings.")
SLOW_WATCHERS = Counter("nilm_telemetry_slow_watchers", "Watchers cut because they were too slow.")
