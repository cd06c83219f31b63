"""One app's transport: addresses, authenticates, bounds and explains every call."""

import logging
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio

from dashboard_integrations.auth import AuthSession
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import BadResponseError, ErrorCode, ErrorSource, IntegrationError, RateLimitedError
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http._failures import timed_out
from dashboard_integrations.http._first_use import translate
from dashboard_integrations.http._quiet import sending
from dashboard_integrations.http._target import origin_text, redirect_target, target_url
from dashboard_integrations.http.pace import Pace

if TYPE_CHECKING:
    from dashboard_integrations.http.client import Client

__all__ = ["ServiceTransport"]

logger = logging.getLogger(__name__)

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSALS = frozenset({401, 403})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSENDABLE = re.compile(r"[\x00\r\n]")


class ServiceTransport:
    """Sends requests to one app's service; a ``Transport``.

    ``lease`` lends a client for the time of one exchange. One time limit, the app's own, covers the whole call: login,
    connection, redirects and body; waiting for its turn under ``pace`` takes as long again at most.
    """

    def __init__(
        self,
        *,
        config: ServiceConfig,
        session: AuthSession | None,
        max_response_bytes: int,
        lease: Callable[[], "AbstractAsyncContextManager[Client]"],
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._session = session
        self._max_response_bytes = max_response_bytes
        self._lease = lease
        self._pace = pace
        self._clock = clock
        self._origin = origin_text(config.url)

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send and return the response whatever its status; raise an ``IntegrationError`` when there is none.

        A request that cannot be sent as it is, such as to a path outside of the app's URL, raises ``ValueError``.
        """
        await self._in_turn()
        began = self._clock()
        status: int | None = None
        code: ErrorCode | None = None
        try:
            response = await self._in_time(request)
            status = response.status
        except IntegrationError as error:
            code = error.code
            raise
        else:
            return response
        finally:
            logger.debug(
                "http-call",
                extra={
                    "method": request.method,
                    "origin": self._origin,
                    "status": status,
                    "error": code,
                    "duration": self._clock() - began,
                },
            )

    async def _in_turn(self) -> None:
        """Wait for the call's turn; give up at once when that is further away than an answer may be."""
        if self._pace is None:
            return
        if (delay := self._pace.delay()) > self._config.timeout:
            raise RateLimitedError(
                f"{self._origin} gets no more calls for {delay:.0f} seconds: as many as its integration or this"
                " dashboard allows were made",
                reason="own-limit",
                source=ErrorSource.HOST,
                retry_after=delay,
            )
        await anyio.sleep(self._pace.take())

    async def _in_time(self, request: HttpRequest) -> HttpResponse:
        with anyio.move_on_after(self._config.timeout):
            return await self._authenticated(request)
        raise timed_out(self._origin, self._config.timeout)

    async def _authenticated(self, request: HttpRequest) -> HttpResponse:
        if self._session is None:
            return await self._following(request)
        sent = await self._session.authenticate(request, self._plain)
        response = await self._following(sent)
        if response.status not in _REFUSALS:
            return response
        again = await self._session.renew(sent, response, self._plain)
        return response if again is None else await self._following(again)

    async def _following(self, request: HttpRequest) -> HttpResponse:
        """Send, and follow redirects that stay within the origin: nothing of ours ever goes to another one."""
        url = target_url(self._config.url, request.path, request.params)
        for _ in range(_MOST_REDIRECTS + 1):
            response = await self._exchange(request, url)
            target = self._redirected(request, response, url)
            if target is None:
                return response
            url = target
        raise BadResponseError(
            f"{self._origin} redirected more than {_MOST_REDIRECTS} times: check the URL", reason="redirect"
        )

    async def _plain(self, request: HttpRequest) -> HttpResponse:
        """Send without credentials, for a login: its redirect is its answer, and is not followed."""
        return await self._exchange(request, target_url(self._config.url, request.path, request.params))

    @staticmethod
    def _redirected(request: HttpRequest, response: HttpResponse, url: str) -> str | None:
        location = response.headers.get("location")
        if location is None or response.status not in _REDIRECTS or request.method not in ("GET", "HEAD"):
            return None
        return redirect_target(url, location)

    async def _exchange(self, request: HttpRequest, url: str) -> HttpResponse:
        sendable = _sendable(request)
        try:
            async with self._lease() as client:
                with sending():
                    return await client.exchange(sendable, url, limit=self._max_response_bytes)
        except Exception as error:
            known = translate(error, origin=self._origin)
            if known is None or known is error:
                raise
            # The failure's own text may hold a header or a key, so it does not travel along.
            raise known from None


def _sendable(request: HttpRequest) -> HttpRequest:
    for name, value in request.headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a name for a header")
        if _UNSENDABLE.search(value):
            raise ValueError(f"the header {name!r} has a line break in its value")
    return replace(request, method=request.method.upper())
