"""Open streams on one worker: memory of each, and what a change costs that reaches all of them.

``uv run python tests/benchmarks/streams.py [COUNT]``. A server (uvicorn) in a process of its own, real sockets. Ours is
``GET /api/integrations/stream``; the limit is a bare ASGI application that holds as many open answers and sends each
the same bytes. Memory is the growth of the resident set, the cost is processor time of the server alone.
"""

import asyncio
import multiprocessing
import os
import resource
import secrets
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import BaseModel

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.views import Gauge

COUNT = 5_000
CHANGES = 5
PATH = "/api/integrations/stream?watch=meter:level"
App = Callable[[Any, Any, Any], Awaitable[None]]


class Nothing(BaseModel):
    """No configuration."""


class Meter(BaseIntegration[Nothing]):
    """A level that is another one each time."""

    id = "meter"
    name = "Meter"
    number = 0

    @endpoint(ttl=3_600)
    async def level(self, connection: Connection[Nothing]) -> Gauge:
        """The level."""
        type(self).number += 1
        return Gauge(label="Level", value=type(self).number)


class Ours:
    """The library's stream; a change is a person's retry after the data has gone stale."""

    def __init__(self) -> None:
        registry = Registry()
        registry.register(Meter)
        self._apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
        self._ahead = 0.0
        self.service = IntegrationService(
            apps=self._apps, registry=registry, clock=self._clock, blocking_threshold=None
        )
        self.app: App = IntegrationApp(self.service, authorize=lambda request, action: True)

    async def start(self) -> None:
        await self._apps.create(name="Meter", integration=self.service.registry.get("meter"), config={}, app_id="meter")

    async def change(self) -> None:
        self._ahead += 7_200
        await self.service.retry("meter")

    def _clock(self) -> float:
        return time.time() + self._ahead


class Limit:
    """Open answers, and nothing else: an event wakes each, and the same bytes are sent."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.app: App = self._answer

    async def start(self) -> None:
        """Nothing has to be there."""

    async def change(self) -> None:
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b'data: {"appId":"meter","endpointId":"level","envelope":' + b"x" * 500 + b"}\n\n"
        while True:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await self._event.wait()


def serve(kind: type[Ours | Limit], pipe: Pipe) -> None:
    """Run the server, and answer the benchmark: memory, processor time, and changes on request."""
    asyncio.run(_serve(kind(), pipe))


async def _serve(subject: Ours | Limit, pipe: Pipe) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(COUNT)
        server = uvicorn.Server(uvicorn.Config(subject.app, interface="asgi3", log_level="error", backlog=COUNT))
        await subject.start()
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        pipe.send(listener.getsockname()[1])
        while (asked := await asyncio.to_thread(pipe.recv)) != "stop":
            if asked == "change":
                await subject.change()
            pipe.send((_resident(), resource.getrusage(resource.RUSAGE_SELF)))
        serving.cancel()
        os._exit(0)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def measure(kind: type[Ours | Limit], count: int) -> tuple[float, float]:
    """Return kB for each stream, and seconds of processor time for a change that reaches all of them."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(kind, theirs))
    process.start()
    try:
        port = ours.recv()
        before, _ = _ask(ours)
        clients = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await _event(reader)
            clients.append((reader, writer))
        after, used = _ask(ours)
        for _ in range(CHANGES):
            ours.send("change")
            await asyncio.gather(*(_event(reader) for reader, _ in clients))
            ours.recv()
        _, spent = _ask(ours)
        for _, writer in clients:
            writer.close()
    finally:
        ours.send("stop")
        process.join()
    return (after - before) / count / 1_000, (_seconds(spent) - _seconds(used)) / CHANGES


def _ask(pipe: Pipe) -> tuple[int, resource.struct_rusage]:
    pipe.send("tell")
    told: tuple[int, resource.struct_rusage] = pipe.recv()
    return told


def _seconds(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


async def _event(reader: asyncio.StreamReader) -> None:
    while not (await reader.readline()).startswith(b"data: "):
        pass


def main() -> None:
    """Print both, side by side."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 2 * count + 200), hard), hard))
    print(f"{count} open streams on one worker")
    print(f"{'':8}{'kB each':>10}{'CPU s for a change to all':>28}")
    rows = {name: asyncio.run(measure(kind, count)) for name, kind in (("limit", Limit), ("ours", Ours))}
    for name, (memory, seconds) in rows.items():
        print(f"{name:8}{memory:>10.1f}{seconds:>28.3f}")
    print(f"{'ratio':8}{rows['ours'][0] / rows['limit'][0]:>10.1f}{rows['ours'][1] / rows['limit'][1]:>28.1f}")


if __name__ == "__main__":
    main()
