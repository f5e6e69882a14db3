"""Readiness: the checks of a service, told through gRPC health v1 and HTTP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from grpc_health.v1 import health, health_pb2

from nilm_rpc import metrics
from nilm_rpc.ops import Health

_log = logging.getLogger(__name__)

_CHECK_PERIOD_S = 1.0
_CHECK_TIMEOUT_S = 5.0

Check = Callable[[], Awaitable[None]]
"""Raises where what it checks is not ready."""


class HealthMonitor:
    """Runs the checks every second; a failure and its recovery are logged once each."""

    def __init__(
        self, checks: Mapping[str, Check], parts: Callable[[], Mapping[str, bool]] = dict
    ) -> None:
        self._checks = checks
        self._parts = parts
        self._full_names: tuple[str, ...] = ("",)
        self._current = Health(ready=False, failures={"start": "starting"})
        self.servicer = health.aio.HealthServicer()  # type: ignore[attr-defined]  # lazy in the package

    def watch(self, full_names: Sequence[str]) -> None:
        """Names the gRPC services that the checks are told for."""
        self._full_names = ("", *full_names)

    def current(self) -> Health:
        """Returns what the last round of checks found."""
        return self._current

    async def run(self) -> None:
        """Checks until it is cancelled."""
        while True:
            await self.check_once()
            await asyncio.sleep(_CHECK_PERIOD_S)

    async def check_once(self) -> None:
        """Runs every check and tells the result."""
        outcomes = await asyncio.gather(*(self._failure(check) for check in self._checks.values()))
        failures = {
            name: failure
            for name, failure in zip(self._checks, outcomes, strict=True)
            if failure is not None
        }
        for name in failures.keys() - self._current.failures.keys():
            _log.warning("not ready", extra={"check": name, "failure": failures[name]})
        for name in self._current.failures.keys() - failures.keys() - {"start"}:
            _log.info("ready again", extra={"check": name})
        self._current = Health(ready=not failures, failures=failures)
        metrics.READY.set(float(not failures))
        await self._tell(serving=not failures)

    async def drain(self) -> None:
        """Tells every watcher that the service is going away."""
        self._current = Health(ready=False, failures={"drain": "draining"})
        metrics.READY.set(0.0)
        await self.servicer.enter_graceful_shutdown()

    async def _tell(self, *, serving: bool) -> None:
        status = health_pb2.HealthCheckResponse
        told = {**self._parts(), **dict.fromkeys(self._full_names, serving)}
        for name, is_serving in told.items():
            await self.servicer.set(name, status.SERVING if is_serving else status.NOT_SERVING)

    async def _failure(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                await check()
        except Exception as error:  # noqa: BLE001 any failure of a check means not ready
            return str(error) or type(error).__name__
        return None
