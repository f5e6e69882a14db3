"""Writes readings: checked, made durable, then told to those who watch."""

from dataclasses import dataclass

from nilm_core.clock import Clock
from nilm_telemetry import metrics
from nilm_telemetry.domain.readings import MeterSeries, Readings
from nilm_telemetry.domain.validation import Rejection, validate
from nilm_telemetry.ports import ReadingStore
from nilm_telemetry.service.watching import WatchHub


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of some rows."""

    stored: Readings
    """The good rows, durable, in the order they came."""
    rejected: list[Rejection]


class Recorder:
    """The one way by which readings get into the store."""

    def __init__(self, store: ReadingStore, hub: WatchHub, clock: Clock) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock

    async def record(
        self, series: MeterSeries, readings: Readings, first_index: int = 0
    ) -> Recorded:
        """Stores the good rows, durable on return, and names the others.

        Args:
            series: The meter's series.
            readings: Rows in any order; of one time the last row wins.
            first_index: Index of the first row in what the caller sent.

        Raises:
            ResourceExhaustedError: Too much is waiting to be written.
            UnavailableError: The store cannot write now.
        """
        good, rejected = validate(readings, self._clock.now(), first_index)
        await self._store.write(series, good)
        metrics.WRITTEN_READINGS.inc(len(good))
        for rejection in rejected:
            metrics.REJECTED_ROWS.labels(rejection.reason.value).inc()
        self._hub.publish(series, good)
        return Recorded(good, rejected)
