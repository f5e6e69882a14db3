"""The stores of InfluxDB, in front of the stand-in or of a real server."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from influxdb_client.service.buckets_service import BucketsService
from influxdb_client.service.tasks_service import TasksService

from nilm_core.clock import Clock
from nilm_telemetry.adapters.influxdb.config import InfluxConfig
from nilm_telemetry.adapters.influxdb.provisioning import bucket_names
from nilm_telemetry.adapters.influxdb.stores import InfluxStores
from tests.support.influxdb import ORG, TOKEN, StandInInfluxDb


def config_of(server: StandInInfluxDb, **settings: Any) -> InfluxConfig:
    """Returns how a stand-in is reached."""
    return replace(InfluxConfig(server.url, ORG, TOKEN), **settings)


@asynccontextmanager
async def stand_in_stores(
    clock: Clock | None = None, **settings: Any
) -> AsyncIterator[tuple[StandInInfluxDb, InfluxStores]]:
    """Opens the stores in front of a fresh stand-in, set up."""
    server = StandInInfluxDb()
    async with server.running():
        config = config_of(server, **settings)
        async with InfluxStores(config, clock) as stores:
            await stores.prepare()
            yield server, stores


@asynccontextmanager
async def real_stores() -> AsyncIterator[InfluxStores]:
    """Opens the stores in front of the server that the environment names, in buckets of their own.

    The token must be allowed to make and remove buckets and tasks.
    """
    name = f"test-{secrets.token_hex(4)}"
    config = InfluxConfig(
        os.environ["INFLUX_URL"],
        os.environ["INFLUX_ORG"],
        os.environ["INFLUX_TOKEN"],
        raw_bucket=f"{name}-raw",
        predictions_bucket=f"{name}-predictions",
    )
    async with InfluxStores(config) as stores:
        await stores.prepare()
        try:
            yield stores
        finally:
            await _remove(stores)


async def _remove(stores: InfluxStores) -> None:
    client = stores.client
    buckets = BucketsService(client.api.api_client)
    for name in bucket_names(client):
        found = await buckets.get_buckets_async(name=name, org=client.config.org)
        for bucket in found.buckets:
            await buckets.delete_buckets_id_async(bucket.id)
    tasks = TasksService(client.api.api_client)
    for task_id in stores.tasks.ids:
        await tasks.delete_tasks_id_async(task_id)
