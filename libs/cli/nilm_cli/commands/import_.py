"""`nilm import`: sends a file of readings to a building."""

from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm_cli.client.buildings import find_building, find_meter
from nilm_cli.client.gateway import Credentials, open_gateway
from nilm_cli.client.transfer import import_readings
from nilm_cli.options import TIME, account_options, in_zone, one_line_errors, read_credentials, run
from nilm_rpc.convert import to_timestamp

_FORMATS = {"csv": transfer_pb.FILE_FORMAT_CSV, "parquet": transfer_pb.FILE_FORMAT_PARQUET}
_SUFFIXES = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_UNITS = {"W": transfer_pb.POWER_UNIT_W, "kW": transfer_pb.POWER_UNIT_KW}


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@account_options
@click.option("--building", required=True, help="The building, by id or name.")
@click.option("--meter", default="", help="The meter, by id or name.  [default: the mains]")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), help="[default: by suffix]")
@click.option("--time-column", default="time", show_default=True)
@click.option("--power-column", default="aggregate_w", show_default=True)
@click.option("--unit", type=click.Choice(list(_UNITS)), default="W", show_default=True)
@click.option("--time-zone", default="", help="IANA zone of times without offset.  [default: UTC]")
@click.option("--start", type=TIME, help="First instant to import.")
@click.option("--end", type=TIME, help="First instant not to import.")
@one_line_errors
def command(
    *,
    file: Path,
    url: str,
    email: str,
    password_file: Path | None,
    building: str,
    meter: str,
    form: str | None,
    time_column: str,
    power_column: str,
    unit: str,
    time_zone: str,
    start: datetime | None,
    end: datetime | None,
) -> None:
    """Import the readings of FILE, CSV or Parquet.

    A repeat changes nothing. Exit code 1 if rows were rejected or nothing was stored.
    """
    form = form or _SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise click.UsageError(f"{file.name} ends in neither .csv nor .parquet: give --format")
    options = transfer_pb.ImportOptions(
        format=_FORMATS[form],
        time_column=time_column,
        power_column=power_column,
        power_unit=_UNITS[unit],
        time_zone=time_zone,
        start_time=None if start is None else to_timestamp(in_zone(start, time_zone)),
        end_time=None if end is None else to_timestamp(in_zone(end, time_zone)),
    )
    credentials = read_credentials(email, password_file)
    _report(
        run(
            _import_file(
                file=file,
                url=url,
                credentials=credentials,
                options=options,
                building=building,
                meter=meter,
            )
        )
    )


async def _import_file(
    *,
    file: Path,
    url: str,
    credentials: Credentials,
    options: transfer_pb.ImportOptions,
    building: str,
    meter: str,
) -> transfer_pb.ImportReadingsResponse:
    async with open_gateway(url, credentials) as gateway:
        options.building_id = await find_building(gateway, building)
        if meter:
            options.meter_id = await find_meter(gateway, options.building_id, meter)
        with file.open("rb") as content, tqdm(unit=" rows", disable=None) as bar:

            def show(answer: transfer_pb.ImportReadingsResponse) -> None:
                bar.total = answer.total_row_count or None
                bar.update(answer.row_count - bar.n)

            return await import_readings(gateway, options, content, show)


def _report(result: transfer_pb.ImportReadingsResponse) -> None:
    """Prints the counts; raises `click.ClickException` where not all went well."""
    line = (
        f"{result.row_count:,} rows: {result.accepted_count:,} stored, "
        f"{result.missing_count:,} without a value, {result.rejected_count:,} rejected"
    )
    if result.accepted_count:
        first, last = result.first_time, result.last_time
        line += f"; {first.ToJsonString()} to {last.ToJsonString()}"
    click.echo(line)
    for rejected in result.rejected:
        click.echo(f"row {rejected.index}: {rejected.message}", err=True)
    if result.rejected_count:
        more = result.rejected_count - len(result.rejected)
        raise click.ClickException(
            f"rows rejected: {result.rejected_count:,}" + (f" ({more:,} not shown)" * (more > 0))
        )
    if not result.accepted_count:
        raise click.ClickException("nothing was stored: is the interval or the power column right?")
