"""Asks an address over HTTP, without a thread or a client library."""

import asyncio
import ssl
from http import HTTPStatus

_TIMEOUT_S = 2.0


async def is_ready(
    port: int, host: str = "127.0.0.1", path: str = "/ready", *, is_tls: bool = False
) -> bool:
    """Tells whether `GET path` answers 200; not to be reached is not ready."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            answer = await ask(port, path, host=host, is_tls=is_tls)
        return int(answer.split(maxsplit=2)[1]) == HTTPStatus.OK
    except (OSError, ValueError, IndexError):
        return False


async def ask(
    port: int,
    path: str,
    *,
    host: str = "127.0.0.1",
    method: str = "GET",
    is_tls: bool = False,
) -> str:
    """Returns a whole answer: its status line, its headers and its body as they came.

    Raises:
        OSError: There is no answer.
    """
    reader, writer = await asyncio.open_connection(
        host, port, ssl=_any_certificate() if is_tls else None
    )
    try:
        request = (
            f"{method} {path} HTTP/1.1\r\nhost: {host}\r\n"
            "content-length: 0\r\nconnection: close\r\n\r\n"
        )
        writer.write(request.encode("ascii"))
        return (await reader.read()).decode(errors="replace")
    finally:
        writer.close()


def _any_certificate() -> ssl.SSLContext:
    """Returns a context that trusts whoever answers: the question is only whether it does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
