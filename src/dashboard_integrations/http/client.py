"""The HTTP client below everything: the one module that imports httpx."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Self

import anyio
import httpx

from dashboard_integrations.errors import (
    BadResponseError,
    IntegrationError,
    InternalError,
    InvalidConfigError,
    UnreachableError,
)
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http._body import ACCEPT_ENCODING, read_body, too_large
from dashboard_integrations.http._cookies import set_cookies
from dashboard_integrations.http._failures import broken_off, connection_error, mixed_up_scheme, timed_out, unknown_host
from dashboard_integrations.http._network import JudgingBackend, Reach
from dashboard_integrations.http._target import origin_text
from dashboard_integrations.http.wire import WireExchange, Wiretap
from dashboard_integrations.status import error_for_status

__all__ = ["Client", "translated"]

_CONNECTIONS = 8
_KEEP_IDLE_SECONDS = 30.0
_NAMELESS = "the service"


class Client:
    """The connections to one service.

    It sits on httpx's transport, not on its client: no cookie is kept, no redirect followed, no proxy or password
    taken from the environment, and no body read without a limit. ``wiretap`` is told each exchange.
    """

    def __init__(self, *, reach: Reach, user_agent: str, wiretap: Wiretap | None = None) -> None:
        self._transport = httpx.AsyncHTTPTransport(
            verify=reach.trust.context,
            trust_env=False,
            limits=httpx.Limits(
                max_connections=_CONNECTIONS,
                max_keepalive_connections=_CONNECTIONS,
                keepalive_expiry=_KEEP_IDLE_SECONDS,
            ),
        )
        # httpx has no public place for this. Should the private one go, reading it fails before anything is sent.
        pool = self._transport._pool  # noqa: SLF001
        pool._network_backend = JudgingBackend(pool._network_backend, reach)  # type: ignore[assignment]  # noqa: SLF001
        self._headers = {"accept": "*/*", "accept-encoding": ACCEPT_ENCODING, "user-agent": user_agent}
        self._digest: tuple[tuple[str, str], httpx.DigestAuth] | None = None
        self._wiretap = wiretap

    async def exchange(self, request: HttpRequest, url: str, *, limit: int) -> HttpResponse:
        """Send ``request`` to ``url`` and return the response whatever its status, with a body of ``limit`` at most."""
        headers = self._headers | {name.lower(): value for name, value in request.headers.items()}
        sent = httpx.Request(
            request.method,
            _parsed(url),
            headers=[(name.encode("ascii"), value.encode()) for name, value in headers.items()],
            content=request.content,
        )
        sent.stream = _Body(request.content or b"")
        if request.digest is None:
            return await self._once(sent, limit=limit)
        return await self._with_digest(sent, request.digest, limit=limit)

    async def aclose(self) -> None:
        """Close all connections."""
        with anyio.CancelScope(shield=True):
            await self._transport.aclose()

    async def _once(self, sent: httpx.Request, *, limit: int) -> HttpResponse:
        async with self._open(sent) as response:
            return await self._read(sent, response, limit=limit)

    async def _with_digest(self, sent: httpx.Request, login: tuple[str, str], *, limit: int) -> HttpResponse:
        # The flow stays with the client, so that the service's nonce is used again and most calls are one exchange.
        if self._digest is None or self._digest[0] != login:
            self._digest = login, httpx.DigestAuth(*login)
        flow = self._digest[1].auth_flow(sent)
        self._next(flow, None, sent.url)
        async with self._open(sent) as response:
            answer = await self._read(sent, response, limit=limit)
            again = self._next(flow, response, sent.url)
        return answer if again is None else await self._once(again, limit=limit)

    async def _read(self, sent: httpx.Request, response: httpx.Response, *, limit: int) -> HttpResponse:
        read = await _read(response, limit=limit)
        if self._wiretap is not None:
            self._wiretap(_on_the_wire(sent, response, read))
        return read

    def _next(
        self, flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response | None, url: httpx.URL
    ) -> httpx.Request | None:
        try:
            return next(flow) if response is None else flow.send(response)
        except StopIteration:
            return None
        except (httpx.ProtocolError, KeyError, ValueError, NotImplementedError):
            self._digest = None
            raise BadResponseError(
                f"{origin_text(str(url))} asks for a kind of digest login that is not known here", reason="challenge"
            ) from None

    async def _drop_talkative(self) -> None:
        """Close idle connections on which more came than was asked for: it would be read as the next answer."""
        for connection in self._transport._pool.connections:  # noqa: SLF001
            http11 = getattr(connection, "_connection", None)
            if connection.is_idle() and http11 is not None and http11._h11_state.trailing_data[0]:  # noqa: SLF001
                await connection.aclose()

    @asynccontextmanager
    async def _open(self, sent: httpx.Request) -> AsyncIterator[httpx.Response]:
        await self._drop_talkative()
        try:
            response = await self._transport.handle_async_request(sent)
        except UnicodeError:  # on trio, where asyncio says that the name is unknown
            raise unknown_host(origin_text(str(sent.url))) from None
        response.request = sent
        try:
            yield response
        finally:
            await response.aclose()


class _Body(httpx.AsyncByteStream):
    """A request's body. httpx's own is a generator, which trio warns of when sending breaks off in the middle."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Pieces(iter((self._content,)))


class _Pieces:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


def translated(error: BaseException, *, origin: str | None = None) -> IntegrationError | None:
    """Return the typed error for a failure that is not one of ours already, ``None`` for one of neither."""
    named = origin or _origin_of(error)
    if isinstance(error, httpx.HTTPStatusError):
        return error_for_status(_without_body(error.response))
    if isinstance(error, httpx.TimeoutException):
        return timed_out(named)
    if isinstance(error, httpx.RemoteProtocolError):
        return _protocol_error(error, named)
    for kind, known, message, reason in _FIXED:
        if isinstance(error, kind):
            return known(message.format(named), reason=reason)
    return _connection_failed(error, named)


_FIXED: tuple[tuple[type[Exception], type[IntegrationError], str, str | None], ...] = (
    (httpx.InvalidURL, InvalidConfigError, "the address of {} is none that HTTP can use: check the URL", None),
    (httpx.UnsupportedProtocol, InvalidConfigError, "the address of {} is none that HTTP can use: check the URL", None),
    (httpx.TooManyRedirects, BadResponseError, "{} redirects in a circle: check the URL", "redirect"),
    (httpx.DecodingError, BadResponseError, "{} answered with a body that cannot be decompressed", "encoding"),
    (httpx.LocalProtocolError, InternalError, "the integration's request to {} is not valid HTTP", "request"),
)


def _connection_failed(error: BaseException, origin: str) -> IntegrationError | None:
    if isinstance(error, httpx.TransportError):
        known = connection_error(error, origin=origin)
        if known is None and isinstance(error, httpx.ReadError | httpx.WriteError):
            return broken_off(origin)
        return known or UnreachableError(f"{origin} cannot be reached: check the URL and the network", reason="network")
    if isinstance(error, OSError | anyio.BrokenResourceError | anyio.EndOfStream):
        return connection_error(error, origin=origin)
    return None


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        bool(parsed.host)  # decodes an international name, which may fail
    except (httpx.InvalidURL, UnicodeError):
        problem = "no host can have this name: check its spelling"
        raise InvalidConfigError(f"the address {origin_text(url)}: {problem}", fields={"url": problem}) from None
    return parsed


async def _read(response: httpx.Response, *, limit: int) -> HttpResponse:
    url = str(response.request.url.copy_with(query=None, fragment=None))
    origin = origin_text(url)
    declared = response.headers.get("content-length", "")
    if response.request.method != "HEAD" and declared.isdecimal() and int(declared) > limit:
        raise too_large(origin, limit)
    chunks = response.aiter_raw()
    try:
        content = await read_body(
            chunks, encoding=response.headers.get("content-encoding", ""), limit=limit, origin=origin
        )
    except (BadResponseError, anyio.get_cancelled_exc_class()):
        # A cancellation may come between two pieces.
        with anyio.CancelScope(shield=True):
            await _abandon(response, chunks)
        raise
    if url.startswith("http://") and _wants_https(response.status_code, content):
        raise mixed_up_scheme(origin, spoken="https")
    return HttpResponse(
        status=response.status_code,
        headers=dict(response.headers.items()),
        content=content,
        url=url,
        cookies=set_cookies(response.headers.get_list("set-cookie")),
    )


def _on_the_wire(sent: httpx.Request, response: httpx.Response, read: HttpResponse) -> WireExchange:
    return WireExchange(
        method=sent.method,
        url=str(sent.url),
        headers=[(name.lower(), value) for name, value in sent.headers.multi_items()],
        content=sent.content,
        status=read.status,
        response_headers=[(name.lower(), value) for name, value in response.headers.multi_items()],
        response_content=read.content,
    )


async def _abandon(response: httpx.Response, chunks: AsyncIterator[bytes]) -> None:
    """Close the connection, then let the generators below ``chunks`` run into that: trio warns of unfinished ones."""
    await response.aclose()
    with suppress(httpx.HTTPError, httpx.StreamError):
        async for _ in chunks:
            pass


def _wants_https(status: int, content: bytes) -> bool:
    """Return whether this is what nginx, Apache, Go and others answer to plain HTTP on their TLS port."""
    return status == httpx.codes.BAD_REQUEST and any(
        sign in content[:2_000].lower()
        for sign in (
            b"plain http request was sent to https port",
            b"http request to an https server",
            b"plain http to an ssl-enabled server port",
            b"combination of host and port requires tls",
        )
    )


def _protocol_error(error: httpx.RemoteProtocolError, origin: str) -> IntegrationError:
    text = str(error)
    if "complete message body" in text or "incomplete chunked" in text:
        return BadResponseError(f"{origin} broke off in the middle of its answer", reason="truncated")
    if "chunk" in text:
        return BadResponseError(
            f"{origin} answered with a body in broken chunks: check what its reverse proxy does", reason="chunks"
        )
    if "too long" in text:
        return BadResponseError(
            f"{origin} answered with more headers than are read: check the port, and what its reverse proxy does",
            reason="too-large",
        )
    hint = "; if it expects https, write https:// into the URL" if origin.startswith("http://") else ""
    if "without sending a response" in text:
        return UnreachableError(f"{origin} closed the connection without an answer{hint}", reason="reset")
    return UnreachableError(
        f"{origin} answered with something that is not HTTP: check the port{hint}", reason="protocol"
    )


def _origin_of(error: BaseException) -> str:
    if not isinstance(error, httpx.RequestError | httpx.HTTPStatusError):
        return _NAMELESS
    try:
        return origin_text(str(error.request.url))
    except RuntimeError:  # httpx did not know the request
        return _NAMELESS


def _without_body(response: httpx.Response) -> HttpResponse:
    return HttpResponse(
        status=response.status_code,
        headers=dict(response.headers.items()),
        content=b"",
        url=str(response.url.copy_with(query=None, fragment=None)),
    )
