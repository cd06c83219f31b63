"""From a neutral response to ASGI messages: what ASGI and FastAPI adapters have in common."""

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import anyio

from dashboard_integrations.web import Chunks, Response

__all__ = ["Message", "Receive", "Send", "raw_headers", "send_response"]

_HEADERS_REMEMBERED = 1_000
_SECONDS_BETWEEN_QUESTIONS = 5.0
_LONGEST_QUESTION = 0.01

# what ASGI calls by these names: mappings whose values depend on the kind of message
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def raw_headers(response: Response) -> list[tuple[bytes, bytes]]:
    """Return the headers as bytes; what was answered a moment ago has the same ones."""
    return list(_encoded(tuple(response.headers)))


@lru_cache(_HEADERS_REMEMBERED)
def _encoded(headers: Sequence[tuple[str, str]]) -> Sequence[tuple[bytes, bytes]]:
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers)


async def send_response(response: Response, receive: Receive, send: Send) -> None:
    """Send the response; one that streams until it ends, or the client has gone."""
    headers = raw_headers(response)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.chunks is None or await _send_chunks(response.chunks, receive, send):
        await send({"type": "http.response.body", "body": response.body})


async def _send_chunks(chunks: Chunks, receive: Receive, send: Send) -> bool:
    """Return whether all was sent, and the client is still there.

    Whether it is, is asked now and then: a task that waits for it to go would weigh as much as the rest of a stream.
    """
    asked = anyio.current_time()
    async with chunks() as body:
        with contextlib.suppress(OSError):  # what some servers raise when the client has gone
            async for chunk in body:
                if (now := anyio.current_time()) - asked >= _SECONDS_BETWEEN_QUESTIONS:
                    asked = now
                    if await _has_gone(receive):
                        return False
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            return True
    return False


async def _has_gone(receive: Receive) -> bool:
    with anyio.move_on_after(_LONGEST_QUESTION):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False
