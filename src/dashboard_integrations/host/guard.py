"""The guard before every route: names we answer to, senders we listen to, headers every answer has."""

import logging
import time
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_integrations.errors import ErrorSource, ForbiddenError
from dashboard_integrations.host.gate import bearer_of
from dashboard_integrations.host.trust import SAFE_METHODS, HostNames, host_of, sent_by_own_page
from dashboard_integrations.ui import CONTENT_SECURITY_POLICY
from dashboard_integrations.web.answers import refuse

__all__ = ["API_PREFIX", "STATIC_PREFIX", "Guard"]

logger = logging.getLogger(__name__)

API_PREFIX = "/api"
STATIC_PREFIX = "/static"

_POLICY = f"{CONTENT_SECURITY_POLICY}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none at all, a browser sends our own forms without their origin
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, names: HostNames) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        error = self._refusal(scope)
        if error is None:
            await self._app(scope, receive, answer.send)
        else:
            await _refused(scope, error)(scope, receive, answer.send)
        answer.log()

    def _refusal(self, scope: Scope) -> ForbiddenError | None:
        headers = Headers(scope=scope)
        if len(headers.getlist("host")) != 1 or not self._names.allow(headers.get("host")):
            name = host_of(headers.get("host", "")) or "this name"
            return ForbiddenError(
                f"this dashboard does not answer to {name[:100]!r}: open it under its own address, or start it with"
                " --allow-host NAME",
                source=ErrorSource.HOST,
                reason="host",
            )
        if scope["method"] not in SAFE_METHODS and bearer_of(headers) is None and not sent_by_own_page(headers):
            return ForbiddenError(
                "this was sent by a page of another site: open the dashboard itself and try again",
                source=ErrorSource.HOST,
                reason="origin",
            )
        return None


class _Answer:
    """Adds headers to an answer on its way out, and remembers what to log of it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._status = 0
        self._began = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            static = self._scope["path"].startswith(f"{STATIC_PREFIX}/")
            headers.setdefault("cache-control", "no-cache" if static else "no-store")
        await self._send(message)

    def log(self) -> None:
        """Log the request without its query: that may hold the token."""
        logger.debug(
            "request",
            extra={
                "method": self._scope["method"],
                "path": self._scope["path"],
                "status": self._status,
                "milliseconds": round((time.perf_counter() - self._began) * 1_000),
            },
        )


def _refused(scope: Scope, error: ForbiddenError) -> Response:
    if not f"{scope['path']}/".startswith(f"{API_PREFIX}/"):
        return PlainTextResponse(f"{error.message}\n", status_code=HTTPStatus.FORBIDDEN)
    refusal = refuse(error, HTTPStatus.FORBIDDEN)
    return Response(refusal.body, status_code=refusal.status, headers=dict(refusal.headers))
