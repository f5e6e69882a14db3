"""Wires the simulator together and feeds until SIGTERM or SIGINT."""

import asyncio
import contextlib
import signal
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from nilm_core.clock import SystemClock
from nilm_core.errors import FailedPreconditionError
from nilm_rpc.channel import connect
from nilm_rpc.clients.user import UserTokenSource
from nilm_rpc.logs import configure_logs
from nilm_rpc.ops import OpsServer
from nilm_simulator.adapters.calls import AccountCalls
from nilm_simulator.adapters.readings import TelemetryReadingStore
from nilm_simulator.adapters.sites import AuthSiteDirectory
from nilm_simulator.domain.household import Household
from nilm_simulator.feed import Feed, FeedPlan
from nilm_simulator.settings import SimulatorSettings


async def main() -> None:
    """Feeds the household until it is told to stop.

    Raises:
        NilmError: The password file is missing, the sign-in is wrong or a port is in use.
    """
    settings = SimulatorSettings()
    configure_logs("simulator", settings.log_level)
    async with (
        connect(settings.auth_target) as auth_channel,
        connect(settings.telemetry_target) as telemetry_channel,
    ):
        tokens = UserTokenSource(auth_channel, settings.email, _password(settings.password_file))
        calls = AccountCalls(tokens)
        feed = Feed(
            Household(settings.seed, ZoneInfo(settings.time_zone)),
            AuthSiteDirectory(
                auth_channel, calls, name=settings.building_name, time_zone=settings.time_zone
            ),
            TelemetryReadingStore(telemetry_channel, calls),
            plan=FeedPlan(
                timedelta(seconds=settings.sample_period_s), timedelta(days=settings.history_days)
            ),
            clock=SystemClock(),
        )
        await _run_until_stopped(feed, settings)


async def _run_until_stopped(feed: Feed, settings: SimulatorSettings) -> None:
    ops = OpsServer(
        settings.host,
        settings.ops_port,
        health=feed.health,
        tell_details=settings.environment == "development",
        documents={},
    )
    ops.start()
    work = asyncio.create_task(feed.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await work
    finally:
        await asyncio.to_thread(ops.stop)


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise FailedPreconditionError(f"{path}: cannot be read: {error.strerror}") from error
