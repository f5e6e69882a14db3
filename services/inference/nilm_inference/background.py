"""Wiring of what runs beside the calls: the live loop and the workers of the job queue."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import grpc

from nilm_core.clock import Clock
from nilm_core.errors import FailedPreconditionError
from nilm_inference.adapters.appliances import ApplianceClient
from nilm_inference.adapters.telemetry import TelemetryClient
from nilm_inference.engine.breakdown import BreakdownEngine
from nilm_inference.ports import JobQueue
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_inference.service.disaggregation import IntervalDisaggregation
from nilm_inference.service.drift import DriftTally, ModelDrift
from nilm_inference.service.intervals import IntervalEstimator
from nilm_inference.service.job_worker import JobWorker, WorkerSettings
from nilm_inference.service.live import LiveLoop, LiveSettings
from nilm_inference.settings import InferenceSettings
from nilm_rpc.clients.auth import ServiceTokenSource

Work = Callable[[], Coroutine[Any, Any, None]]


def background_work(
    settings: InferenceSettings,
    catalog: ModelCatalog,
    engine: BreakdownEngine,
    *,
    service: str,
    auth: grpc.aio.Channel,
    store: grpc.aio.Channel,
    queue: JobQueue,
    drift: ModelDrift,
    clock: Clock,
) -> list[Work]:
    """Returns what is to run until the service stops, with the service's own token.

    Raises:
        FailedPreconditionError: There is something to run and no secret, or jobs that nobody runs.
        OSError: The secret cannot be read.
    """
    worker_count = 0 if settings.job_queue == "none" else settings.max_running_jobs
    if settings.job_queue == "embedded" and not worker_count:
        raise FailedPreconditionError(
            "NILM_INFERENCE_MAX_RUNNING_JOBS=0 leaves the jobs to other processes, which cannot "
            "see the embedded queue; take NILM_INFERENCE_JOB_QUEUE=redis or none"
        )
    if not settings.live and not worker_count:
        return []
    secret = _secret(settings)
    token = ServiceTokenSource(auth, service, secret).token
    telemetry = TelemetryClient(store, token)
    choice = ModelChoice(ApplianceClient(auth, token))
    work: list[Work] = []
    if settings.live:
        tally = DriftTally(clock)
        loop = _live_loop(settings, catalog, choice, engine, telemetry, tally=tally, clock=clock)
        work.append(loop.run)
        work.append(partial(drift.keep, tally, timedelta(seconds=settings.drift_keep_s)))
    if worker_count:
        intervals = interval_disaggregation(
            settings, catalog, choice, engine, telemetry, max_running=worker_count
        )
        worker = JobWorker(queue, intervals, clock, _worker_settings(settings))
        work += [worker.run] * worker_count
    return work


def interval_disaggregation(
    settings: InferenceSettings,
    catalog: ModelCatalog,
    choice: ModelChoice,
    engine: BreakdownEngine,
    telemetry: TelemetryClient,
    *,
    max_running: int,
) -> IntervalDisaggregation:
    """Returns what disaggregates intervals, `max_running` at once, by a client of telemetry."""
    return IntervalDisaggregation(
        catalog,
        choice,
        IntervalEstimator(telemetry, engine),
        telemetry,
        telemetry,
        chunk_span=timedelta(hours=settings.chunk_hours),
        max_running=max_running,
    )


def _live_loop(
    settings: InferenceSettings,
    catalog: ModelCatalog,
    choice: ModelChoice,
    engine: BreakdownEngine,
    telemetry: TelemetryClient,
    *,
    tally: DriftTally,
    clock: Clock,
) -> LiveLoop:
    return LiveLoop(
        catalog,
        telemetry,
        IntervalEstimator(telemetry, engine),
        telemetry,
        LiveSettings(
            period=timedelta(seconds=settings.live_period_s),
            chunk_span=timedelta(hours=settings.chunk_hours),
            chunks_per_round=settings.live_chunks_per_round,
            refine_period=timedelta(seconds=settings.live_refine_s),
        ),
        choice=choice,
        tally=tally,
        clock=clock,
    )


def _worker_settings(settings: InferenceSettings) -> WorkerSettings:
    return WorkerSettings(
        lease=timedelta(seconds=settings.job_lease_s),
        poll_period=timedelta(seconds=settings.job_poll_s),
        max_attempts=settings.max_job_attempts,
        patience=timedelta(seconds=settings.job_patience_s),
    )


def _secret(settings: InferenceSettings) -> str:
    if settings.service_secret_file is None:
        raise FailedPreconditionError(
            "the live loop and jobs need NILM_INFERENCE_SERVICE_SECRET_FILE, the file of the "
            "secret that the services share; or NILM_INFERENCE_LIVE=false and "
            "NILM_INFERENCE_JOB_QUEUE=none"
        )
    return settings.service_secret_file.read_text(encoding="utf-8").strip()
