"""`nilm train`: trains a set of weights and makes it the active one of its appliances."""

import logging
import sys
from pathlib import Path

import click

from nilm_cli.options import models_dir_option, one_line_errors
from nilm_cli.tables import number
from nilm_trainer.train import train


@click.command("train")
@click.argument("config", type=click.Path(path_type=Path, dir_okay=False))
@models_dir_option
@click.option(
    "--runs-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Folder for checkpoints and curves.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the data.  [default: NILM_DATA, else ../shared/data]",
)
@one_line_errors
def command(config: Path, models_dir: Path, runs_dir: Path, data_dir: Path | None) -> None:
    """Train by CONFIG, a YAML file; a run that was cut goes on where it was."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    entries = train(
        config,
        models_dir=models_dir,
        runs_dir=runs_dir,
        data_dir=data_dir,
        show_progress=sys.stderr.isatty(),
    )
    for entry in entries:
        figures = ", ".join(f"{name} {number(value)}" for name, value in entry.metrics.items())
        click.echo(f"{entry.model_id} {entry.model_version}: {figures}")
