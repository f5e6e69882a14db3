"""`nilm up`: checks what can be checked beforehand, then starts and supervises everything."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import click

from nilm_cli.up import logs
from nilm_cli.up.child import Child, ChildSpec
from nilm_cli.up.data_dir import DataDir, DataDirLock
from nilm_cli.up.drain import close_gateway
from nilm_cli.up.gateway import GatewaySettings, render
from nilm_cli.up.locate import find_envoy, find_folder, find_web, require_models
from nilm_cli.up.ports import free_ports, require_free
from nilm_cli.up.services import DEMO_EMAIL, Ports, gateway_spec, service_specs, simulator_spec
from nilm_cli.up.supabase import SupabaseProject
from nilm_cli.up.supervisor import Supervisor, say
from nilm_cli.up.tls import TlsFiles

_MAX_WORKERS = 4
_RESET_PAGE = "app/reset-password?token={token}"
_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class UpSettings:
    """What `nilm up` was told."""

    host: str
    port: int
    data_dir: DataDir
    models_dir: Path
    gateway_dir: Path
    web_dir: Path | None
    allowed_origins: tuple[str, ...]
    tls: TlsFiles | None
    demo: bool
    reset_link: str
    supabase: SupabaseProject | None
    oip_port: int

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


@click.command("up")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    help="Port of the gateway; 0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the gateway.")
@click.option(
    "--data-dir",
    type=_FOLDER,
    default=Path("data"),
    show_default=True,
    help="Folder of all that is kept.",
)
@click.option(
    "--demo/--no-demo",
    default=False,
    show_default=True,
    help="Whether there is a demo account with a simulated household.",
)
@click.option(
    "--models-dir",
    type=_FOLDER,
    envvar="NILM_MODELS_DIR",
    help="Folder of registry.json.  [default: ./models]",
)
@click.option(
    "--gateway-dir",
    type=_FOLDER,
    envvar="NILM_GATEWAY_DIR",
    help="Folder of the gateway's files.  [default: ./gateway]",
)
@click.option(
    "--web-dir",
    type=_FOLDER,
    envvar="NILM_WEB_DIR",
    help="Folder of the built web app.  [default: web/dist, if it is built]",
)
@click.option(
    "--allow-origin",
    "allowed_origins",
    multiple=True,
    help="Other origin that browsers may call from; may be repeated.  [default: none]",
)
@click.option(
    "--tls-cert",
    type=_FILE,
    envvar="NILM_TLS_CERT",
    help="Certificate of the gateway, PEM; it then speaks TLS alone.  [default: plain HTTP]",
)
@click.option(
    "--tls-key",
    type=_FILE,
    envvar="NILM_TLS_KEY",
    help="That certificate's private key, PEM.",
)
@click.option(
    "--reset-link",
    envvar="NILM_AUTH_RESET_LINK",
    help="What the message about a forgotten password holds; {token} stands for the token."
    "  [default: the web app's page]",
)
@click.option(
    "--supabase-url",
    envvar="NILM_SUPABASE_URL",
    help="Supabase project that signs people in.  [default: accounts are kept here]",
)
@click.option(
    "--supabase-key-file",
    type=_FILE,
    envvar="NILM_SUPABASE_KEY_FILE",
    help="File of the project's publishable key.",
)
@click.option(
    "--supabase-jwt-secret-file",
    type=_FILE,
    envvar="NILM_SUPABASE_JWT_SECRET_FILE",
    help="File of the project's JWT secret.  [default: its public keys, ES256]",
)
@click.option(
    "--oip-port",
    type=click.IntRange(1, 65_535),
    help="Port on 127.0.0.1 that serves the Open Inference Protocol without a token, for tools on"
    " this machine.  [default: through the gateway alone, with a token]",
)
def command(
    *,
    port: int,
    host: str,
    data_dir: Path,
    demo: bool,
    models_dir: Path | None,
    gateway_dir: Path | None,
    web_dir: Path | None,
    allowed_origins: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    reset_link: str | None,
    supabase_url: str | None,
    supabase_key_file: Path | None,
    supabase_jwt_secret_file: Path | None,
    oip_port: int | None,
) -> None:
    """Run all services and the gateway in the foreground, until Ctrl-C.

    Prints `ready URL` on standard output once everything answers. Everything else is told on
    standard error; each process has a log under DATA_DIR/logs.
    """
    settings = UpSettings(
        host=host,
        port=port or free_ports(1)[0],
        data_dir=DataDir(data_dir.resolve()),
        models_dir=find_folder(models_dir, "models"),
        gateway_dir=find_folder(gateway_dir, "gateway"),
        web_dir=find_web(web_dir),
        allowed_origins=allowed_origins,
        tls=_tls_files(tls_cert, tls_key),
        demo=demo,
        reset_link=reset_link or "",
        supabase=_supabase(supabase_url, supabase_key_file, supabase_jwt_secret_file, is_demo=demo),
        oip_port=oip_port or 0,
    )
    require_free(settings.host, settings.port)
    if settings.oip_port == settings.port:
        raise click.UsageError("--oip-port and --port must differ")
    if settings.oip_port:
        require_free("127.0.0.1", settings.oip_port, "--oip-port")
    require_models(settings.models_dir)
    settings.data_dir.prepare()
    with DataDirLock(settings.data_dir):
        asyncio.run(_up(settings))


async def _up(settings: UpSettings) -> None:
    """Runs until a signal comes.

    Raises:
        NilmError: Something did not start; everything that had is ended again.
    """
    ports = Ports.free(settings.port, settings.oip_port)
    data_dir = settings.data_dir
    gateway = GatewaySettings(
        settings.host,
        settings.port,
        ports.admin,
        ports.clusters(),
        settings.allowed_origins,
        settings.web_dir,
        settings.tls,
        settings.supabase,
        data_dir.supabase_keys,
    )
    render(settings.gateway_dir, data_dir.run, gateway)
    specs = [
        gateway_spec(
            find_envoy(),
            settings.host,
            settings.port,
            _workers(),
            is_tls=settings.tls is not None,
        ),
        *service_specs(
            data_dir,
            settings.models_dir,
            ports,
            demo=settings.demo,
            reset_link=settings.reset_link or f"{settings.url}/{_RESET_PAGE}",
            supabase=settings.supabase,
            oip_port=settings.oip_port,
        ),
    ]
    supervisor = Supervisor(say)
    supervisor.stop_on_signals()
    try:
        if not await supervisor.start([_child(data_dir, spec) for spec in specs]):
            return
        if settings.demo:
            await supervisor.start([_child(data_dir, simulator_spec(data_dir, ports))])
            password = data_dir.demo_password.read_text().strip()
            say(f"sign in as {DEMO_EMAIL} with the password {password}")
        print(f"ready {settings.url}", flush=True)
        await supervisor.run_until_stopped()
    finally:
        await close_gateway(ports.admin)
        await supervisor.drain()


def _supabase(
    url: str | None, key_file: Path | None, jwt_secret_file: Path | None, *, is_demo: bool
) -> SupabaseProject | None:
    """Returns the project that signs people in, or None where nobody else does.

    Raises:
        UsageError: What was given does not go together.
    """
    if url is None:
        if key_file is not None or jwt_secret_file is not None:
            raise click.UsageError("the files of a Supabase project need --supabase-url")
        return None
    if key_file is None:
        raise click.UsageError("--supabase-url needs --supabase-key-file")
    if is_demo:
        raise click.UsageError("--demo makes an account here; with --supabase-url none is kept")
    secret = None if jwt_secret_file is None else jwt_secret_file.resolve()
    return SupabaseProject(url, key_file.resolve(), secret)


def _tls_files(certificate: Path | None, key: Path | None) -> TlsFiles | None:
    """Returns the files of TLS, checked.

    Raises:
        UsageError: One was given without the other.
        FailedPreconditionError: They cannot be read, or do not belong together.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key go together")
    files = TlsFiles(certificate.resolve(), key.resolve())
    files.check()
    return files


def _child(data_dir: DataDir, spec: ChildSpec) -> Child:
    log = data_dir.logs / f"{spec.name}.log"
    logs.begin(log)
    return Child(spec, log, data_dir.run)


def _workers() -> int:
    return min(_MAX_WORKERS, len(os.sched_getaffinity(0)))
