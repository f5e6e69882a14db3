"""Inference with real auth beside it, and telemetry real or in memory, all in this process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2_grpc as meter_grpc
from nilm.inference.v1 import inference_service_pb2_grpc as inference_grpc
from nilm.inference.v1 import job_service_pb2_grpc as job_grpc
from nilm.inference.v1 import model_service_pb2_grpc as model_grpc
from nilm_auth.main import assembled as assembled_auth
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from nilm_inference.main import assembled as assembled_inference
from nilm_inference.settings import InferenceSettings
from nilm_rpc.channel import connect
from nilm_rpc.clients.auth import RemoteAuthorizer
from nilm_rpc.server import RunningServer, ServiceDefinition
from nilm_telemetry.main import assembled as assembled_telemetry
from nilm_telemetry.settings import TelemetrySettings
from tests.support.fake_telemetry import FakeTelemetry
from tests.support.tokens import bearer

ADMIN_EMAIL = "admin@home.local"
PASSWORD = "correct horse battery"
SECRET = "s" * 40


@dataclass
class World:
    """What a test of inference talks to."""

    auth_definition: ServiceDefinition
    auth_target: str
    auth_channel: grpc.aio.Channel
    jwks_url: str
    """Where a process of its own finds the keys of tokens."""
    telemetry_target: str
    telemetry: FakeTelemetry
    """Empty and unused where the real one runs."""
    folder: Path

    async def sign_up(self, name: str = "anna") -> dict[str, Any]:
        """Makes an account; returns the keyword arguments of its calls."""
        answer = await auth_grpc.AuthServiceStub(self.auth_channel).SignUp(
            auth_pb.SignUpRequest(email=f"{name}@home.local", password=PASSWORD)
        )
        return {"metadata": bearer(answer.tokens.access_token)}

    async def admin(self) -> dict[str, Any]:
        """Signs the administrator in; returns the keyword arguments of his calls."""
        answer = await auth_grpc.AuthServiceStub(self.auth_channel).SignIn(
            auth_pb.SignInRequest(email=ADMIN_EMAIL, password=PASSWORD)
        )
        return {"metadata": bearer(answer.tokens.access_token)}

    async def building(self, owner: dict[str, Any]) -> str:
        """Makes a building with a mains meter; returns its id."""
        answer = await building_grpc.BuildingServiceStub(self.auth_channel).CreateBuilding(
            building_pb.CreateBuildingRequest(display_name="Home", time_zone="Europe/London"),
            **owner,
        )
        building_id: str = answer.building.building_id
        await meter_grpc.MeterServiceStub(self.auth_channel).CreateMeter(
            meter_pb.CreateMeterRequest(
                building_id=building_id, display_name="Mains", kind=meter_pb2.METER_KIND_MAINS
            ),
            **owner,
        )
        return building_id

    def settings(self, **changes: Any) -> InferenceSettings:
        """Returns settings of an inference that stands on this world."""
        values = {
            "port": 0,
            "ops_port": 0,
            "drain_grace_s": 0.5,
            "models_dir": self.folder / "models",
            "auth_target": self.auth_target,
            "telemetry_target": self.telemetry_target,
            "torch_threads": 1,
            "live": False,
            "live_period_s": 0.05,
            "live_refine_s": 0.0,
            "data_dir": self.folder / "inference",
            "job_poll_s": 0.05,
            "limit_inference_per_minute": 0,
            "service_secret_file": self.folder / "secret",
        }
        return InferenceSettings(**{**values, **changes})

    @asynccontextmanager
    async def inference(self, **changes: Any) -> "AsyncIterator[Inference]":
        """Runs inference until the end of the block."""
        settings = self.settings(**changes)
        async with (
            assembled_inference(
                settings, self.auth_definition.verifier, SystemClock()
            ) as definition,
            RunningServer(settings, definition) as server,
            connect(f"127.0.0.1:{server.port}") as channel,
        ):
            yield Inference(channel, server)


@dataclass
class Inference:
    """A running inference and its stubs."""

    channel: grpc.aio.Channel
    server: RunningServer

    def __post_init__(self) -> None:
        self.inference = inference_grpc.InferenceServiceStub(self.channel)
        self.jobs = job_grpc.JobServiceStub(self.channel)
        self.models = model_grpc.ModelServiceStub(self.channel)


@asynccontextmanager
async def world(folder: Path, *, real_telemetry: bool = False) -> AsyncIterator[World]:
    """Starts auth, and the telemetry in memory or the real one."""
    secret, password = folder / "secret", folder / "password"
    secret.write_text(SECRET)
    password.write_text(PASSWORD)
    auth_settings = AuthSettings(
        data_dir=folder / "auth",
        port=0,
        ops_port=0,
        drain_grace_s=0.5,
        service_secret_file=secret,
        initial_admin_email=ADMIN_EMAIL,
        initial_admin_password_file=password,
        password_memory_kib=8,
        password_passes=1,
        limit_sign_in_per_minute=0,
    )
    telemetry = FakeTelemetry()
    async with AsyncExitStack() as stack:
        auth = await stack.enter_async_context(assembled_auth(auth_settings, SystemClock()))
        auth_server = await stack.enter_async_context(RunningServer(auth_settings, auth))
        auth_target = f"127.0.0.1:{auth_server.port}"
        channel = await stack.enter_async_context(connect(auth_target))
        store_settings = TelemetrySettings(
            port=0,
            ops_port=0,
            drain_grace_s=0.5,
            limit_default_per_minute=0,
            database_path=folder / "telemetry" / "telemetry.duckdb",
            auth_target=auth_target,
        )
        definition = (
            await stack.enter_async_context(
                assembled_telemetry(store_settings, auth.verifier, SystemClock())
            )
            if real_telemetry
            else telemetry.definition(auth.verifier, RemoteAuthorizer(channel))
        )
        store = await stack.enter_async_context(RunningServer(store_settings, definition))
        jwks_url = f"http://127.0.0.1:{auth_server.ops_port}/.well-known/jwks.json"
        yield World(
            auth, auth_target, channel, jwks_url, f"127.0.0.1:{store.port}", telemetry, folder
        )
