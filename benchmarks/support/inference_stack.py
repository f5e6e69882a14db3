"""Real auth, telemetry and inference, each in its own process, with an account and a building."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import grpc
import numpy as np
import psutil
import torch
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2_grpc as meter_grpc
from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm_core.timegrid import from_us
from nilm_models.architectures import build_architecture
from nilm_models.bundle import LoadedModel, save_artifact
from nilm_models.calibration import Calibration
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.registry import read_registry, write_entry
from nilm_models.store import ModelStore
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp

INFER = "/nilm.inference.v1.InferenceService/Infer"
CLASSIC = "washing_machine"
"""The appliance that the paper's network of 30 million weights stands for here."""
SHIPPED = "kettle"

SHIPPED_MODELS = Path(__file__).parents[2] / "models"
_READY_TIMEOUT_S = 60.0
_FIRST_SAMPLE_US = 1_704_067_200_000_000  # 2024-01-01
_PERIOD_US = 60_000_000


@dataclass
class InferenceStack:
    """What a benchmark talks to."""

    channel: grpc.aio.Channel
    target: str
    """Where inference is, `host:port`."""
    metadata: tuple[tuple[str, str], ...]
    building_id: str
    models: ModelStore
    process: psutil.Process
    """The process of inference."""
    services: tuple[psutil.Process, ...]
    """The processes of auth, telemetry and inference."""
    auth_target: str
    """Where auth is, `host:port`."""
    telemetry_target: str
    """Where telemetry is, `host:port`."""

    def model(self, appliance_id: str) -> LoadedModel:
        """Returns the model as inference has it in memory."""
        return self.models.get(appliance_id)

    def caller(self, appliance_id: str) -> "Caller":
        """Returns somebody who calls Infer again and again."""
        return Caller(self, appliance_id, self.model(appliance_id).entry.input_window_size)


class Caller:
    """Calls Infer with messages made beforehand, so that the client costs as little as it can."""

    _next_sample_us = _FIRST_SAMPLE_US

    def __init__(self, stack: InferenceStack, appliance_id: str, window: int) -> None:
        rng = np.random.default_rng()
        self._call = stack.channel.unary_unary(INFER)
        self._metadata = stack.metadata
        self._message = inference_pb.InferRequest(
            building_id=stack.building_id,
            appliance_id=appliance_id,
            window_kw=rng.uniform(0.05, 3.0, window).tolist(),
        ).SerializeToString()

    async def infer(self) -> inference_pb.InferResponse:
        """Asks for the next sample, which nobody asked for before."""
        Caller._next_sample_us += _PERIOD_US
        time = inference_pb.InferRequest(sample_time=to_timestamp(from_us(self._next_sample_us)))
        message = self._message + time.SerializeToString()  # fields may come in any order
        return inference_pb.InferResponse.FromString(
            await self._call(message, metadata=self._metadata, timeout=20.0)
        )


@asynccontextmanager
async def inference_stack(
    folder: Path, torch_threads: int, inference_settings: Mapping[str, str] | None = None
) -> AsyncIterator[InferenceStack]:
    """Starts the three services; rate limits are off."""
    models_dir = folder / "models"
    _make_models(models_dir)
    secret = folder / "secret"
    secret.write_text(secrets.token_urlsafe(32))
    names = ("auth", "auth_ops", "telemetry", "telemetry_ops", "inference", "inference_ops")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    auth, telemetry, inference = (f"127.0.0.1:{ports[name]}" for name in names[::2])
    jwks = f"http://127.0.0.1:{ports['auth_ops']}/.well-known/jwks.json"
    common = {"SERVICE_SECRET_FILE": str(secret)}
    limits = {
        "LIMIT_DEFAULT_PER_MINUTE": "0",
        "LIMIT_INFERENCE_PER_MINUTE": "0",
        "TOKENS__JWKS_URL": jwks,
        "AUTH_TARGET": auth,
    }
    settings: dict[str, dict[str, str]] = {
        "auth": {**common, "DATA_DIR": str(folder / "auth")},
        "telemetry": {**limits, "DATABASE_PATH": str(folder / "telemetry.duckdb")},
        "inference": {
            **common,
            **limits,
            "TELEMETRY_TARGET": telemetry,
            "MODELS_DIR": str(models_dir),
            "TORCH_THREADS": str(torch_threads),
            **(inference_settings or {}),
        },
    }
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name, values in settings.items():
            values |= {"PORT": str(ports[name]), "OPS_PORT": str(ports[f"{name}_ops"])}
            processes.append(_start(name, values, folder))
        for name in settings:
            await _wait_until_ready(f"127.0.0.1:{ports[name]}")
        async with (
            connect(auth) as auth_channel,
            connect(inference) as channel,
        ):
            metadata, building_id = await _make_home(auth_channel)
            models = ModelStore(models_dir)
            models.reload()
            services = tuple(psutil.Process(each.pid) for each in processes)
            yield InferenceStack(
                channel,
                inference,
                metadata,
                building_id,
                models,
                services[-1],
                services,
                auth,
                telemetry,
            )
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(timeout=15)


def _make_models(models_dir: Path) -> None:
    """Puts the shipped models and the classic network with random weights into a folder."""
    models_dir.mkdir()
    for entry in read_registry(SHIPPED_MODELS):
        if entry.is_active and entry.appliance_id != CLASSIC:
            (models_dir / entry.artifact_path).write_bytes(
                (SHIPPED_MODELS / entry.artifact_path).read_bytes()
            )
            write_entry(models_dir, entry)
    torch.manual_seed(1)
    network = build_architecture("cnn", {})
    entry = ModelEntry(
        model_id="classic_cnn",
        model_version="0.0.1",
        appliance_id=CLASSIC,
        architecture="cnn",
        architecture_params={},
        artifact_path="classic.safetensors",
        artifact_sha256=save_artifact(models_dir / "classic.safetensors", network),
        input_window_size=network.input_window_size,
        sample_period=timedelta(seconds=60),
        preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
        target=TargetScaling(scale_w=2_000.0),
        on_threshold_w=300.0,
        calibration=Calibration(),
        metrics={},
        is_active=True,
        training_data="real",
    )
    write_entry(models_dir, entry)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _start(name: str, values: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    prefixed = {f"NILM_{name.upper()}_{key}": value for key, value in values.items()}
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"nilm_{name}"],
            env={**os.environ, **prefixed},
            cwd=folder,
            stderr=log,
        )


async def _wait_until_ready(target: str) -> None:
    async with asyncio.timeout(_READY_TIMEOUT_S), connect(target) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while True:
            with suppress(grpc.aio.AioRpcError):
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=2.0)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            await asyncio.sleep(0.1)


async def _make_home(channel: grpc.aio.Channel) -> tuple[tuple[tuple[str, str], ...], str]:
    answer = await auth_grpc.AuthServiceStub(channel).SignUp(
        auth_pb.SignUpRequest(email="bench@home.local", password=secrets.token_urlsafe(16))
    )
    metadata = (("authorization", f"Bearer {answer.tokens.access_token}"),)
    home = await building_grpc.BuildingServiceStub(channel).CreateBuilding(
        building_pb.CreateBuildingRequest(display_name="Bench", time_zone="Europe/London"),
        metadata=metadata,
    )
    await meter_grpc.MeterServiceStub(channel).CreateMeter(
        meter_pb.CreateMeterRequest(
            building_id=home.building.building_id,
            display_name="Mains",
            kind=meter_pb2.METER_KIND_MAINS,
        ),
        metadata=metadata,
    )
    return metadata, home.building.building_id
