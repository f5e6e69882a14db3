"""gRPC-Web as a browser sends it: length-prefixed frames over plain HTTP.

See PROTOCOL-WEB.md of the gRPC repository: a frame is a flag byte, four bytes of length and a
payload; the flag 0x80 marks the trailers, written as header lines.
"""

import base64
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote

import httpx
from google.protobuf.message import Message
from google.rpc import status_pb2

CONTENT_TYPE = "application/grpc-web+proto"
_TRAILERS_FLAG = 0x80
_HEADER = struct.Struct(">BI")

Detail = TypeVar("Detail", bound=Message)


@dataclass(slots=True)
class WebAnswer:
    """What came back of a call."""

    http_status: int
    headers: httpx.Headers
    messages: list[bytes] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """The gRPC status; -1 where none came."""
        return int(self._end("grpc-status") or -1)

    @property
    def message(self) -> str:
        """The gRPC message."""
        return unquote(self._end("grpc-message"))

    def detail(self, kind: type[Detail]) -> Detail | None:
        """Returns the rich detail of a kind, if the error has one."""
        text = self._end("grpc-status-details-bin")
        packed = base64.b64decode(text + "=" * (-len(text) % 4))
        for each in status_pb2.Status.FromString(packed).details:
            found = kind()
            if each.Unpack(found):
                return found
        return None

    def _end(self, name: str) -> str:
        """Returns a trailer; it is a header where the answer has no body."""
        return self.trailers.get(name) or self.headers.get(name) or ""


def frame(message: Message) -> bytes:
    """Returns a message as one frame."""
    payload = message.SerializeToString()
    return _HEADER.pack(0, len(payload)) + payload


def web_headers(token: str = "", extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns the headers that a browser's client sends."""
    headers = {"content-type": CONTENT_TYPE, "accept": CONTENT_TYPE, "x-grpc-web": "1"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return {**headers, **(extra or {})}


async def call(
    client: httpx.AsyncClient,
    method: str,
    request: Message,
    *,
    token: str = "",
    headers: Mapping[str, str] | None = None,
) -> WebAnswer:
    """Calls a unary method, such as `/nilm.auth.v1.AuthService/SignIn`."""
    response = await client.post(
        method, content=frame(request), headers=web_headers(token, headers)
    )
    answer = WebAnswer(response.status_code, response.headers)
    for flag, payload in _frames(bytearray(response.content)):
        _take(answer, flag, payload)
    return answer


@asynccontextmanager
async def stream(
    client: httpx.AsyncClient, method: str, request: Message, *, token: str = ""
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Opens a server stream and yields its messages as they come."""
    async with client.stream(
        "POST", method, content=frame(request), headers=web_headers(token), timeout=60.0
    ) as response:

        async def messages() -> AsyncIterator[bytes]:
            pending = bytearray()
            async for chunk in response.aiter_bytes():
                pending += chunk
                for flag, payload in _frames(pending):
                    if not flag & _TRAILERS_FLAG:
                        yield payload

        yield messages()


def _frames(pending: bytearray) -> list[tuple[int, bytes]]:
    """Takes the whole frames off the front of `pending`."""
    found = []
    while len(pending) >= _HEADER.size:
        flag, length = _HEADER.unpack_from(pending)
        end = _HEADER.size + length
        if len(pending) < end:
            break
        found.append((flag, bytes(pending[_HEADER.size : end])))
        del pending[:end]
    return found


def _take(answer: WebAnswer, flag: int, payload: bytes) -> None:
    if not flag & _TRAILERS_FLAG:
        answer.messages.append(payload)
        return
    for line in payload.decode().splitlines():
        name, _, value = line.partition(":")
        answer.trailers[name.strip().lower()] = value.strip()
