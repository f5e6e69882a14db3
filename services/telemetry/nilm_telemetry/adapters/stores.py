"""The stores that may be chosen by name; what one needs is imported only where it is chosen."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Protocol

from nilm_telemetry.ports import CorrectionStore, PredictionStore, ReadingStore
from nilm_telemetry.settings import TelemetrySettings


class Stores(Protocol):
    """The stores of one place, open."""

    @property
    def readings(self) -> ReadingStore:
        """The readings."""
        ...

    @property
    def predictions(self) -> PredictionStore:
        """The predictions."""
        ...

    @property
    def corrections(self) -> CorrectionStore:
        """The corrections."""
        ...

    async def check(self) -> None:
        """Raises where the store does not answer."""
        ...

    async def maintain(self) -> None:
        """Does what the store needs in the background, for ever."""
        ...


def _duckdb(settings: TelemetrySettings) -> AbstractAsyncContextManager[Stores]:
    from nilm_telemetry.adapters.duckdb.database import DatabaseConfig  # noqa: PLC0415 see above
    from nilm_telemetry.adapters.duckdb.stores import DuckDbStores  # noqa: PLC0415 see above

    return DuckDbStores(
        DatabaseConfig(
            settings.database_path,
            settings.store_memory_mb,
            settings.store_threads,
            settings.store_readers,
        )
    )


def _influxdb(settings: TelemetrySettings) -> AbstractAsyncContextManager[Stores]:
    from nilm_telemetry.adapters.influxdb.config import InfluxConfig  # noqa: PLC0415 see above
    from nilm_telemetry.adapters.influxdb.stores import InfluxStores  # noqa: PLC0415 see above

    chosen = settings.influxdb
    return InfluxStores(
        InfluxConfig(
            url=chosen.required_url(),
            org=chosen.org,
            token=chosen.read_token(),
            raw_bucket=chosen.raw_bucket,
            predictions_bucket=chosen.predictions_bucket,
            request_timeout_s=chosen.request_timeout_s,
            write_timeout_s=chosen.write_timeout_s,
            batch_rows=chosen.batch_rows,
            max_queued_rows=chosen.max_queued_rows,
            queries=chosen.queries,
        )
    )


OPENERS: Mapping[str, Callable[[TelemetrySettings], AbstractAsyncContextManager[Stores]]] = (
    MappingProxyType({"duckdb": _duckdb, "influxdb": _influxdb})
)


def open_time_series(settings: TelemetrySettings) -> AbstractAsyncContextManager[Stores]:
    """Returns the stores that the settings choose, to be opened by `async with`.

    Raises:
        DataCorruptionError: The data file is damaged.
        UnavailableError: Another process holds the data file.
        FailedPreconditionError: A setting that the store needs is missing or wrong.
        InvalidArgumentError: A setting is none that the store can use.
        OSError: The data folder cannot be used.
    """
    return OPENERS[settings.store](settings)
