"""`nilm jobs`: long disaggregations that the server goes on with by itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from google.protobuf.json_format import MessageToDict
from google.protobuf.timestamp_pb2 import Timestamp
from tqdm import tqdm

from nilm.inference.v1 import job_pb2
from nilm_cli.client.buildings import find_building
from nilm_cli.client.gateway import Gateway, open_gateway
from nilm_cli.client.jobs import cancel_job, list_jobs, start_job, watch_job
from nilm_cli.options import (
    TIME,
    account_options,
    in_zone,
    json_option,
    one_line_errors,
    read_credentials,
    run,
)
from nilm_cli.tables import print_json, print_table

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PREFIX = "JOB_STATE_"
_FAILED = (job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_CANCELLED)


def _building_options(command: _Command) -> _Command:
    """Adds the account and `--building`."""
    building = click.option("--building", required=True, help="The building, by id or name.")
    return account_options(building(command))


@click.group("jobs")
def command() -> None:
    """Start, list, watch and cancel disaggregations that the server goes on with by itself."""


@command.command("start")
@_building_options
@click.option("--start", type=TIME, required=True, help="First instant; UTC without an offset.")
@click.option("--end", type=TIME, required=True, help="First instant after.")
@click.option(
    "--appliance",
    "appliances",
    multiple=True,
    help="May be repeated.  [default: all but synthetic ones that the building lacks]",
)
@click.option("--watch", is_flag=True, help="Show the progress until the job ends.")
@one_line_errors
def start(
    *,
    url: str,
    email: str,
    password_file: Path | None,
    building: str,
    start: datetime,
    end: datetime,
    appliances: tuple[str, ...],
    watch: bool,
) -> None:
    """Start a job and print its id."""
    credentials = read_credentials(email, password_file)

    async def work() -> job_pb2.DisaggregationJob:
        async with open_gateway(url, credentials) as gateway:
            building_id = await find_building(gateway, building)
            job = await start_job(
                gateway, building_id, in_zone(start), in_zone(end), appliance_ids=appliances
            )
            click.echo(job.job_id)
            return await _watch(gateway, building_id, job.job_id) if watch else job

    _report(run(work()))


@command.command("list")
@_building_options
@json_option
@one_line_errors
def list_(
    *, url: str, email: str, password_file: Path | None, building: str, as_json: bool
) -> None:
    """List a building's jobs, newest first."""
    credentials = read_credentials(email, password_file)

    async def work() -> list[job_pb2.DisaggregationJob]:
        async with open_gateway(url, credentials) as gateway:
            building_id = await find_building(gateway, building)
            return [job async for job in list_jobs(gateway, building_id)]

    jobs = run(work())
    if as_json:
        print_json([MessageToDict(job, preserving_proto_field_name=True) for job in jobs])
        return
    rows = [
        [
            job.job_id,
            _state(job),
            f"{job.fraction:.0%}",
            f"{job.prediction_count:,}",
            _date(job.start_time),
            _date(job.end_time),
            job.message or "-",
        ]
        for job in jobs
    ]
    print_table(["job", "state", "done", "predictions", "from", "until", "message"], rows)


@command.command("watch")
@_building_options
@click.argument("job_id")
@one_line_errors
def watch(*, url: str, email: str, password_file: Path | None, building: str, job_id: str) -> None:
    """Show a job's progress until it ends; exit code 1 if it fails or is cancelled."""
    credentials = read_credentials(email, password_file)

    async def work() -> job_pb2.DisaggregationJob:
        async with open_gateway(url, credentials) as gateway:
            return await _watch(gateway, await find_building(gateway, building), job_id)

    _report(run(work()))


@command.command("cancel")
@_building_options
@click.argument("job_id")
@one_line_errors
def cancel(*, url: str, email: str, password_file: Path | None, building: str, job_id: str) -> None:
    """Cancel a job; the predictions that it made stay."""
    credentials = read_credentials(email, password_file)

    async def work() -> job_pb2.DisaggregationJob:
        async with open_gateway(url, credentials) as gateway:
            return await cancel_job(gateway, await find_building(gateway, building), job_id)

    job = run(work())
    click.echo("cancelling" if job.cancel_requested else _state(job))


async def _watch(gateway: Gateway, building_id: str, job_id: str) -> job_pb2.DisaggregationJob:
    """Shows progress and returns the job that has ended."""
    job = job_pb2.DisaggregationJob()
    with tqdm(total=100, unit="%", disable=None) as bar:
        async for job in watch_job(gateway, building_id, job_id):
            bar.update(round(100.0 * job.fraction) - bar.n)
    return job


def _report(job: job_pb2.DisaggregationJob) -> None:
    """Says how a job ended, if it has."""
    if job.state in _FAILED:
        raise click.ClickException(f"{job.job_id}: {_state(job)}. {job.message}".rstrip(". "))
    if job.state == job_pb2.JOB_STATE_SUCCEEDED:
        note = f"; {job.message}" if job.message else ""
        click.echo(f"{_state(job)}: {job.prediction_count:,} predictions{note}")


def _state(job: job_pb2.DisaggregationJob) -> str:
    return job_pb2.JobState.Name(job.state).removeprefix(_PREFIX).lower()


def _date(time: Timestamp) -> str:
    return time.ToDatetime(tzinfo=UTC).strftime("%Y-%m-%d %H:%M")
