"""`nilm evaluate`: scores the shipped models on a file, without any server."""

import sys
from pathlib import Path

import click

from nilm_cli.options import json_option, models_dir_option, one_line_errors
from nilm_cli.tables import print_scores
from nilm_trainer.evaluate import evaluate_file


@click.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--appliance", "appliances", multiple=True, help="May be repeated.  [default: all]")
@models_dir_option
@json_option
@one_line_errors
def command(file: Path, appliances: tuple[str, ...], models_dir: Path, as_json: bool) -> None:
    """Score the active models on FILE, a household's mains and appliances in Parquet."""
    show_progress = sys.stderr.isatty()
    scores = evaluate_file(file, models_dir, appliances or None, show_progress=show_progress)
    print_scores(scores, as_json=as_json)
