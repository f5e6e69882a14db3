"""The `nilm` command. A subcommand is imported when it is called, so that help is quick."""

import importlib
import sys
from collections.abc import Mapping
from types import MappingProxyType

import click

from nilm_core.errors import NilmError

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "up": ("nilm_cli.up.command", "Runs all services and the gateway in the foreground."),
        "import": ("nilm_cli.commands.import_", "Imports a file of readings."),
        "disaggregate": ("nilm_cli.commands.disaggregate", "Finds a building's appliances."),
        "jobs": ("nilm_cli.commands.jobs", "Long disaggregations that go on by themselves."),
        "score": ("nilm_cli.commands.score", "Scores the whole way through a running system."),
        "evaluate": (
            "nilm_cli.commands.evaluate",
            "Scores the models on a file, without a server.",
        ),
        "models": ("nilm_cli.commands.models", "Lists and verifies the models."),
        "train": ("nilm_cli.commands.train", "Trains a model."),
    }
)
"""Name of each subcommand to its module, which has a `command`, and its line of help."""


class LazyGroup(click.Group):
    """Knows its subcommands by name alone until one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 the base's signature
        """Returns the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 the base's signature
        """Imports and returns a subcommand."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 the base's signature
        """Writes the table's help, so that nothing is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(package_name="nilm-energy-monitor")
def group() -> None:
    """Starts, feeds and inspects an energy monitor."""


def main() -> None:
    """Runs the command line; what a user can mend is one line and exit code 1."""
    try:
        group(prog_name="nilm")
    except (NilmError, OSError) as error:
        line = " ".join(str(error).split())
        sys.exit(f"nilm: {line}")
