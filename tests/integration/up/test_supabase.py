"""`nilm up` with a Supabase project: every part takes its people's tokens, and no forged ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from tests.support.nilm_up import NilmUp, nilm_up
from tests.support.supabase_auth_server import API_KEY, SupabaseAuthServer

SECRET = "a JWT secret of a project, of more than 32 bytes"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class World:
    """What runs, and the token of somebody who has signed up."""

    up: NilmUp
    url: str
    project: SupabaseAuthServer
    token: str

    def get(self, path: str, token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.token}"}
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=60)

    def forged(self, **claims: Any) -> str:
        """Returns a token as the project signs it, but for some claims."""
        session = next(iter(self.project.sessions.values()))
        return self.project.token(session, **claims)


@pytest.fixture(scope="module", params=["ES256", "HS256"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp(request.param)
    project = SupabaseAuthServer(secret=SECRET if request.param == "HS256" else "")
    key_file, secret_file = folder / "key", folder / "jwt-secret"
    key_file.write_text(API_KEY)
    secret_file.write_text(f"{SECRET}\n")
    arguments = ["--port", "0", "--supabase-url", project.url, "--supabase-key-file", str(key_file)]
    if project.secret:
        arguments += ["--supabase-jwt-secret-file", str(secret_file)]
    with nilm_up(folder / "data", *arguments, environment={"OMP_NUM_THREADS": "1"}) as up:
        url = up.wait_ready()
        body = {"email": "ada@home.local", "password": PASSWORD}
        answer = httpx.post(f"{url}/api/v1/auth/register", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        yield World(up, url, project, answer.json()["tokens"]["access_token"])
    project.stop()


def test_the_options_need_no_token(world: World) -> None:
    options = httpx.get(f"{world.url}/api/v1/auth/options", timeout=60).json()
    assert options == {
        "identity_provider": "IDENTITY_PROVIDER_SUPABASE",
        "sign_up_open": True,
        "password_reset_delivery": "PASSWORD_RESET_DELIVERY_BY_EMAIL",
    }


def test_gateway_auth_telemetry_and_inference_take_the_token(world: World) -> None:
    made = httpx.post(
        f"{world.url}/api/v1/buildings",
        json={"display_name": "Home", "time_zone": "Europe/London"},
        headers={"authorization": f"Bearer {world.token}"},
        timeout=60,
    )
    building_id = made.json()["building"]["building_id"]
    meters = world.get(f"/api/v1/buildings/{building_id}/meters")
    assert (meters.status_code, meters.json()["meters"]) == (200, [])
    devices = world.get("/api/v1/telemetry/devices")
    assert devices.status_code == 200, devices.text
    assert world.get("/models").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_700_000_000},
        {"aud": "nilm"},
        {"iss": "nilm-auth", "aud": "nilm"},
        {"iss": "https://other.supabase.co/auth/v1"},
    ],
)
def test_what_the_project_did_not_sign_for_us_is_refused_at_the_gateway(
    world: World, claims: dict[str, Any]
) -> None:
    answer = world.get("/api/v1/auth/me", world.forged(**claims))
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == 16


def test_a_token_that_somebody_else_signed_is_refused_at_the_gateway(world: World) -> None:
    claims = jwt.decode(world.token, options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 40, algorithm="HS256")
    assert world.get("/api/v1/auth/me", forged).status_code == 401


def test_a_reset_message_leads_to_the_page_of_the_web_app(world: World) -> None:
    body = {"email": "ada@home.local"}
    httpx.post(f"{world.url}/api/v1/auth/forgot-password", json=body, timeout=60)
    (message,) = world.project.messages
    assert message.redirect_to == f"{world.url}/app/reset-password"


def test_no_secret_is_written_where_others_read_it(world: World) -> None:
    keys = world.up.data_dir / "secrets" / "supabase-jwks.json"
    assert keys.exists() == bool(world.project.secret)
    if keys.exists():
        assert keys.stat().st_mode & 0o077 == 0
    files = [*(world.up.data_dir / "logs").iterdir(), *(world.up.data_dir / "run").glob("*.yaml")]
    text = "".join(file.read_text() for file in files)
    assert not [word for word in (SECRET, PASSWORD, world.token) if word in text]


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    for arguments, named in (
        (("--supabase-url", "https://project.supabase.co"), "--supabase-key-file"),
        (("--supabase-key-file", str(tmp_path)), "--supabase-key-file"),
    ):
        up = NilmUp(tmp_path / "data", *arguments)
        assert up.process.wait(60) == 2
        assert named in up.stderr()
        up.close()
