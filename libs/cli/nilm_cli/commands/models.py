"""`nilm models`: what the registry lists, and whether the files are sound."""

from pathlib import Path

import click

from nilm_cli.options import json_option, models_dir_option, one_line_errors
from nilm_cli.tables import number, print_json, print_table
from nilm_core.errors import NilmError
from nilm_models.bundle import load_model
from nilm_models.entry import entry_to_json
from nilm_models.registry import read_registry


@click.group("models")
def command() -> None:
    """List and verify models."""


@command.command("list")
@models_dir_option
@json_option
@one_line_errors
def list_models(models_dir: Path, as_json: bool) -> None:
    """List the models of the registry."""
    entries = read_registry(models_dir)
    if as_json:
        print_json([entry_to_json(entry) for entry in entries])
        return
    rows = [
        [
            entry.model_id,
            entry.model_version,
            entry.appliance_id,
            entry.architecture,
            "yes" if entry.is_active else "no",
            entry.training_data,
            number(entry.metrics.get("f1")),
            number(entry.metrics.get("mae_w")),
        ]
        for entry in entries
    ]
    headers = ["model", "version", "appliance", "architecture", "active", "data", "F1", "MAE W"]
    print_table(headers, rows)


@command.command("verify")
@models_dir_option
@one_line_errors
def verify_models(models_dir: Path) -> None:
    """Check each model's checksum, tensors and shapes; exit code 1 if one is bad."""
    entries = read_registry(models_dir)
    if not entries:
        raise click.ClickException(f"{models_dir}: the registry lists no model")
    bad = 0
    for entry in entries:
        try:
            load_model(models_dir, entry)
        except NilmError as error:
            bad += 1
            click.echo(f"bad  {' '.join(error.message.split())}", err=True)
        else:
            click.echo(f"ok   {entry.model_id} {entry.model_version}")
    if bad:
        raise click.ClickException(f"{bad} of {len(entries)} models must not be served")
