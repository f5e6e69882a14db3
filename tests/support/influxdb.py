"""A stand-in for InfluxDB 2: no InfluxDB, but a server of those parts of its HTTP API that we use.

It really stores the line protocol and answers the queries of the adapter by evaluating them over
what it stored. Written after the documented API (docs.influxdata.com/influxdb/v2/api); what a real
server does otherwise it cannot show.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.support.influxdb_data import Bucket, RefusedError, annotated_csv
from tests.support.influxdb_flux import Flux

TOKEN = "stand-in-token"
ORG = "nilm"


@dataclass
class Task:
    id: str
    flux: str
    latest_completed: datetime | None = None
    last_run_status: str = ""

    @property
    def name(self) -> str:
        return self.flux.split('name: "')[1].split('"')[0]

    def message(self) -> dict[str, Any]:
        told = {"id": self.id, "orgID": "org1", "name": self.name, "flux": self.flux}
        if self.latest_completed is not None:
            told["latestCompleted"] = self.latest_completed.isoformat().replace("+00:00", "Z")
            told["lastRunStatus"] = self.last_run_status
        return told


def _open() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate


@dataclass
class StandInInfluxDb:
    """What the server holds, which outlives its being stopped, as files on a disk would."""

    buckets: dict[str, Bucket] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    port: int = 0
    queries: list[str] = field(default_factory=list)
    writes: list[tuple[str, int]] = field(default_factory=list)
    """Bucket and number of lines of each write that was stored."""
    made: list[str] = field(default_factory=list)
    """Paths of all resources that were made, in order."""
    token: str = TOKEN
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Status and message that a path answers instead."""
    delay_s: float = 0.0
    """How long each request takes at least."""
    gate: asyncio.Event = field(default_factory=_open)
    """While it is cleared requests are held."""
    held_count: int = 0
    """Requests that came and were not let on so far."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run_tasks(self, now: datetime) -> None:
        """Runs every task as if it were scheduled for a time."""
        for task in self.tasks.values():
            Flux(self.buckets, now).run(task.flux)
            task.latest_completed, task.last_run_status = now, "success"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serves, on the same port each time."""
        app = web.Application(client_max_size=256 << 20, middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/ping", self._ping),
                web.post("/api/v2/write", self._write),
                web.post("/api/v2/query", self._query),
                web.get("/api/v2/orgs", self._orgs),
                web.get("/api/v2/buckets", self._list_buckets),
                web.post("/api/v2/buckets", self._make_bucket),
                web.get("/api/v2/tasks", self._list_tasks),
                web.post("/api/v2/tasks", self._make_task),
                web.get("/api/v2/tasks/{id}", self._get_task),
                web.patch("/api/v2/tasks/{id}", self._change_task),
            ]
        )
        runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.held_count += 1
        await asyncio.sleep(self.delay_s)
        await self.gate.wait()
        self.held_count -= 1
        if request.path in self.answers:
            return _problem(*self.answers[request.path])
        if (
            request.path != "/ping"
            and request.headers.get("Authorization") != f"Token {self.token}"
        ):
            return _problem(401, "unauthorized access")
        if request.query.get("org", ORG) != ORG:
            return _problem(404, f'organization name "{request.query["org"]}" not found')
        try:
            answer: web.StreamResponse = await handler(request)
        except RefusedError as error:
            return _problem(400, str(error))
        return answer

    async def _ping(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers={"X-Influxdb-Version": "stand-in"})

    async def _write(self, request: web.Request) -> web.Response:
        name = request.query["bucket"]
        if name not in self.buckets:
            return _problem(404, f'bucket "{name}" not found')
        assert request.query["precision"] == "us"
        body = await request.read()  # aiohttp has unpacked it where it says that it is compressed
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        self.writes.append((name, self.buckets[name].write(text)))
        return web.Response(status=204)

    async def _query(self, request: web.Request) -> web.Response:
        query = await request.json()
        assert query["dialect"]["annotations"] == ["datatype", "group", "default"]
        self.queries.append(query["query"])
        results = Flux(self.buckets, datetime.now(UTC)).run(query["query"])
        return web.Response(text=annotated_csv(results), content_type="text/csv")

    async def _orgs(self, _: web.Request) -> web.Response:
        return web.json_response({"orgs": [{"id": "org1", "name": ORG}]})

    async def _list_buckets(self, request: web.Request) -> web.Response:
        names = [name for name in self.buckets if name == request.query.get("name", name)]
        if not names:  # as a server does that is asked for one by name and organisation
            return _problem(404, f'bucket "{request.query.get("name")}" not found')
        buckets = [{"id": name, "name": name, "retentionRules": []} for name in names]
        return web.json_response({"buckets": buckets})

    async def _make_bucket(self, request: web.Request) -> web.Response:
        told = await request.json()
        if told["name"] in self.buckets:
            return _problem(422, f"bucket with name {told['name']} already exists")
        self.buckets[told["name"]] = Bucket()
        self.made.append(f"buckets/{told['name']}")
        return web.json_response({"id": told["name"], **told}, status=201)

    async def _list_tasks(self, request: web.Request) -> web.Response:
        wanted = request.query.get("name")
        tasks = [one.message() for one in self.tasks.values() if wanted in (None, one.name)]
        return web.json_response({"tasks": tasks})

    async def _make_task(self, request: web.Request) -> web.Response:
        task = Task(f"{len(self.tasks):016x}", (await request.json())["flux"])
        self.tasks[task.id] = task
        self.made.append(f"tasks/{task.name}")
        return web.json_response(task.message(), status=201)

    async def _get_task(self, request: web.Request) -> web.Response:
        return web.json_response(self.tasks[request.match_info["id"]].message())

    async def _change_task(self, request: web.Request) -> web.Response:
        task = self.tasks[request.match_info["id"]]
        task.flux = (await request.json())["flux"]
        return web.json_response(task.message())


def _problem(status: int, message: str) -> web.Response:
    return web.json_response({"code": "invalid", "message": message}, status=status)
