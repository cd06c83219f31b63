"""An integration called without a dashboard around it, to see what it itself does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dashboard_integrations.apps import OpenedConfig
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection, Transport
from dashboard_integrations.errors import InternalError
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http import HttpPool
from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.conformance._subject import TEST, Subject

__all__ = ["Linked", "linked"]

_MOST_BYTES = 8 * 1024 * 1024


class _NoService:
    async def send(self, request: HttpRequest) -> HttpResponse:
        raise InternalError("this integration has no URL to call")


class _Noted:
    """A transport that remembers what it was asked for."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.sent: list[str] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(f"{request.method.upper()} /{request.path.lstrip('/')}")
        return await self._transport.send(request)


class Linked:
    """An integration and one app of it, over a pool of real connections."""

    def __init__(
        self, subject: Subject, integration: Integration, opened: OpenedConfig, *, transport: Transport, state: Any
    ) -> None:
        self.integration = integration
        self.opened = opened
        self._subject = subject
        self._transport = _Noted(transport)
        self._state = state

    @property
    def sent(self) -> frozenset[str]:
        """What the integration itself asked for, by method and path: not what its auth scheme did."""
        return frozenset(self._transport.sent)

    def connection(self, target: str) -> Connection[Any]:
        """Return the connection that a call of ``target`` gets."""
        return Connection(
            config=self.opened.auth,
            extra=self.opened.extra,
            app=AppInfo("app", "App"),
            transport=self._transport,
            parameters=self._subject.parameters_of(target),
            state=self._state,
        )

    async def call(self, target: str) -> object:
        """Return what the integration returns for an endpoint or the test; raise what it raises."""
        connection = self.connection(target)
        if target == TEST:
            return await self.integration.test_connection(connection)
        return await self.integration.fetch_data(target, connection)


@asynccontextmanager
async def linked(
    subject: Subject,
    url: str,
    *,
    shown_url: str | None = None,
    config: dict[str, object] | None = None,
    integration: Integration | None = None,
) -> AsyncIterator[Linked]:
    """Yield the integration with an app whose service is at ``url``.

    ``shown_url`` is what the integration reads in its configuration instead; its connection goes to ``url`` all the
    same. ``config`` stands in for the configuration of the subject.
    """
    one = subject.new() if integration is None else integration
    real = subject.opened(subject.config_at(url) if config is None else config)
    shown = real if shown_url is None else subject.opened(subject.config_at(shown_url))
    async with HttpPool() as pool:
        if isinstance(real.auth, ServiceConfig):
            link = pool.app(
                key="app",
                config=real.auth,
                auth=getattr(one, "auth", None),
                max_response_bytes=getattr(one, "max_response_bytes", _MOST_BYTES),
            )
            yield Linked(subject, one, shown, transport=link.transport, state=link.state)
        else:
            yield Linked(subject, one, shown, transport=_NoService(), state={})
