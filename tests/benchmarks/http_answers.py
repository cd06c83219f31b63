"""A warm ``GET /api/integrations/{appId}/data/{endpointId}`` on one uvicorn worker, authorization and tag included.

``uv run --group benchmarks python tests/benchmarks/http_answers.py``. Needs ``wrk`` (Debian: ``apt-get install wrk``).
Processor time of the server for one request, eight connections that are kept open; the limit is a bare ASGI application
that sends as many bytes. Every candidate in turn, round after round; servers are processes of their own.
"""

import asyncio
import json
import multiprocessing
import re
import shutil
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import fastapi
import psutil
import uvicorn
from sample_service import sample_service
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.adapters.fastapi import integration_router

ROUNDS = 5
PATH = "/api/integrations/app/data/count"
TEMPLATE = "/api/integrations/{app}/data/{name}"
STATS = [{"label": f"Figure {number}", "value": number * 1.5, "unit": "MB/s", "status": None} for number in range(6)]
VALUE = {"success": True, "data": {"payload": {"kind": "stat-card", "stats": STATS}}, "error": None, "meta": {"age": 1}}
BODY = json.dumps(VALUE).ljust(1_000).encode()
NEVER = ["-H", 'If-None-Match: "nothing"']


def bare() -> Any:
    """Bytes from an application that does nothing else."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": BODY})

    return app


def starlette_bytes() -> Any:
    """Starlette with bytes that it keeps."""

    async def answer(request: Request) -> Response:
        return Response(BODY, media_type="application/json")

    return Starlette(routes=[Route(TEMPLATE, answer)])


def starlette_json() -> Any:
    """Starlette with JSON that it makes."""

    async def answer(request: Request) -> Response:
        return JSONResponse(VALUE)

    return Starlette(routes=[Route(TEMPLATE, answer)])


def fastapi_bytes() -> Any:
    """FastAPI with bytes that it keeps."""
    app = fastapi.FastAPI()

    @app.get(TEMPLATE)
    async def answer(app: str, name: str) -> fastapi.Response:
        return fastapi.Response(BODY, media_type="application/json")

    return app


def ours() -> Any:
    """The ASGI adapter."""
    return IntegrationApp(asyncio.run(sample_service()), authorize=_authorize)


def ours_in_fastapi() -> Any:
    """The FastAPI adapter."""
    app = fastapi.FastAPI()
    app.include_router(integration_router(asyncio.run(sample_service()), authorize=_authorize))
    return app


def _authorize(request: Any, action: object) -> bool:
    return bool(request.headers.get("authorization") == "Bearer token")


def _serve(make: Callable[[], Any], listener: socket.socket) -> None:
    config = uvicorn.Config(make(), log_level="error", access_log=False, http="httptools", loop="asyncio")
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def server(make: Callable[[], Any]) -> Iterator[tuple[psutil.Process, str]]:
    """Yield a server's process and its address."""
    # asyncio sends small packets at once (TCP_NODELAY) only where the socket says that it is TCP
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(make, listener), daemon=True)
        process.start()
        try:
            yield psutil.Process(process.pid), f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
        finally:
            process.terminate()
            process.join()


def load(process: psutil.Process, url: str, *, options: list[str]) -> float:
    """Return the processor time of a request, in microseconds."""
    before = process.cpu_times()
    arguments = ["wrk", "-t1", "-c8", "-d2s", "-H", "Authorization: Bearer token", *options, url]
    shown = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    after = process.cpu_times()
    found = re.search(r"(\d+) requests in", shown)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    if found is None or failed is not None:
        sys.exit(f"{url} did not answer as it should:\n{shown}")
    return (after.user + after.system - before.user - before.system) / int(found[1]) * 1e6


def tag_of(url: str) -> str:
    """Return the tag of what is there."""
    arguments = ["curl", "-sfi", "--retry", "20", "--retry-connrefused", "-H", "Authorization: Bearer token", url]
    shown = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(?im)^etag: (.*?)\s*$", shown)
    return "" if found is None else found[1]


def main() -> None:
    """Print the table."""
    if shutil.which("wrk") is None:
        sys.exit("needs wrk: apt-get install wrk")
    candidates = [bare, starlette_bytes, starlette_json, fastapi_bytes, ours, ours_in_fastapi]
    figures: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for make in candidates:
            with server(make) as (process, url):
                tag = tag_of(url)
                load(process, url, options=NEVER)  # a young process is slower
                figures.setdefault(make.__name__, []).append(load(process, url, options=NEVER))
                if make is ours:
                    options = ["-H", f"If-None-Match: {tag}"]
                    figures.setdefault("ours, 304", []).append(load(process, url, options=options))
    print(f"\nwarm GET of live data, {len(BODY)} bytes\n{'':18} {'µs':>8} {'ratio':>7}")
    for name, values in figures.items():
        ratio = statistics.median(value / base for value, base in zip(values, figures["bare"], strict=True))
        print(f"{name:18} {statistics.median(values):8.1f} {ratio:7.2f}")


if __name__ == "__main__":
    main()
