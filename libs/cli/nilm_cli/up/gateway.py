"""Renders the gateway's files: the checked-in ones, with this run's ports in the address book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nilm_cli.up.descriptors import write_descriptors
from nilm_cli.up.supabase import SupabaseProject, accept_tokens
from nilm_cli.up.tls import TlsFiles, serve_tls
from nilm_cli.up.web import place_web

ADDRESS_BOOK = Path("clusters") / "local.yaml"
_CORS = "envoy.filters.http.cors"


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What differs from the checked-in files."""

    host: str
    port: int
    admin_port: int
    cluster_ports: Mapping[str, int]
    """Port on loopback of each cluster of the address book."""
    allowed_origins: Sequence[str] = ()
    """Origins other than the gateway's own that browsers may call from."""
    web_dir: Path | None = None
    """Folder of the built web app, if it is built."""
    tls: TlsFiles | None = None
    """What the gateway proves its name by; None: it speaks plain HTTP."""
    supabase: SupabaseProject | None = None
    """The project whose tokens are taken beside our own."""
    supabase_keys: Path = Path("supabase-jwks.json")
    """File that a project's JWT secret is written to."""


def render(source: Path, target: Path, settings: GatewaySettings) -> None:
    """Writes the files that Envoy runs on into `target`.

    Args:
        source: The `gateway` folder.
        target: The folder that Envoy will run in.
        settings: What to change.

    Raises:
        FailedPreconditionError: The secret of the Supabase project cannot be read.
        KeyError: A cluster of the address book was given no port.
        OSError: A file cannot be read or written.
    """
    listener = yaml.safe_load((source / "listener.yaml").read_text())
    _set_address(listener["resources"][0]["address"], settings.host, settings.port)
    cors = _only_virtual_host(listener)["typed_per_filter_config"][_CORS]
    cors["allow_origin_string_match"] = [{"exact": origin} for origin in settings.allowed_origins]

    if settings.supabase is not None:
        accept_tokens(settings.supabase, connection_manager(listener), settings.supabase_keys)

    place_web(settings.web_dir, _only_virtual_host(listener), target / "web")
    if settings.tls is not None:
        serve_tls(settings.tls, listener["resources"][0], connection_manager(listener))

    clusters = yaml.safe_load((source / ADDRESS_BOOK).read_text())
    for cluster in clusters["resources"]:
        for endpoint in cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]:
            port = settings.cluster_ports[cluster["name"]]
            _set_address(endpoint["endpoint"]["address"], "127.0.0.1", port)

    bootstrap = yaml.safe_load((source / "bootstrap.yaml").read_text())
    _set_address(bootstrap["admin"]["address"], "127.0.0.1", settings.admin_port)

    for name, document in (
        ("bootstrap.yaml", bootstrap),
        ("listener.yaml", listener),
        ("clusters.yaml", clusters),
    ):
        (target / name).write_text(yaml.safe_dump(document, sort_keys=False))
    write_descriptors(target / "nilm.binpb")


def connection_manager(listener: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the HTTP connection manager of the listener file."""
    network_filter = listener["resources"][0]["filter_chains"][0]["filters"][0]
    manager: dict[str, Any] = network_filter["typed_config"]
    return manager


def _only_virtual_host(listener: Mapping[str, Any]) -> dict[str, Any]:
    host: dict[str, Any] = connection_manager(listener)["route_config"]["virtual_hosts"][0]
    return host


def _set_address(address: dict[str, Any], host: str, port: int) -> None:
    address["socket_address"] = {"address": host, "port_value": port}
