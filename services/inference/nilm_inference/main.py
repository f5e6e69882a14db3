"""Wiring: settings, logs, channels, models, use cases, servicers, server."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from nilm_core.clock import Clock, SystemClock
from nilm_inference.adapters.appliances import ApplianceClient
from nilm_inference.adapters.drift.embedded import EmbeddedDriftStore
from nilm_inference.adapters.drift.shared import RedisDriftStore
from nilm_inference.adapters.health import remote_health
from nilm_inference.adapters.jobs.queues import QueueConfig, open_job_queue
from nilm_inference.adapters.merged_writes import MergedWrites
from nilm_inference.adapters.telemetry import TelemetryClient
from nilm_inference.background import background_work, interval_disaggregation
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.breakdown import BreakdownEngine
from nilm_inference.engine.executor import TorchExecutor
from nilm_inference.engine.threads import torch_threads
from nilm_inference.engine.warm_up import WarmUp
from nilm_inference.local_port import local_port
from nilm_inference.policy import POLICY
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_inference.service.drift import ModelDrift
from nilm_inference.service.jobs import DisaggregationJobs
from nilm_inference.service.open_inference import TensorInference
from nilm_inference.service.streaming import StreamDisaggregation
from nilm_inference.service.windows import WindowInference
from nilm_inference.servicer.inference import InferenceServicer
from nilm_inference.servicer.jobs import JobServicer
from nilm_inference.servicer.models import ModelServicer
from nilm_inference.servicer.open_inference import OpenInferenceServicer
from nilm_inference.settings import InferenceSettings
from nilm_rpc.channel import connect
from nilm_rpc.clients.auth import RemoteAuthorizer
from nilm_rpc.logs import configure_logs
from nilm_rpc.server import ServiceDefinition, serve
from nilm_rpc.shared.link import RedisLink
from nilm_rpc.shared.stores import open_access_cache, open_stores
from nilm_rpc.tokens import TokenVerifier, build_verifier

SERVICE_NAME = "inference"

_SWITCH_INTERVAL_S = 0.000_005
"""torch takes the interpreter's lock anew for each of its operations; by default it would wait up
to 5 ms each time while calls are being served."""


async def main() -> None:
    """Serves until it is told to stop."""
    settings = InferenceSettings()
    configure_logs(SERVICE_NAME, settings.log_level)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    verifier = build_verifier(settings.tokens)
    async with assembled(settings, verifier, SystemClock()) as definition:
        await serve(settings, definition)


@asynccontextmanager
async def assembled(
    settings: InferenceSettings, verifier: TokenVerifier, clock: Clock
) -> AsyncIterator[ServiceDefinition]:
    """Gives the service with its models in memory, and closes what it holds at the end.

    Raises:
        FailedPreconditionError: There is no registry, no active model can be loaded, the background
            work has no secret, or the job queue no Redis.
        UnavailableError: The file of the job queue is another process's, or `oip_port` is in use.
        DataCorruptionError: The registry or the file of the job queue is damaged.
        OSError: The secret cannot be read.
    """
    executor = TorchExecutor(settings.torch_threads or torch_threads())
    catalog = ModelCatalog(
        settings.models_dir, WarmUp(executor, settings.max_batch), settings.precision
    )
    await catalog.load()
    batcher = WindowBatcher(executor, max_batch=settings.max_batch, queue_size=settings.queue_size)
    engine = BreakdownEngine(executor, batcher)
    tensors = OpenInferenceServicer(TensorInference(catalog, batcher))
    async with (
        connect(settings.auth_target) as auth,
        connect(settings.telemetry_target) as store,
        open_stores(settings, SERVICE_NAME) as shared,
        open_access_cache(shared) as access_cache,
        open_job_queue(settings.job_queue, _queue_config(settings, shared.link, clock)) as queue,
        local_port(settings, tensors) as close_local_port,
    ):
        telemetry = TelemetryClient(store)
        choice = ModelChoice(ApplianceClient(auth))
        intervals = interval_disaggregation(
            settings,
            catalog,
            choice,
            engine,
            telemetry,
            max_running=settings.max_disaggregations,
        )
        inference = InferenceServicer(
            WindowInference(catalog, batcher, MergedWrites(telemetry), clock),
            intervals,
            StreamDisaggregation(catalog, choice, engine, telemetry),
        )
        jobs = DisaggregationJobs(queue, intervals, clock, max_open=settings.max_open_jobs)
        drift = _drift(settings, catalog, shared.link, clock)
        yield ServiceDefinition(
            name=SERVICE_NAME,
            servicers=(inference, JobServicer(jobs), ModelServicer(catalog, drift), tensors),
            policy=POLICY,
            verifier=verifier,
            authorizer=RemoteAuthorizer(auth, access_cache),
            checks={
                "models": catalog.check,
                "auth": remote_health(auth, "auth"),
                "telemetry": remote_health(store, "telemetry"),
            },
            health_parts=catalog.health,
            background=background_work(
                settings,
                catalog,
                engine,
                service=SERVICE_NAME,
                auth=auth,
                store=store,
                queue=queue,
                drift=drift,
                clock=clock,
            ),
            on_stop=(*close_local_port, batcher.close, executor.close),
            limiter=shared.limiter,
            idempotency=shared.idempotency,
        )


def _drift(
    settings: InferenceSettings, catalog: ModelCatalog, link: RedisLink | None, clock: Clock
) -> ModelDrift:
    store = EmbeddedDriftStore(settings.data_dir) if link is None else RedisDriftStore(link)
    return ModelDrift(catalog, store, clock, threshold=settings.drift_threshold)


def _queue_config(settings: InferenceSettings, link: RedisLink | None, clock: Clock) -> QueueConfig:
    return QueueConfig(
        folder=settings.data_dir,
        link=link,
        clock=clock,
        lease=timedelta(seconds=settings.job_lease_s),
        retention=timedelta(days=settings.job_retention_days),
    )
