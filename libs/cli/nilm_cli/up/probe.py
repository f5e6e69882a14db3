"""Asks a health address over HTTP, without a thread or a client library."""

import asyncio
from http import HTTPStatus

_TIMEOUT_S = 2.0


async def is_ready(port: int, host: str = "127.0.0.1", path: str = "/ready") -> bool:
    """Tells whether `GET path` answers 200; not to be reached is not ready."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await _status(host, port, path) == HTTPStatus.OK
    except (OSError, ValueError, IndexError):
        return False


async def _status(host: str, port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        writer.write(request.encode("ascii"))
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()
