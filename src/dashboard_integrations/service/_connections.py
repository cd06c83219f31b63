"""Connections: an opened configuration and the pooled transport of its app, put together for one call."""

from collections import OrderedDict
from collections.abc import Mapping, MutableMapping
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.apps import OpenedConfig
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection, Transport
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http import HttpPool
from dashboard_integrations.integration import Integration

__all__ = ["Connections"]

_MOST_STATES = 1_000
_DEFAULT_MAX_RESPONSE_BYTES = 8 * 1024 * 1024


class _NoTransport:
    """Stands in for the transport of an integration whose configuration has no URL."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        raise TypeError("this integration's configuration is not a ServiceConfig: it has no URL to call")


class Connections:
    """Makes connections; one transport and one ``state`` for each key, kept while the key is in use."""

    def __init__(self, pool: HttpPool, *, calls_per_minute: Mapping[str, float] | None = None) -> None:
        self._pool = pool
        self._calls_per_minute = calls_per_minute or {}
        self._states: OrderedDict[str, MutableMapping[str, Any]] = OrderedDict()

    def connect(
        self,
        key: str,
        *,
        integration: Integration,
        opened: OpenedConfig,
        app: AppInfo,
        parameters: BaseModel | None = None,
    ) -> Connection[Any]:
        """Return a connection for one call of ``integration``.

        What the integration gets is its own: changing it changes nothing for the transport or another call.
        """
        transport, state = self._link(key, integration, opened)
        return Connection(
            config=opened.auth.model_copy(deep=True),
            extra=None if opened.extra is None else opened.extra.model_copy(deep=True),
            app=app,
            transport=transport,
            parameters=None if parameters is None else parameters.model_copy(deep=True),
            state=state,
        )

    def _pace_of(self, integration: Integration) -> float | None:
        """Return the lower of what the author and the host say."""
        said = (getattr(integration, "calls_per_minute", None), self._calls_per_minute.get(integration.id))
        return min((limit for limit in said if limit is not None), default=None)

    async def discard(self, key: str) -> None:
        """Close what was kept for ``key``."""
        self._states.pop(key, None)
        await self._pool.discard(key)

    def _link(
        self, key: str, integration: Integration, opened: OpenedConfig
    ) -> tuple[Transport, MutableMapping[str, Any]]:
        if isinstance(opened.auth, ServiceConfig):
            link = self._pool.app(
                key=key,
                config=opened.auth,
                auth=getattr(integration, "auth", None),
                max_response_bytes=getattr(integration, "max_response_bytes", _DEFAULT_MAX_RESPONSE_BYTES),
                calls_per_minute=self._pace_of(integration),
            )
            return link.transport, link.state
        state = self._states.setdefault(key, {})
        self._states.move_to_end(key)
        while len(self._states) > _MOST_STATES:
            self._states.popitem(last=False)
        return _NoTransport(), state
