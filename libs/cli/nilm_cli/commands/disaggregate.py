"""`nilm disaggregate`: has an interval of a building's mains split into appliances."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm_cli.client.buildings import find_building
from nilm_cli.client.disaggregation import disaggregate
from nilm_cli.client.gateway import Credentials, open_gateway
from nilm_cli.client.predictions import ApplianceTotal, add_up, read_predictions
from nilm_cli.options import (
    TIME,
    account_options,
    in_zone,
    json_option,
    one_line_errors,
    read_credentials,
    run,
)
from nilm_cli.tables import number, print_json, print_table


@click.command("disaggregate")
@account_options
@click.option("--building", required=True, help="The building, by id or name.")
@click.option("--start", type=TIME, required=True, help="First instant; UTC without an offset.")
@click.option("--end", type=TIME, required=True, help="First instant after.")
@click.option(
    "--appliance",
    "appliances",
    multiple=True,
    help="May be repeated.  [default: all but synthetic ones that the building lacks]",
)
@json_option
@one_line_errors
def command(
    *,
    url: str,
    email: str,
    password_file: Path | None,
    building: str,
    start: datetime,
    end: datetime,
    appliances: tuple[str, ...],
    as_json: bool,
) -> None:
    """Disaggregate an interval and print what each appliance used.

    Goes on by itself where the connection is cut.
    """
    credentials = read_credentials(email, password_file)
    totals = run(
        _disaggregate(
            url,
            credentials,
            building=building,
            start=in_zone(start),
            end=in_zone(end),
            appliances=appliances,
        )
    )
    if not totals:
        raise click.ClickException("no predictions: are there mains readings in the interval?")
    if as_json:
        print_json({name: asdict(total) for name, total in totals.items()})
    else:
        _print(totals)


async def _disaggregate(
    url: str,
    credentials: Credentials,
    *,
    building: str,
    start: datetime,
    end: datetime,
    appliances: tuple[str, ...],
) -> dict[str, ApplianceTotal]:
    async with open_gateway(url, credentials) as gateway:
        building_id = await find_building(gateway, building)
        with tqdm(total=100, unit="%", disable=None) as bar:

            def show(progress: inference_pb.DisaggregateProgress) -> None:
                bar.update(round(100.0 * progress.fraction) - bar.n)

            await disaggregate(
                gateway, building_id, start, end, appliance_ids=appliances, on_progress=show
            )
        return await add_up(read_predictions(gateway, building_id, start, end, appliances))


def _print(totals: dict[str, ApplianceTotal]) -> None:
    rows = [
        [
            name,
            number(total.energy_kwh),
            number(total.on_hours),
            number(total.predicted_hours),
            number(total.mean_confidence_on),
            total.model_version,
        ]
        for name, total in totals.items()
    ]
    headers = ["appliance", "kWh", "hours on", "hours predicted", "confidence on", "model"]
    print_table(headers, rows)
