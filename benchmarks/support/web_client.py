"""gRPC-Web over one kept connection, with as little of the client in the figures as can be."""

import asyncio
import struct
from typing import Self

_HEADER = struct.Struct(">BI")
_TRAILERS_FLAG = 0x80


class WebClient:
    """Calls unary methods one after another."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._host = host
        self._port = port
        self._token = token

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def call(self, method: str, request: bytes) -> bytes:
        """Returns the message of the answer.

        Raises:
            RuntimeError: The call failed, or its answer is not as a unary one is.
        """
        body = _HEADER.pack(0, len(request)) + request
        head = (
            f"POST {method} HTTP/1.1\r\nhost: {self._host}\r\nx-grpc-web: 1\r\n"
            f"content-type: application/grpc-web+proto\r\nauthorization: Bearer {self._token}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode("ascii") + body)
        headers = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if not headers.startswith(b"http/1.1 200") or b"chunked" not in headers:
            raise RuntimeError(headers.decode())
        answer = await self._chunks()
        flag, length = _HEADER.unpack_from(answer)
        trailers = answer[_HEADER.size + length :]
        if flag & _TRAILERS_FLAG or b"grpc-status:0" not in trailers.replace(b" ", b""):
            raise RuntimeError(answer.decode(errors="replace"))
        return answer[_HEADER.size : _HEADER.size + length]

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return body
