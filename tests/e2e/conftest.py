"""One real `nilm up --no-demo` for the whole session, reached through its gateway."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from tests.support.nilm_up import NilmUp, nilm_up

PASSWORD = "correct horse battery"
ADMIN_EMAIL = "admin@example.org"
_NUMBERS = count(1)


@dataclass(frozen=True)
class System:
    """The running system."""

    url: str
    up: NilmUp

    @property
    def target(self) -> str:
        """The gateway as gRPC names it."""
        return self.url.removeprefix("http://")

    @property
    def data_dir(self) -> Path:
        return self.up.data_dir


@dataclass(frozen=True)
class Account:
    """Somebody who is signed in."""

    email: str
    user_id: str
    token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.headers.items())


@dataclass(frozen=True)
class Home:
    """A building with a mains meter and readings a minute apart, oldest first."""

    owner: Account
    building_id: str
    meter_id: str
    start: datetime
    power_w: tuple[float, ...]

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=len(self.power_w))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("e2e")
    password_file = folder / "admin-password"
    password_file.write_text(PASSWORD)
    environment = {
        "NILM_AUTH_INITIAL_ADMIN_EMAIL": ADMIN_EMAIL,
        "NILM_AUTH_INITIAL_ADMIN_PASSWORD_FILE": str(password_file),
        "NILM_AUTH_PASSWORD_MEMORY_KIB": "64",
        "OMP_NUM_THREADS": "1",
    }
    arguments = ("--port", "0", "--no-demo")
    with nilm_up(folder / "data", *arguments, environment=environment) as up:
        yield System(up.wait_ready(), up)


@pytest.fixture
async def http(system: System) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=system.url, timeout=60.0) as client:
        yield client


@pytest.fixture
async def channel(system: System) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(system.target) as opened:
        yield opened


def sign_up(system: System) -> Account:
    """Makes a fresh account."""
    email = f"person{next(_NUMBERS)}@example.org"
    answer = post(system, "/api/v1/auth/register", {"email": email, "password": PASSWORD})
    return account_of(answer)


def account_of(answer: dict[str, Any]) -> Account:
    """Returns the account of a sign-up's or a sign-in's answer."""
    tokens = answer["tokens"]
    user = answer["user"]
    return Account(user["email"], user["user_id"], tokens["access_token"], tokens["refresh_token"])


def post(
    system: System, path: str, body: dict[str, Any], account: Account | None = None
) -> dict[str, Any]:
    """Posts JSON and returns the answer; fails with what was said on any refusal."""
    headers = account.headers if account else {}
    response = httpx.post(system.url + path, json=body, headers=headers, timeout=60.0)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = json.loads(response.text)
    return answer


@pytest.fixture
def account(system: System) -> Account:
    return sign_up(system)


@pytest.fixture(scope="session")
def admin(system: System) -> Account:
    body = {"email": ADMIN_EMAIL, "password": PASSWORD}
    return account_of(post(system, "/api/v1/auth/login", body))


@pytest.fixture(scope="session")
def home(system: System) -> Home:
    """A home whose kettle boils every two hours over six hours that ended just now."""
    owner = sign_up(system)
    building = post(
        system,
        "/api/v1/buildings",
        {"display_name": "Home", "time_zone": "Europe/London"},
        owner,
    )["building"]
    meters = f"/api/v1/buildings/{building['building_id']}/meters"
    body = {"display_name": "Mains", "kind": "METER_KIND_MAINS"}
    meter = post(system, meters, body, owner)["meter"]
    power_w = tuple(2_400.0 if minute % 120 in (60, 61, 62) else 180.0 for minute in range(360))
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    start = now - timedelta(minutes=len(power_w))
    columns = {
        "start_time": rfc3339(start),
        "offset_us": [str(minute * 60_000_000) for minute in range(len(power_w))],
        "power_w": list(power_w),
    }
    written = post(
        system,
        f"/api/v1/buildings/{building['building_id']}/readings",
        {"meter_id": meter["meter_id"], "readings": columns},
        owner,
    )
    assert written["accepted_count"] == str(len(power_w)), written
    return Home(owner, building["building_id"], meter["meter_id"], start, power_w)


def rfc3339(time: datetime) -> str:
    """Returns a time as JSON has it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
