"""Closes the gateway to new callers while what was asked before is still being answered."""

import asyncio
import re

from nilm_cli.up.probe import ask

_LONGEST_S = 3.0
_PERIOD_S = 0.05
_ACTIVE = re.compile(r"http\.gateway\.downstream_rq_active: (\d+)")


async def close_gateway(admin_port: int) -> None:
    """Makes Envoy take no new connection, and waits until no request is under way.

    Callers that are connected are told to leave with their next answer. Streams do not end by
    themselves, so the wait is three seconds at most. Returns at once where Envoy does not answer.

    Args:
        admin_port: Port on loopback of Envoy's administration interface, whose `/healthcheck/fail`
            and `/drain_listeners` this uses.
    """
    try:
        async with asyncio.timeout(_LONGEST_S):
            await ask(admin_port, "/healthcheck/fail", method="POST")
            await ask(admin_port, "/drain_listeners", method="POST")
            while await _active_requests(admin_port):  # noqa: ASYNC110 another process counts them
                await asyncio.sleep(_PERIOD_S)
    except OSError:  # it is not there, or TimeoutError
        return


async def _active_requests(admin_port: int) -> int:
    found = _ACTIVE.search(await ask(admin_port, "/stats?filter=downstream_rq_active"))
    return int(found[1]) if found else 0
