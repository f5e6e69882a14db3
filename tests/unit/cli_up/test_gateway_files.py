"""The gateway's checked-in files are level with the protos and the policies."""

import subprocess
from pathlib import Path

import pytest
import yaml
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from nilm_auth.policy import POLICY as AUTH_POLICY
from nilm_cli.up.gateway import GatewaySettings, connection_manager, render
from nilm_cli.up.locate import find_envoy
from nilm_rpc.policy import Audience

GATEWAY = Path(__file__).resolve().parents[3] / "gateway"
DEFAULT_PORTS = {
    "auth": 50_051,
    "telemetry": 50_052,
    "inference": 50_053,
    "auth_ops": 9_051,
    "telemetry_ops": 9_052,
    "inference_ops": 9_053,
}
UNROUTED = "/nilm.auth.v1.AuthService/IssueServiceToken"
ALWAYS_OPEN = {"/live", "/ready", "/health", "/.well-known/jwks.json"}
WEB_APP = {"/", "/app", "/app/"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gateway")
    render(GATEWAY, folder, GatewaySettings("127.0.0.1", 8080, 9901, DEFAULT_PORTS))
    return folder


@pytest.fixture(scope="module")
def services(rendered: Path) -> list[ServiceDescriptor]:
    pool = DescriptorPool()
    found = []
    for file in FileDescriptorSet.FromString((rendered / "nilm.binpb").read_bytes()).file:
        pool.Add(file)
        if file.package.startswith("nilm."):
            found += [
                pool.FindServiceByName(f"{file.package}.{service.name}") for service in file.service
            ]
    return found


@pytest.fixture(scope="module")
def manager() -> dict:
    return connection_manager(yaml.safe_load((GATEWAY / "listener.yaml").read_text()))


def _routes(manager: dict) -> list[dict]:
    return manager["route_config"]["virtual_hosts"][0]["routes"]


def _filter(manager: dict, name: str) -> dict:
    found = [each for each in manager["http_filters"] if each["name"].endswith(f".{name}")]
    return found[0]["typed_config"]


def _methods(services: list[ServiceDescriptor]) -> dict[str, MethodDescriptor]:
    return {
        f"/{service.full_name}/{method.name}": method
        for service in services
        for method in service.methods
    }


def _rest_path(method: MethodDescriptor) -> str:
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    return getattr(rule, rule.WhichOneof("pattern") or "", "")


def _chosen(manager: dict, path: str) -> dict:
    """Returns the first route that takes a path."""
    for route in _routes(manager):
        match = route["match"]
        prefix = match.get("prefix", "\0")
        if match.get("path") == path or (path.startswith(prefix) and "headers" not in match):
            return route
    raise LookupError(path)


def test_rendering_with_the_default_ports_changes_nothing(rendered: Path) -> None:
    for name, source in (
        ("bootstrap.yaml", GATEWAY / "bootstrap.yaml"),
        ("listener.yaml", GATEWAY / "listener.yaml"),
        ("clusters.yaml", GATEWAY / "clusters" / "local.yaml"),
    ):
        assert yaml.safe_load((rendered / name).read_text()) == yaml.safe_load(source.read_text())


def test_envoy_takes_the_bootstrap_file(rendered: Path) -> None:
    checked = subprocess.run(
        [find_envoy(), "--mode", "validate", "-c", "bootstrap.yaml"],
        cwd=rendered,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_other_ports_reach_listener_admin_and_every_cluster(tmp_path: Path) -> None:
    ports = {name: 20_000 + index for index, name in enumerate(DEFAULT_PORTS)}
    settings = GatewaySettings("192.0.2.1", 7_000, 7_001, ports, ["https://app.example.org"])
    render(GATEWAY, tmp_path, settings)
    listener = yaml.safe_load((tmp_path / "listener.yaml").read_text())
    clusters = yaml.safe_load((tmp_path / "clusters.yaml").read_text())["resources"]
    bootstrap = yaml.safe_load((tmp_path / "bootstrap.yaml").read_text())
    host = connection_manager(listener)["route_config"]["virtual_hosts"][0]
    cors = host["typed_per_filter_config"]["envoy.filters.http.cors"]
    assert listener["resources"][0]["address"]["socket_address"] == {
        "address": "192.0.2.1",
        "port_value": 7_000,
    }
    assert bootstrap["admin"]["address"]["socket_address"] == {
        "address": "127.0.0.1",
        "port_value": 7_001,
    }
    assert cors["allow_origin_string_match"] == [{"exact": "https://app.example.org"}]
    for cluster in clusters:
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        assert endpoint["address"]["socket_address"]["port_value"] == ports[cluster["name"]]


def test_no_other_origin_is_allowed_by_default(manager: dict) -> None:
    host = manager["route_config"]["virtual_hosts"][0]
    cors = host["typed_per_filter_config"]["envoy.filters.http.cors"]
    assert cors["allow_origin_string_match"] == []


def test_every_service_with_rest_paths_is_transcoded(
    manager: dict, services: list[ServiceDescriptor]
) -> None:
    annotated = {
        service.full_name
        for service in services
        if any(_rest_path(method) for method in service.methods)
    }
    assert set(_filter(manager, "grpc_json_transcoder")["services"]) == annotated


def test_streams_alone_have_no_timeout(manager: dict, services: list[ServiceDescriptor]) -> None:
    for path, method in _methods(services).items():
        if path == UNROUTED:
            continue
        timeout = _chosen(manager, path)["route"]["timeout"]
        is_stream = method.server_streaming or method.client_streaming
        assert (timeout == "0s") == is_stream, path


def test_streams_of_callers_alone_have_no_body_limit(
    manager: dict, services: list[ServiceDescriptor]
) -> None:
    for path, method in _methods(services).items():
        config = _chosen(manager, path).get("typed_per_filter_config", {})
        buffer = config.get("envoy.filters.http.buffer", {})
        assert buffer.get("disabled", False) == method.client_streaming, path


def test_every_method_goes_to_the_service_of_its_package(
    manager: dict, services: list[ServiceDescriptor]
) -> None:
    clusters = {"auth": "auth", "buildings": "auth"}
    for path in _methods(services):
        if path == UNROUTED:
            assert _chosen(manager, path)["direct_response"]["status"] == 404
            continue
        area = path.split(".")[1]
        assert _chosen(manager, path)["route"]["cluster"] == clusters.get(area, area), path


def test_what_is_open_at_the_edge_is_what_the_policies_call_public(
    manager: dict, services: list[ServiceDescriptor]
) -> None:
    public = {path for path, rule in AUTH_POLICY.items() if rule.audience is Audience.PUBLIC}
    rest = {_rest_path(_methods(services)[path]) for path in public} - {""}
    rules = _filter(manager, "jwt_authn")["rules"]
    open_paths = {
        rule["match"].get("path", rule["match"].get("prefix"))
        for rule in rules
        if "requires" not in rule
    }
    infrastructure = {"/grpc.health.v1.Health/", "/grpc.reflection."}
    assert open_paths == public | rest | ALWAYS_OPEN | WEB_APP | infrastructure | {UNROUTED}
    assert rules[-1] == {"match": {"prefix": "/"}, "requires": {"provider_name": "nilm"}}


def test_the_body_limit_is_256_kib(manager: dict) -> None:
    assert _filter(manager, "buffer")["max_request_bytes"] == 256 * 1024


def test_filters_stand_in_the_order_that_makes_refusals_readable(manager: dict) -> None:
    names = [each["name"].rpartition(".")[2] for each in manager["http_filters"]]
    assert names == [
        "header_mutation",
        "compressor",
        "cors",
        "grpc_web",
        "local_ratelimit",
        "jwt_authn",
        "buffer",
        "grpc_json_transcoder",
        "grpc_stats",
        "router",
    ]


def test_the_descriptors_carry_the_details_of_errors(rendered: Path) -> None:
    descriptors = FileDescriptorSet.FromString((rendered / "nilm.binpb").read_bytes())
    messages = {message.name for file in descriptors.file for message in file.message_type}
    assert {"ErrorInfo", "BadRequest", "RetryInfo", "RequestInfo"} <= messages
