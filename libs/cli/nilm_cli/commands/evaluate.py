"""`nilm evaluate`: scores the shipped models on a household's recording, without any server."""

import sys
from pathlib import Path

import click

from nilm_cli.options import format_option, json_option, models_dir_option, one_line_errors
from nilm_cli.tables import print_scores
from nilm_trainer.evaluate import evaluate_file
from nilm_trainer.formats import read_format


@click.command("evaluate")
@click.argument("recording", type=click.Path(path_type=Path))
@format_option
@click.option("--appliance", "appliances", multiple=True, help="May be repeated.  [default: all]")
@models_dir_option
@json_option
@one_line_errors
def command(
    recording: Path, form: str, appliances: tuple[str, ...], models_dir: Path, as_json: bool
) -> None:
    """Score the active models on RECORDING, a file or folder with mains and appliances."""
    scores = evaluate_file(
        recording,
        models_dir,
        appliances or None,
        form=read_format(form),
        show_progress=sys.stderr.isatty(),
    )
    print_scores(scores, as_json=as_json)
