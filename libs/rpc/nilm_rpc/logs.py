"""JSON logs on standard error, one line an event, each with the request that it belongs to."""

import logging
import sys

from pythonjsonlogger.orjson import OrjsonFormatter

from nilm_rpc.call import find_call


class _CallFilter(logging.Filter):
    """Adds the request id of the call being served."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = self._service
        call = find_call()
        if call is not None and not hasattr(record, "request_id"):
            record.request_id = call.request_id
        return True


def configure_logs(service: str, level: str) -> None:
    """Sends every log of the process to standard error as JSON.

    Messages and extras must not hold secrets: tokens and passwords have no place in either.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        OrjsonFormatter(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
        )
    )
    handler.addFilter(_CallFilter(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
