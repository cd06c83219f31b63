"""Calls of services: one after the other, and fifty at a time to fifty services.

``uv run --group benchmarks python tests/benchmarks/upstream.py``. Processor time of the caller for one call, asyncio;
the services are in a process of their own. The limit of one call is httpx with a client that is kept; fifty at a time
are compared with one shared ``httpx.AsyncClient``. Ours includes the network policy, the time limit, the size limits
and what an integration gets of the answer.
"""

import asyncio
import json
import multiprocessing
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import httpx
import uvicorn
from measuring import measure, show

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection, Transport
from dashboard_integrations.http import HttpPool

SERVICES = 50
PAUSE = 0.05
BODY = json.dumps({"rows": [{"name": f"figure {number}", "value": number * 1.5} for number in range(25)]}).encode()


def serve(ready: Any) -> None:
    """Answer every request with the same, after a while where the path says so; count connections."""
    clients: set[object] = set()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        clients.add(scope["client"])
        if scope["path"] == "/slow":
            await asyncio.sleep(PAUSE)
        body = str(len(clients)).encode() if scope["path"] == "/connections" else BODY
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready.put(self.servers[0].sockets[0].getsockname()[1])

    Server(uvicorn.Config(app, host="0.0.0.0", port=0, log_level="error", lifespan="off", access_log=False)).run()


def transports(pool: HttpPool, urls: list[str]) -> list[Transport]:
    """Return an app's transport for each service."""
    return [
        pool.app(key=f"app-{number}", config=ServiceConfig(url=url), auth=None, max_response_bytes=1_000_000).transport
        for number, url in enumerate(urls)
    ]


def connection_of(transport: Transport) -> Connection[ServiceConfig]:
    """Return what an integration is given."""
    return Connection(app=AppInfo(id="app", name="App"), config=ServiceConfig(url="http://x"), transport=transport)


def every(count: int, call: Callable[[int], Awaitable[object]]) -> Callable[[int], Awaitable[None]]:
    """Return a round: ``count`` calls at a time."""

    async def run(times: int) -> None:
        for _ in range(times // count):
            await asyncio.gather(*(call(number) for number in range(count)))

    return run


async def one_after_the_other(url: str) -> None:
    """Print what one call costs, and how many connections a hundred of them open."""
    async with HttpPool() as pool, httpx.AsyncClient() as client:
        connection = connection_of(transports(pool, [url])[0])

        async def ours(times: int) -> None:
            for _ in range(times):
                await connection.get_json("/quick")

        async def kept(times: int) -> None:
            for _ in range(times):
                (await client.get(f"{url}/quick")).json()

        async def new(times: int) -> None:
            for _ in range(max(times // 20, 1)):
                async with httpx.AsyncClient() as own:
                    (await own.get(f"{url}/quick")).json()

        figures = await measure({"httpx, a client that is kept": kept, "ours": ours}, times=200)
        show("one upstream GET and its JSON", figures)
        few = await measure(
            {"httpx, a client that is kept": kept, "httpx, a client for each call": new}, times=20, rounds=5
        )
        print(f"httpx, a client for each call: {few['httpx, a client for each call'].ratio * 20:.0f} times that")
        before = int((await client.get(f"{url}/connections")).text)
        async with HttpPool() as other:
            connection = connection_of(transports(other, [url])[0])
            await ours(100)
        print(f"connections of 100 calls in a row: {int((await client.get(f'{url}/connections')).text) - before}")


@asynccontextmanager
async def contexts_counted() -> AsyncIterator[list[ssl.SSLContext]]:
    """Count the contexts for TLS that are made meanwhile."""
    made: list[ssl.SSLContext] = []
    original = ssl.SSLContext.__new__

    def counting(cls: Any, *args: Any, **options: Any) -> ssl.SSLContext:
        context = original(cls, *args, **options)
        made.append(context)
        return context

    ssl.SSLContext.__new__ = counting  # type: ignore[method-assign, assignment]
    try:
        yield made
    finally:
        ssl.SSLContext.__new__ = original  # type: ignore[method-assign]


async def contexts(urls: list[str]) -> None:
    """Print how many contexts for TLS a hundred apps make."""
    for scheme in ("http", "https"):
        async with contexts_counted() as made, HttpPool() as pool:
            many = [url.replace("http:", f"{scheme}:") for url in (urls * 2)[:100]]
            calls = (connection_of(transport).get_json("/quick") for transport in transports(pool, many))
            await asyncio.gather(*calls, return_exceptions=True)
        print(f"contexts for TLS of 100 apps by {scheme}: {len(made)}")


async def at_once(urls: list[str]) -> None:
    """Print what each of fifty calls costs, all in flight together, to fifty services."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(HttpPool())
        shared = await stack.enter_async_context(httpx.AsyncClient(limits=httpx.Limits(max_connections=SERVICES)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        connections = [connection_of(transport) for transport in transports(pool, urls)]

        async def ours(number: int) -> object:
            return await connections[number].get_json("/slow")

        async def by_httpx(number: int) -> object:
            return (await shared.get(f"{urls[number]}/slow")).json()

        async def by_aiohttp(number: int) -> object:
            async with session.get(f"{urls[number]}/slow") as response:
                return await response.json()

        candidates = {"one shared httpx.AsyncClient": by_httpx, "ours": ours, "aiohttp": by_aiohttp}
        rounds = {name: every(SERVICES, call) for name, call in candidates.items()}
        show(f"{SERVICES} calls in flight to {SERVICES} services, each", await measure(rounds, times=SERVICES * 4))


async def main() -> None:
    """Print the tables."""
    context = multiprocessing.get_context("spawn")
    ready = context.Queue()
    process = context.Process(target=serve, args=(ready,), daemon=True)
    process.start()
    port = ready.get(timeout=60)
    # one machine, many origins: each address of 127.0.0.0/8 is one
    urls = [f"http://127.0.0.{number + 1}:{port}" for number in range(SERVICES)]
    try:
        await one_after_the_other(urls[0])
        await contexts(urls)
        await at_once(urls)
    finally:
        process.kill()


if __name__ == "__main__":
    asyncio.run(main())
