"""PostgreSQL goes away under a service that is being called, and comes back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import appliance_service_pb2 as appliance_pb
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliance_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from tests.support.auth_process import AuthProcess
from tests.support.postgres import PostgresServer
from tests.support.tokens import bearer

CALLERS = 6
WARM_UP_CALLS = 50


@pytest.fixture
def service(tmp_path: Path, postgres: PostgresServer, database: str) -> Iterator[AuthProcess]:
    address = tmp_path / "database-url"
    address.write_text(postgres.url_of_owner(database) + "\n")
    address.chmod(0o600)
    process = AuthProcess(
        tmp_path / "data", database_url_file=str(address), limit_default_per_minute="0"
    )
    yield process.wait_ready()
    process.stop()


@dataclass
class Caller:
    """Adds and lists appliances of a building until it is told to stop."""

    channel: grpc.Channel
    building_id: str
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    made: list[str] = field(default_factory=list)
    """What was acknowledged."""
    errors: list[grpc.RpcError] = field(default_factory=list)

    def run(self, name: str) -> None:
        stub = appliance_grpc.ApplianceServiceStub(self.channel)
        number = 0
        while not self.stop.is_set():
            number += 1
            appliance_id = f"{name}_{number}"
            try:
                stub.CreateAppliance(
                    appliance_pb.CreateApplianceRequest(
                        building_id=self.building_id,
                        appliance_id=appliance_id,
                        display_name="Lamp",
                    ),
                    metadata=bearer(self.token),
                    timeout=120,
                )
            except grpc.RpcError as error:
                self.errors.append(error)
            else:
                self.made.append(appliance_id)


def test_calls_in_flight_are_told_to_retry_and_the_next_succeed(
    service: AuthProcess, postgres: PostgresServer
) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel:
        caller = _signed_up(channel)
        with ThreadPoolExecutor(CALLERS) as threads:
            running = [threads.submit(caller.run, f"lamp_{index}") for index in range(CALLERS)]
            _until_made(caller, WARM_UP_CALLS)
            postgres.process.restart()
            _until_made(caller, len(caller.made) + WARM_UP_CALLS)
            caller.stop.set()
            for each in running:
                each.result()
        assert caller.errors
        for error in caller.errors:
            assert error.code() is grpc.StatusCode.UNAVAILABLE, error.details()
            assert _retry_delay_s(error) > 0
        assert set(caller.made) <= _stored(caller)
    service.wait_ready()


def _signed_up(channel: grpc.Channel) -> Caller:
    answer = auth_grpc.AuthServiceStub(channel).SignUp(
        auth_pb.SignUpRequest(email="ada@home.local", password="correct horse battery"),
        wait_for_ready=True,
        timeout=120,
    )
    token = answer.tokens.access_token
    made = building_grpc.BuildingServiceStub(channel).CreateBuilding(
        building_pb.CreateBuildingRequest(display_name="Home", time_zone="Europe/London"),
        metadata=bearer(token),
    )
    return Caller(channel, made.building.building_id, token)


def _until_made(caller: Caller, count: int) -> None:
    progress = threading.Event()
    for _ in range(1_200):
        if len(caller.made) >= count:
            return
        progress.wait(0.05)
    raise AssertionError(f"{len(caller.made)} made, {caller.errors[-1:]}")


def _retry_delay_s(error: grpc.RpcError) -> float:
    status = rpc_status.from_call(error)
    assert status is not None
    for packed in status.details:
        retry = error_details_pb2.RetryInfo()
        if packed.Unpack(retry):
            return retry.retry_delay.ToTimedelta().total_seconds()
    raise AssertionError(f"no RetryInfo in {status}")


def _stored(caller: Caller) -> set[str]:
    stub = appliance_grpc.ApplianceServiceStub(caller.channel)
    request = appliance_pb.ListAppliancesRequest(building_id=caller.building_id, page_size=100)
    found: set[str] = set()
    while True:
        page = stub.ListAppliances(request, metadata=bearer(caller.token))
        found.update(each.appliance_id for each in page.appliances)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token
