"""`nilm up`: checks what can be checked beforehand, then starts and supervises everything."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import click

from nilm_cli.up import logs
from nilm_cli.up.child import Child, ChildSpec
from nilm_cli.up.data_dir import DataDir, DataDirLock
from nilm_cli.up.gateway import GatewaySettings, render
from nilm_cli.up.locate import find_envoy, find_folder, find_web, require_models
from nilm_cli.up.ports import free_ports, require_free
from nilm_cli.up.services import DEMO_EMAIL, Ports, gateway_spec, service_specs, simulator_spec
from nilm_cli.up.supervisor import Supervisor, say

_MAX_WORKERS = 4
_FOLDER = click.Path(path_type=Path)


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
    demo: bool


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
        demo=demo,
    )
    require_free(settings.host, settings.port)
    require_models(settings.models_dir)
    settings.data_dir.prepare()
    with DataDirLock(settings.data_dir):
        asyncio.run(_up(settings))


async def _up(settings: UpSettings) -> None:
    """Runs until a signal comes.

    Raises:
        NilmError: Something did not start; everything that had is ended again.
    """
    ports = Ports.free(settings.port)
    data_dir = settings.data_dir
    gateway = GatewaySettings(
        settings.host,
        settings.port,
        ports.admin,
        ports.clusters(),
        settings.allowed_origins,
        settings.web_dir,
    )
    render(settings.gateway_dir, data_dir.run, gateway)
    specs = [
        gateway_spec(find_envoy(), settings.host, settings.port, _workers()),
        *service_specs(data_dir, settings.models_dir, ports, demo=settings.demo),
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
        url_host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"ready http://{url_host}:{settings.port}", flush=True)
        await supervisor.run_until_stopped()
    finally:
        await supervisor.drain()


def _child(data_dir: DataDir, spec: ChildSpec) -> Child:
    log = data_dir.logs / f"{spec.name}.log"
    logs.begin(log)
    return Child(spec, log, data_dir.run)


def _workers() -> int:
    return min(_MAX_WORKERS, len(os.sched_getaffinity(0)))
