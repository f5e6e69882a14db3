"""Wiring: settings, logs, channels, models, use cases, servicers, server."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import grpc

from nilm_core.clock import Clock, SystemClock
from nilm_core.errors import FailedPreconditionError
from nilm_inference.adapters.health import remote_health
from nilm_inference.adapters.merged_writes import MergedWrites
from nilm_inference.adapters.telemetry import TelemetryClient
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.breakdown import BreakdownEngine
from nilm_inference.engine.executor import TorchExecutor
from nilm_inference.engine.threads import torch_threads
from nilm_inference.policy import POLICY
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.disaggregation import IntervalDisaggregation
from nilm_inference.service.intervals import IntervalEstimator
from nilm_inference.service.live import LiveLoop, LiveSettings
from nilm_inference.service.streaming import StreamDisaggregation
from nilm_inference.service.windows import WindowInference
from nilm_inference.servicer.inference import InferenceServicer
from nilm_inference.servicer.models import ModelServicer
from nilm_inference.settings import InferenceSettings
from nilm_rpc.channel import connect
from nilm_rpc.clients.auth import RemoteAuthorizer, ServiceTokenSource
from nilm_rpc.logs import configure_logs
from nilm_rpc.server import ServiceDefinition, serve
from nilm_rpc.tokens import TokenVerifier, build_verifier

SERVICE_NAME = "inference"

_SWITCH_INTERVAL_S = 0.0005
"""torch takes the interpreter's lock anew between two layers; by default it would wait up to 5 ms
each time while calls are being served."""


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
        FailedPreconditionError: There is no registry, no active model can be loaded, or the live
            loop has no secret.
        DataCorruptionError: The registry is damaged.
        OSError: The secret cannot be read.
    """
    catalog = ModelCatalog(settings.models_dir)
    await catalog.load()
    executor = TorchExecutor(settings.torch_threads or torch_threads())
    batcher = WindowBatcher(
        executor,
        max_batch=settings.max_batch,
        queue_size=settings.queue_size,
        max_wait_s=settings.max_batch_wait_ms / 1_000,
    )
    engine = BreakdownEngine(executor)
    chunk_span = timedelta(hours=settings.chunk_hours)
    async with connect(settings.auth_target) as auth, connect(settings.telemetry_target) as store:
        telemetry = TelemetryClient(store)
        inference = InferenceServicer(
            WindowInference(catalog, batcher, MergedWrites(telemetry), clock),
            IntervalDisaggregation(
                catalog,
                IntervalEstimator(telemetry, engine),
                telemetry,
                telemetry,
                chunk_span=chunk_span,
                max_running=settings.max_disaggregations,
            ),
            StreamDisaggregation(catalog, engine, telemetry),
        )
        yield ServiceDefinition(
            name=SERVICE_NAME,
            servicers=(inference, ModelServicer(catalog)),
            policy=POLICY,
            verifier=verifier,
            authorizer=RemoteAuthorizer(auth),
            checks={
                "models": catalog.check,
                "auth": remote_health(auth, "auth"),
                "telemetry": remote_health(store, "telemetry"),
            },
            background=(_live_loop(settings, catalog, engine, auth, store).run,)
            if settings.live
            else (),
            on_stop=(batcher.close, executor.close),
        )


def _live_loop(
    settings: InferenceSettings,
    catalog: ModelCatalog,
    engine: BreakdownEngine,
    auth: grpc.aio.Channel,
    store: grpc.aio.Channel,
) -> LiveLoop:
    secret_file = settings.service_secret_file
    if secret_file is None:
        raise FailedPreconditionError(
            "the live loop needs NILM_INFERENCE_SERVICE_SECRET_FILE, the file of the secret that "
            "the services share; or NILM_INFERENCE_LIVE=false"
        )
    secret = secret_file.read_text(encoding="utf-8").strip()
    telemetry = TelemetryClient(store, ServiceTokenSource(auth, SERVICE_NAME, secret).token)
    return LiveLoop(
        catalog,
        telemetry,
        IntervalEstimator(telemetry, engine),
        telemetry,
        LiveSettings(
            period=timedelta(seconds=settings.live_period_s),
            chunk_span=timedelta(hours=settings.chunk_hours),
            chunks_per_round=settings.live_chunks_per_round,
        ),
    )
