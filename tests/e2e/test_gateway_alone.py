"""The gateway without any service behind it: its coarse limit, and other origins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import httpx
import pytest
import yaml

from nilm.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from nilm_cli.up.child import Child
from nilm_cli.up.gateway import GatewaySettings, connection_manager, render
from nilm_cli.up.locate import find_envoy
from nilm_cli.up.probe import is_ready
from nilm_cli.up.services import Ports, gateway_spec
from tests.support import grpc_web
from tests.support.eventually import eventually, eventually_answers
from tests.support.nilm_up import REPOSITORY
from tests.support.server_process import free_port

ORIGIN = "https://app.example.org"
SIGN_IN = "/nilm.auth.v1.AuthService/SignIn"
BURST = 12
CONNECTIONS = 3
CALLER, OTHER_CALLER = "127.0.0.21", "127.0.0.22"


def _lower_the_coarse_limit(listener_file: Path) -> None:
    listener = yaml.safe_load(listener_file.read_text())
    (limit,) = (
        each["typed_config"]
        for each in connection_manager(listener)["http_filters"]
        if each["name"].endswith(".local_ratelimit")
    )
    limit["descriptors"][0]["token_bucket"] = {
        "max_tokens": BURST,
        "tokens_per_fill": 1,
        "fill_interval": "3600s",
    }
    listener_file.write_text(yaml.safe_dump(listener))


def _lower_the_connection_limit(bootstrap_file: Path) -> None:
    bootstrap = yaml.safe_load(bootstrap_file.read_text())
    (monitor,) = bootstrap["overload_manager"]["resource_monitors"]
    monitor["typed_config"]["max_active_downstream_connections"] = CONNECTIONS
    bootstrap_file.write_text(yaml.safe_dump(bootstrap))


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """A gateway of twelve calls an hour and an address, and of three connections."""
    gateway_port = free_port()
    ports = Ports.free(gateway_port)
    settings = GatewaySettings("127.0.0.1", gateway_port, ports.admin, ports.clusters(), [ORIGIN])
    render(REPOSITORY / "gateway", tmp_path, settings)
    _lower_the_coarse_limit(tmp_path / "listener.yaml")
    _lower_the_connection_limit(tmp_path / "bootstrap.yaml")
    spec = gateway_spec(find_envoy(), "127.0.0.1", gateway_port, 1)
    child = Child(spec, tmp_path / "gateway.log", tmp_path)
    child.start()
    try:
        await eventually_answers(lambda: _is_live(gateway_port))
        yield gateway_port
    finally:
        await child.stop(10)


async def _is_live(port: int) -> bool:
    return await is_ready(port, path="/live")


def _client(port: int, address: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=60)


async def test_the_coarse_limit_is_an_addresss_own_and_clear_to_every_caller(port: int) -> None:
    async with _client(port, CALLER) as http, _client(port, OTHER_CALLER) as other:
        statuses = [(await http.get("/live")).status_code for _ in range(BURST)]
        assert statuses == [200] * BURST
        refused = await http.get("/live")
        assert refused.status_code == 429
        assert refused.json() == {
            "code": 8,
            "message": "too many requests from this address; try again in a second",
            "details": [],
        }
        answer = await grpc_web.call(http, SIGN_IN, auth_service_pb2.SignInRequest())
        assert answer.code == 8
        assert "too many requests" in answer.message
        assert (await other.get("/live")).status_code == 200


async def test_the_coarse_limit_is_8_as_grpc(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = auth_service_pb2_grpc.AuthServiceStub(channel)
        codes = set()
        for _ in range(BURST + 1):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stub.SignIn(auth_service_pb2.SignInRequest())
            codes.add(refused.value.code())
        assert codes == {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED}


async def test_an_origin_that_is_named_may_call_and_read_how_calls_end(port: int) -> None:
    async with _client(port, CALLER) as http:
        preflight = await http.options(
            SIGN_IN,
            headers={
                "origin": ORIGIN,
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,content-type,x-grpc-web",
            },
        )
        answer = await http.post(SIGN_IN, headers={**grpc_web.web_headers(), "origin": ORIGIN})
    assert preflight.status_code == 200
    for response in (preflight, answer):
        assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    exposed = answer.headers["access-control-expose-headers"]
    assert {"grpc-status", "grpc-message", "grpc-status-details-bin"} <= set(exposed.split(", "))


async def test_connections_beyond_the_limit_are_closed_at_once(port: int) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2 * CONNECTIONS)]

    async def end(reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read(1) == b""

    ends = [asyncio.create_task(end(reader)) for reader, _ in opened]
    await eventually(lambda: sum(each.done() for each in ends) >= CONNECTIONS)
    await asyncio.sleep(1.0)
    refused = sum(each.done() for each in ends)
    for _, writer in opened:
        writer.close()
    await asyncio.gather(*ends)
    # The connection of the fixture's own question may still have counted.
    assert refused in (CONNECTIONS, CONNECTIONS + 1)
