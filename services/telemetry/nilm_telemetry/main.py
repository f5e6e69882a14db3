"""Wiring: settings, logs, store, use cases, servicers, serve."""

import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nilm_core.clock import Clock, SystemClock
from nilm_rpc.channel import connect
from nilm_rpc.clients.auth import RemoteAuthorizer
from nilm_rpc.logs import configure_logs
from nilm_rpc.server import ServiceDefinition, serve
from nilm_rpc.shared.stores import open_access_cache, open_stores
from nilm_rpc.tokens import TokenVerifier, build_verifier
from nilm_telemetry.adapters.auth_directory import AuthAccountDirectory
from nilm_telemetry.adapters.stores import open_time_series
from nilm_telemetry.policy import POLICY
from nilm_telemetry.service.appliance_samples import ApplianceSamples
from nilm_telemetry.service.corrections import Corrections
from nilm_telemetry.service.devices import Devices
from nilm_telemetry.service.exporting import Exporter
from nilm_telemetry.service.importing import Importer
from nilm_telemetry.service.meters import MeterFinder
from nilm_telemetry.service.predictions import Predictions
from nilm_telemetry.service.querying import ReadingQueries
from nilm_telemetry.service.recording import Recorder
from nilm_telemetry.service.runs import ApplianceRuns
from nilm_telemetry.service.statistics import Statistics
from nilm_telemetry.service.summaries import Summaries
from nilm_telemetry.service.watching import WatchHub
from nilm_telemetry.servicer.caches import CacheServicer
from nilm_telemetry.servicer.corrections import CorrectionServicer
from nilm_telemetry.servicer.devices import DeviceServicer
from nilm_telemetry.servicer.predictions import PredictionServicer
from nilm_telemetry.servicer.readings import ReadingServicer
from nilm_telemetry.servicer.runs import RunServicer
from nilm_telemetry.servicer.summaries import SummaryServicer
from nilm_telemetry.servicer.transfers import TransferServicer
from nilm_telemetry.settings import TelemetrySettings

_SWITCH_INTERVAL_S = 0.0005
"""How long a thread may keep the interpreter while another waits for it.

The owner of the store asks for it several times a commit; with the default of 5 ms a busy event
loop would let each commit wait tens of milliseconds, and its callers with it.
"""


async def main() -> None:
    """Serves until it is told to stop."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    settings = TelemetrySettings()
    configure_logs("telemetry", settings.log_level)
    verifier = build_verifier(settings.tokens)
    async with assembled(settings, verifier, SystemClock()) as definition:
        await serve(settings, definition)


@asynccontextmanager
async def assembled(
    settings: TelemetrySettings, verifier: TokenVerifier, clock: Clock
) -> AsyncIterator[ServiceDefinition]:
    """Gives the service with its store open, and closes the store at the end.

    Raises:
        DataCorruptionError: The data file is damaged.
        UnavailableError: Another process holds the data file.
        FailedPreconditionError: A setting that the store needs is missing or wrong.
        InvalidArgumentError: A setting is none that the store can use.
        OSError: The data folder cannot be used.
    """
    spool = _spool_folder(settings.database_path.parent)
    async with (
        open_stores(settings, "telemetry") as shared,
        open_access_cache(shared, settings.access_ttl_s) as access_cache,
        open_time_series(settings) as stores,
        connect(settings.auth_target) as channel,
    ):
        authorizer = RemoteAuthorizer(channel, access_cache)
        accounts = AuthAccountDirectory(channel)
        hub = WatchHub()
        meters = MeterFinder(authorizer)
        recorder = Recorder(stores.readings, hub, clock)
        queries = ReadingQueries(stores.readings)
        statistics = Statistics(stores.readings)
        devices = Devices(authorizer, accounts, recorder)
        summaries = Summaries(stores.readings, stores.predictions, accounts, clock)
        importer = Importer(recorder, spool, settings.max_import_bytes)
        predictions = Predictions(stores.predictions, stores.readings)
        samples = ApplianceSamples(stores.readings, stores.predictions)
        runs = ApplianceRuns(samples, accounts, clock)

        yield ServiceDefinition(
            name="telemetry",
            servicers=(
                ReadingServicer(meters, recorder, queries, hub, clock),
                TransferServicer(meters, importer, Exporter(queries, predictions)),
                PredictionServicer(predictions),
                RunServicer(runs),
                CorrectionServicer(Corrections(stores.corrections, clock)),
                SummaryServicer(meters, summaries),
                DeviceServicer(devices, queries, statistics, clock),
                CacheServicer(access_cache),
            ),
            policy=POLICY,
            verifier=verifier,
            authorizer=authorizer,
            checks={"time-series store": stores.check},
            background=(stores.maintain,),
            limiter=shared.limiter,
            idempotency=shared.idempotency,
        )


def _spool_folder(data_folder: Path) -> Path:
    """Returns the folder for files that arrive, without what a killed import left there."""
    spool = data_folder / "spool"
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in spool.glob("import-*"):
        with contextlib.suppress(FileNotFoundError):
            left.unlink()
    return spool
