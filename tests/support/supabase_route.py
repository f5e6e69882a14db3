"""A real Envoy as the gateway of a project: PostgREST under `/rest/v1/`, Auth under `/auth/v1/`."""

import shutil
from pathlib import Path

import yaml

from nilm_cli.up.locate import find_envoy
from tests.support.server_process import ServerProcess, free_port, listens, new_folder

_HTTP = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
_ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"

_ALONE = ("--concurrency", "1", "--use-dynamic-base-id")


class SupabaseRoute:
    """One listener; it rewrites `/rest/v1/` to `/`, and leaves what Auth is asked."""

    def __init__(self, postgrest_port: int, auth_port: int | None = None) -> None:
        self._folder = new_folder("route")
        self._port = free_port()
        config = self._folder / "envoy.yaml"
        config.write_text(yaml.safe_dump(_config(self._port, postgrest_port, auth_port)))
        self._process = ServerProcess(
            [str(find_envoy()), "-c", str(config), "--log-level", "warning", *_ALONE],
            is_ready=lambda: listens(self._port),
            log=Path(self._folder) / "log",
        )
        self._process.start()

    @property
    def url(self) -> str:
        """The address of the project."""
        return f"http://127.0.0.1:{self._port}"

    def close(self) -> None:
        """Stops it."""
        self._process.stop()
        shutil.rmtree(self._folder)


def _config(port: int, postgrest_port: int, auth_port: int | None) -> dict[str, object]:
    rest = {"cluster": "postgrest", "prefix_rewrite": "/"}
    routes = [{"match": {"prefix": "/rest/v1/"}, "route": rest}]
    clusters = [_cluster("postgrest", postgrest_port)]
    if auth_port is not None:
        routes.append({"match": {"prefix": "/auth/v1/"}, "route": {"cluster": "auth"}})
        clusters.append(_cluster("auth", auth_port))
    manager = {
        "@type": f"{_HTTP}.HttpConnectionManager",
        "stat_prefix": "project",
        "route_config": {
            "virtual_hosts": [{"name": "project", "domains": ["*"], "routes": routes}]
        },
        "http_filters": [{"name": "router", "typed_config": {"@type": _ROUTER}}],
    }
    listener = {
        "name": "project",
        "address": _address(port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    return {"static_resources": {"listeners": [listener], "clusters": clusters}}


def _cluster(name: str, port: int) -> dict[str, object]:
    endpoint = {"endpoint": {"address": _address(port)}}
    return {
        "name": name,
        "connect_timeout": "10s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _address(port: int) -> dict[str, object]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
