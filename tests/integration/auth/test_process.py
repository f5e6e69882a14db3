"""The service as its own process: restarts, signals, damaged files, wrong settings."""

import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import building_service_pb2_grpc as buildings_grpc
from tests.support.auth_process import START_S, AuthProcess
from tests.support.tokens import bearer

PASSWORD = "correct horse battery"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def start(data_dir: Path) -> Iterator[Any]:
    with ExitStack() as stack:

        def run(**settings: str) -> AuthProcess:
            process = AuthProcess(data_dir, **settings)
            stack.callback(process.stop, signal.SIGKILL)
            return process

        yield run


def _sign_up(channel: grpc.Channel, name: str) -> auth_pb.SignUpResponse:
    request = auth_pb.SignUpRequest(email=f"{name}@home.local", password=PASSWORD)
    return auth_grpc.AuthServiceStub(channel).SignUp(request, wait_for_ready=True, timeout=120)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_accounts_sessions_and_keys_outlive_the_process(start: Any, end: signal.Signals) -> None:
    first = start().wait_ready()
    with grpc.insecure_channel(f"127.0.0.1:{first.port}") as channel:
        ada = _sign_up(channel, "ada")
        made = buildings_grpc.BuildingServiceStub(channel).CreateBuilding(
            buildings_pb.CreateBuildingRequest(display_name="Home", time_zone="Europe/London"),
            metadata=bearer(ada.tokens.access_token),
        )
    jwks = first.get("/.well-known/jwks.json")
    first.stop(end)
    second = start().wait_ready()
    assert second.get("/.well-known/jwks.json") == jwks
    with grpc.insecure_channel(f"127.0.0.1:{second.port}") as channel:
        read = buildings_grpc.BuildingServiceStub(channel).GetBuilding(
            buildings_pb.GetBuildingRequest(building_id=made.building.building_id),
            metadata=bearer(ada.tokens.access_token),
        )
        refreshed = auth_grpc.AuthServiceStub(channel).RefreshToken(
            auth_pb.RefreshTokenRequest(refresh_token=ada.tokens.refresh_token)
        )
    assert read.building == made.building
    assert refreshed.tokens.refresh_token != ada.tokens.refresh_token


def test_sigterm_lets_calls_in_flight_end(start: Any) -> None:
    costly = {"password_memory_kib": "131072", "password_passes": "32"}
    server = start(**costly, drain_grace_s="120").wait_ready()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        call = auth_grpc.AuthServiceStub(channel).SignUp.future(
            auth_pb.SignUpRequest(email="ada@home.local", password=PASSWORD), timeout=120
        )
        deadline = time.monotonic() + START_S
        while b"nilm_auth_passwords_waiting 1.0" not in _metrics(server):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        server.process.send_signal(signal.SIGTERM)
        assert call.result().user.email == "ada@home.local"
    assert server.process.wait(timeout=60) == 0


def _metrics(server: AuthProcess) -> bytes:
    url = f"http://127.0.0.1:{server.ops_port}/metrics"
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
        return body


def _refused(process: AuthProcess) -> str:
    assert process.process.wait(timeout=START_S) == 1
    lines = [line for line in process.log.read_text().splitlines() if line[:1] != "{"]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_damaged_database_is_one_clear_line(start: Any, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "auth.db").write_bytes(b"these are no pages of a database " * 500)
    line = _refused(start())
    assert line.startswith("auth: the account database")
    assert "is damaged" in line


def test_a_damaged_key_is_one_clear_line(start: Any, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "signing-key.pem").write_text("no key")
    assert "signing-key.pem is damaged" in _refused(start())


def test_a_port_in_use_is_one_clear_line(start: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in _refused(start(port=str(port)))


def test_a_setting_that_makes_no_sense_is_one_clear_line(start: Any) -> None:
    assert "password_passes" in _refused(start(password_passes="none"))


def test_an_administrator_without_a_password_file_is_refused(start: Any) -> None:
    line = _refused(start(initial_admin_email="admin@home.local"))
    assert "NILM_AUTH_INITIAL_ADMIN_PASSWORD_FILE" in line


def test_the_demo_account_is_made_once_with_a_password_of_its_own(
    start: Any, data_dir: Path
) -> None:
    for _ in range(2):
        server = start(demo="true").wait_ready()
        password = (data_dir / "demo-password").read_text().strip()
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            answer = auth_grpc.AuthServiceStub(channel).SignIn(
                auth_pb.SignInRequest(email="demo@nilm.local", password=password)
            )
        assert not answer.user.is_admin
        server.stop()
    assert password not in server.log.read_text()


def test_the_process_stays_small(start: Any) -> None:
    server = start(password_memory_kib="19456").wait_ready()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        for name in ("ada", "bob", "cy"):
            _sign_up(channel, name)
    assert psutil.Process(server.process.pid).memory_info().rss < 150 << 20
