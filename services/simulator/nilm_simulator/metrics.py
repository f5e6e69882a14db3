"""What the simulator counts, served at `/metrics`."""

from prometheus_client import Counter, Gauge

READINGS_WRITTEN = Counter(
    "nilm_simulator_readings_written_total", "Readings that telemetry acknowledged."
)
LAG_SECONDS = Gauge(
    "nilm_simulator_lag_seconds", "Time from the oldest reading that is due to now."
)
