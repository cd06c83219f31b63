"""Asks an ASGI application directly: the target is sent as it is written, which HTTP clients do not do."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import anyio

__all__ = ["Answer", "ask", "lifespan", "streamed"]


@dataclass(frozen=True)
class Answer:
    """What an application sent."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


async def ask(
    app: Any,
    method: str,
    target: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    chunk: int = 65_536,
    **scope: object,
) -> Answer:
    """Send one request and return the whole answer."""
    raw_path, _, query = target.partition("?")
    chunks = [body[start : start + chunk] for start in range(0, len(body), chunk)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not chunks:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    whole = _scope(method, raw_path, query) | {
        "headers": [(b"host", b"host"), *((name.encode(), value.encode("latin-1")) for name, value in headers)]
    }
    await app(whole | scope, receive, send)
    start = sent[0]
    return Answer(
        status=start["status"],
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]],
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )


def _scope(method: str, raw_path: str, query: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 80),
    }


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """Start and stop ``app`` as a server does; yield what it sent."""
    sent: list[dict[str, Any]] = []
    started, stop = anyio.Event(), anyio.Event()
    incoming = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> dict[str, Any]:
        if len(incoming) == 1:
            await stop.wait()
        return {"type": incoming.pop(0)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        started.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(app, {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
        await started.wait()
        yield sent
        stop.set()


@asynccontextmanager
async def streamed(app: Any, target: str, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    """Send one request and yield the lines of its answer as they come; leaving disconnects the client.

    It waits for the application, which finds out when it sends again.
    """
    raw_path, _, query = target.partition("?")
    send_chunk, receive_chunk = anyio.create_memory_object_stream[bytes](100)
    gone = anyio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await gone.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await send_chunk.send(message.get("body", b""))
            if not message.get("more_body", False):
                send_chunk.close()

    scope = _scope("GET", raw_path, query) | {
        "asgi": {"version": "3.0", "spec_version": "2.3"},  # as uvicorn: who sends hears of it when the client goes
        "headers": [(b"host", b"host"), *((name.encode(), value.encode()) for name, value in headers.items())],
    }
    async with send_chunk, receive_chunk, anyio.create_task_group() as tasks:
        tasks.start_soon(app, scope, receive, send)
        async with aclosing(_lines(receive_chunk)) as lines:
            yield lines
        gone.set()


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode()
