"""A stand-in for InfluxDB that only counts bytes: `python byte_counter.py` prints its port.

It answers every write with 204 and keeps the last one, for `GET /last`.
"""

import asyncio

from aiohttp import web


class ByteCounter:
    """What came in."""

    def __init__(self) -> None:
        self._bytes = 0
        self._requests = 0
        self._last = b""

    async def write(self, request: web.Request) -> web.Response:
        """Counts a write."""
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
        self._bytes += len(body)
        self._requests += 1
        self._last = bytes(body)
        return web.Response(status=204)

    async def counts(self, _: web.Request) -> web.Response:
        """Tells what came in."""
        return web.json_response({"bytes": self._bytes, "requests": self._requests})

    async def last(self, _: web.Request) -> web.Response:
        """Gives the last write as it came."""
        return web.Response(body=self._last)


async def main() -> None:
    """Serves until it is killed."""
    counter = ByteCounter()
    app = web.Application(client_max_size=1 << 30)
    app.add_routes(
        [
            web.post("/api/v2/write", counter.write),
            web.get("/counts", counter.counts),
            web.get("/last", counter.last),
        ]
    )
    runner = web.AppRunner(app, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
