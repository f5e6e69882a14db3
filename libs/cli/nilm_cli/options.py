"""What the commands share on the command line: options, credentials and errors in one line."""

import asyncio
import functools
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from nilm_cli.client.gateway import Credentials
from nilm_core.errors import NilmError

DEFAULT_URL = "http://127.0.0.1:8080"

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Result = TypeVar("_Result")


class TimeType(click.ParamType[datetime]):
    """An ISO 8601 time or date, such as `2015-05-01T12:00+01:00`; aware only with an offset."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Returns the time."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 time, such as 2015-05-01T12:00Z", param, ctx)


TIME = TimeType()

url_option = click.option(
    "--url",
    envvar="NILM_URL",
    default=DEFAULT_URL,
    show_default=True,
    help="The gateway's address (NILM_URL).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
models_dir_option = click.option(
    "--models-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NILM_MODELS_DIR",
    default=Path("models"),
    show_default=True,
    help="Folder with registry.json (NILM_MODELS_DIR).",
)


format_option = click.option(
    "--format",
    "form",
    default="parquet",
    show_default=True,
    help="How RECORDING was published: parquet, ukdale, refit, redd, nilmtk or csv, or the same"
    " with options as in a training config, such as '{name: refit, appliances: {kettle: 8}}'.",
)


def account_options(command: _Command) -> _Command:
    """Adds `--url`, `--email` and `--password-file`."""
    for option in (
        click.option(
            "--password-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="File with the password; else NILM_PASSWORD, else it is asked for.",
        ),
        click.option("--email", envvar="NILM_EMAIL", required=True, help="Account (NILM_EMAIL)."),
        url_option,
    ):
        command = option(command)
    return command


def read_credentials(email: str, password_file: Path | None) -> Credentials:
    """Returns the account, with its password from the file, `NILM_PASSWORD` or the keyboard.

    Raises:
        click.ClickException: The file cannot be read, or there is no keyboard to ask at.
    """
    if password_file is not None:
        try:
            return Credentials(email, password_file.read_text(encoding="utf-8").strip())
        except OSError as error:
            raise click.ClickException(f"{password_file}: {error.strerror}") from error
    password = os.environ.get("NILM_PASSWORD")
    if not password and not sys.stdin.isatty():
        raise click.ClickException("no password: give --password-file or set NILM_PASSWORD")
    return Credentials(email, password or click.prompt("Password", hide_input=True, err=True))


def one_line_errors(function: _Command) -> _Command:
    """Makes every expected failure of a command one line on stderr and exit code 1."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except NilmError as error:
            raise click.ClickException(" ".join(error.message.split())) from error
        except OSError as error:
            raise click.ClickException(" ".join(str(error).split())) from error

    return wrapped  # type: ignore[return-value]  # wraps keeps the signature


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Runs a command's asynchronous work."""
    return asyncio.run(work)


def in_zone(time: datetime, zone: str = "") -> datetime:
    """Returns a time as UTC; one without an offset is read in the zone, or as UTC."""
    if time.tzinfo is None:
        time = time.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
    return time.astimezone(UTC)
