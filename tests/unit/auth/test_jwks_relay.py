"""The project's public keys, handed on to the gateway."""

import json
from collections.abc import Iterator

import pytest

from nilm_auth.adapters.supabase_auth.keys import JwksRelay
from nilm_core.errors import UnavailableError
from tests.support.supabase_auth_server import KEY_ID, SupabaseAuthServer


@pytest.fixture
def project() -> Iterator[SupabaseAuthServer]:
    server = SupabaseAuthServer()
    yield server
    server.stop()


def _ids(relay: JwksRelay) -> list[str]:
    return [key["kid"] for key in json.loads(relay.document())["keys"]]


def test_known_keys_are_answered_while_the_project_is_away(project: SupabaseAuthServer) -> None:
    now = [0.0]
    url = f"{project.issuer}/.well-known/jwks.json"
    relay = JwksRelay(url, "ES256", monotonic=lambda: now[0])
    project.stop()
    with pytest.raises(UnavailableError):
        relay.document()
    project.start()
    with pytest.raises(UnavailableError):
        relay.document()
    now[0] = 2.0
    assert _ids(relay) == [KEY_ID]
    project.stop()
    now[0] = 3_600.0
    assert _ids(relay) == [KEY_ID]
    project.start()


def test_keys_of_another_algorithm_are_not_handed_on(project: SupabaseAuthServer) -> None:
    assert _ids(JwksRelay(f"{project.issuer}/.well-known/jwks.json", "RS256")) == []
