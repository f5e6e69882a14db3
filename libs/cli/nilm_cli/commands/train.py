"""`nilm train`: trains a set of weights, or goes on training those that serve on one's own data."""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from nilm_cli.options import models_dir_option, one_line_errors, read_credentials, run, url_option
from nilm_cli.retraining import Outcome, RetrainRequest, reload_models, retrain_since_last
from nilm_cli.tables import number
from nilm_trainer.retrain import Judged
from nilm_trainer.train import train


@click.command("train")
@click.argument("config", required=False, type=click.Path(path_type=Path, dir_okay=False))
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
@click.option(
    "--since-last",
    is_flag=True,
    help="Retrain the active models on what a building measured and corrected since they last "
    "were; CONFIG is then what they were trained by, whose data are mixed in.",
)
@click.option("--building", default="", help="Its id or name.  [default: the account's only one]")
@click.option(
    "--appliance",
    "appliance_ids",
    multiple=True,
    help="Retrain its model; may be given several times.  [default: all]",
)
@url_option
@click.option("--email", envvar="NILM_EMAIL", default="", help="Account (NILM_EMAIL).")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the password; else NILM_PASSWORD, else it is asked for.",
)
@one_line_errors
def command(
    *,
    config: Path | None,
    models_dir: Path,
    runs_dir: Path,
    data_dir: Path | None,
    since_last: bool,
    building: str,
    appliance_ids: tuple[str, ...],
    url: str,
    email: str,
    password_file: Path | None,
) -> None:
    """Train by CONFIG, a YAML file; a run that was cut goes on where it was.

    With --since-last, retrain the active models on a building's own data instead: what meters of
    appliances measured, and the runs that people confirmed or corrected. A retrained model serves
    only if it is no worse than the present one on the newest of these data.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if since_last:
        request = RetrainRequest(
            building, appliance_ids, config, models_dir, data_dir, datetime.now(UTC)
        )
        _retrain(request, url, email, password_file)
        return
    if config is None:
        raise click.UsageError("give a CONFIG, or --since-last to retrain what serves")
    if building or appliance_ids:
        raise click.UsageError("--building and --appliance are for --since-last")
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


def _retrain(request: RetrainRequest, url: str, email: str, password_file: Path | None) -> None:
    if not email:
        raise click.UsageError("--since-last needs --email or NILM_EMAIL")
    credentials = read_credentials(email, password_file)
    outcomes = run(
        retrain_since_last(
            request,
            url,
            credentials,
            lambda name: click.echo(f"{name}: reading and retraining", err=True),
        )
    )
    for outcome in outcomes:
        click.echo(_told(outcome))
    if all(outcome.after is None for outcome in outcomes):
        raise click.ClickException("no model was retrained")
    if not any(outcome.after is not None and outcome.after.is_active for outcome in outcomes):
        return
    if run(reload_models(url, credentials)):
        click.echo("the service has read the registry anew: what is in its models folder serves")
    else:
        click.echo(
            "an administrator has to reload the models: POST /admin/reload-models, or Reload on "
            "the Models screen"
        )


def _told(outcome: Outcome) -> str:
    before, after = outcome.before, outcome.after
    if after is None or outcome.judged_before is None or outcome.judged_after is None:
        return f"{before.model_id} {before.model_version}: not retrained: {outcome.refusal}"
    what = (
        "is no worse, and is active now"
        if after.is_active
        else f"is worse, and {before.model_version} stays active"
    )
    return (
        f"{after.model_id} {after.model_version}: {what}; on the newest part "
        f"{_figures(outcome.judged_after)} against {_figures(outcome.judged_before)} of "
        f"{before.model_version}"
    )


def _figures(judged: Judged) -> str:
    return f"F1 {number(judged.score.f1)} and MAE {number(judged.score.mae_w)} W"
