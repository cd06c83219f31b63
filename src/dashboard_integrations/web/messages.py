"""A request and a response, as every framework can make and send them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

__all__ = ["MAX_BODY", "Chunks", "Request", "Response"]

MAX_BODY = 1024 * 1024
"""The longest request body that is read, in bytes."""

Chunks = Callable[[], AbstractAsyncContextManager[AsyncIterator[bytes]]]
"""A body without end: to be entered, iterated and sent chunk by chunk, and left when the client has gone."""


@dataclass(slots=True, kw_only=True)  # not frozen: that would be most of what making one costs
class Request:
    """A request, its body read (``read_body``).

    ``path`` is percent-encoded as it came, below whatever the routes are mounted under: it begins with ``/api/``.
    ``query`` is what follows ``?``, as it came. Header names are lower case; a header that came more than once is
    joined with commas. ``native`` is the framework's own request, for ``authorize`` to look into. ``can_stream`` says
    that a response may have ``chunks``.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    native: object = field(default=None, repr=False)
    can_stream: bool = False


@dataclass(slots=True, kw_only=True)
class Response:
    """A response, to be sent as it is: these headers (names in lower case) and no other body.

    ``chunks`` stand in place of a body, and only where the request said ``can_stream``.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    chunks: Chunks | None = None
