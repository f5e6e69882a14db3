"""`nilm score`: from a household's mains to scored appliances, through the gateway."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from tqdm import tqdm

from nilm_cli.options import (
    TIME,
    format_option,
    in_zone,
    json_option,
    one_line_errors,
    run,
    url_option,
)
from nilm_cli.scoring import Stage, score_through_gateway
from nilm_cli.tables import print_scores
from nilm_trainer.formats import read_format


@click.command("score")
@click.argument("recording", type=click.Path(path_type=Path))
@format_option
@click.option(
    "--days",
    type=click.IntRange(1, 3 * 365),
    default=7,
    show_default=True,
    help="How many days of it.",
)
@click.option(
    "--start", type=TIME, help="First instant; UTC without an offset.  [default: the last days]"
)
@url_option
@json_option
@one_line_errors
def command(
    *, recording: Path, form: str, days: int, start: datetime | None, url: str, as_json: bool
) -> None:
    """Score a running system on RECORDING, a file or folder with mains and appliances.

    Makes a fresh account and building, imports the mains of the last days (or of those from
    --start on), has them disaggregated, reads the predictions back and compares them with the true
    appliance channels, by the rules of `nilm evaluate`.
    """
    with tqdm(total=len(Stage), disable=None, leave=False, bar_format="{desc} {bar}") as bar:

        def show(stage: Stage) -> None:
            bar.set_description_str(stage.value)
            bar.update()

        scores = run(
            score_through_gateway(
                recording,
                url,
                form=read_format(form),
                span=timedelta(days=days),
                start=None if start is None else in_zone(start),
                on_stage=show,
            )
        )
    print_scores(scores, as_json=as_json)
