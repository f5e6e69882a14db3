"""Which children there are, and what each is told by its environment."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nilm_cli.up.child import ChildSpec
from nilm_cli.up.data_dir import DataDir
from nilm_cli.up.ports import free_ports
from nilm_cli.up.supabase import SupabaseProject

DRAIN_GRACE_S = 5
DEMO_EMAIL = "demo@nilm.local"


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on loopback of everything but the gateway's listener."""

    auth: int
    auth_ops: int
    telemetry: int
    telemetry_ops: int
    inference: int
    inference_ops: int
    simulator_ops: int
    admin: int

    @classmethod
    def free(cls, *taken: int) -> "Ports":
        """Returns ports that nothing listens on, and that none of `taken` is."""
        return cls(*free_ports(len(cls.__slots__), avoid=taken))

    def clusters(self) -> Mapping[str, int]:
        """Returns the port of each cluster of the gateway's address book."""
        return {
            name: getattr(self, name)
            for service in ("auth", "telemetry", "inference")
            for name in (service, f"{service}_ops")
        }


def service_specs(
    data_dir: DataDir,
    models_dir: Path,
    ports: Ports,
    *,
    demo: bool,
    reset_link: str,
    supabase: SupabaseProject | None = None,
    oip_port: int = 0,
) -> list[ChildSpec]:
    """Returns the services, each after those that it calls.

    Args:
        data_dir: Where they keep what is theirs.
        models_dir: Folder of `registry.json`.
        ports: Where they listen.
        demo: Whether there is a demo account.
        reset_link: What the message about a forgotten password holds.
        supabase: The project that signs people in; None where `auth` does it itself.
        oip_port: Port of the Open Inference Protocol without a token; 0 for none.
    """
    tokens = {} if supabase is None else supabase.token_settings()
    jwks_url = f"http://127.0.0.1:{ports.auth_ops}/.well-known/jwks.json"
    auth_target = f"127.0.0.1:{ports.auth}"
    telemetry_target = f"127.0.0.1:{ports.telemetry}"
    secret = str(data_dir.service_secret)
    auth = {
        "DATA_DIR": str(data_dir.root / "auth"),
        "SIGNING_KEY_FILE": str(data_dir.secrets / "signing-key.pem"),
        "SERVICE_SECRET_FILE": secret,
        "DEMO": str(demo).lower(),
        "DEMO_EMAIL": DEMO_EMAIL,
        "DEMO_PASSWORD_FILE": str(data_dir.demo_password),
        "RESET_LINK": reset_link,
        **({} if supabase is None else supabase.identity_settings()),
    }
    telemetry = {
        "DATABASE_PATH": str(data_dir.root / "telemetry.duckdb"),
        "AUTH_TARGET": auth_target,
        "TOKENS__JWKS_URL": jwks_url,
    }
    inference = {
        "DATA_DIR": str(data_dir.root / "inference"),
        "OIP_PORT": str(oip_port),
        "MODELS_DIR": str(models_dir),
        "AUTH_TARGET": auth_target,
        "TELEMETRY_TARGET": telemetry_target,
        "SERVICE_SECRET_FILE": secret,
        "TOKENS__JWKS_URL": jwks_url,
    }
    return [
        _service("auth", ports.auth, ports.auth_ops, {**auth, **tokens}),
        _service("telemetry", ports.telemetry, ports.telemetry_ops, {**telemetry, **tokens}),
        _service("inference", ports.inference, ports.inference_ops, {**inference, **tokens}),
    ]


def gateway_spec(
    envoy: Path, host: str, port: int, workers: int, *, is_tls: bool = False
) -> ChildSpec:
    """Returns the gateway, which runs in the folder of its rendered files."""
    command = (
        str(envoy),
        *("--config-path", "bootstrap.yaml"),
        *("--concurrency", str(workers)),
        *("--log-level", "warning"),
        *("--component-log-level", "jwt:error"),  # keys are fetched until auth is there
        "--disable-hot-restart",
    )
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 an address to compare with
    return ChildSpec(
        "gateway",
        command,
        ready_port=port,
        ready_host=wildcard.get(host, host),
        is_ready_over_tls=is_tls,
    )


def simulator_spec(data_dir: DataDir, ports: Ports) -> ChildSpec:
    """Returns the simulated household of the demo account."""
    environment = {
        "NILM_SIMULATOR_AUTH_TARGET": f"127.0.0.1:{ports.auth}",
        "NILM_SIMULATOR_TELEMETRY_TARGET": f"127.0.0.1:{ports.telemetry}",
        "NILM_SIMULATOR_EMAIL": DEMO_EMAIL,
        "NILM_SIMULATOR_PASSWORD_FILE": str(data_dir.demo_password),
        "NILM_SIMULATOR_OPS_PORT": str(ports.simulator_ops),
    }
    return ChildSpec("simulator", _module("nilm_simulator"), environment)


def _service(name: str, port: int, ops_port: int, settings: Mapping[str, str]) -> ChildSpec:
    prefix = f"NILM_{name.upper()}_"
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OPS_PORT": str(ops_port),
        "DRAIN_GRACE_S": str(DRAIN_GRACE_S),
        **settings,
    }
    return ChildSpec(
        name,
        _module(f"nilm_{name}"),
        {prefix + key: value for key, value in environment.items()},
        ready_port=ops_port,
    )


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", name)  # -P: the folder it runs in holds no modules
