"""What the fixtures ``open_app`` and ``connect`` are: functions of the same name that know a fake service."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.connection import Connection
from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.clock import FakeClock
from dashboard_integrations.testing.connecting import connect
from dashboard_integrations.testing.fake_service import FakeService
from dashboard_integrations.testing.host import OpenedApp, open_app

__all__ = ["AppOpener", "Connector"]


class AppOpener:
    """``testing.open_app`` for apps of a fake service, on one clock; what is given counts more."""

    def __init__(self, service: FakeService, *, clock: FakeClock) -> None:
        self._service = service
        self._clock = clock

    def __call__(
        self,
        integration: Integration | type[Integration],
        *,
        config: Mapping[str, object] | None = None,
        extra: Mapping[str, object] | None = None,
        parameters: Mapping[str, Mapping[str, object]] | None = None,
        clock: FakeClock | None = None,
    ) -> AbstractAsyncContextManager[OpenedApp]:
        """Save one app and open the facade it lives in; the URL is the service's where the integration has one."""
        made = integration() if isinstance(integration, type) else integration
        address = {"url": self._service.url} if "url" in made.auth_config.model_fields else {}
        return open_app(
            made,
            config={**address, **(config or {})},
            extra=extra,
            parameters=parameters,
            clock=self._clock if clock is None else clock,
        )


class Connector:
    """``testing.connect`` to a fake service."""

    def __init__(self, service: FakeService) -> None:
        self._service = service

    def __call__(
        self,
        integration: Integration | type[Integration] | None = None,
        *,
        config: Mapping[str, object] | None = None,
        extra: Mapping[str, object] | None = None,
        parameters: BaseModel | None = None,
    ) -> Connection[Any]:
        """Return a connection, as an integration's methods get it."""
        whole = {"url": self._service.url, **(config or {})}
        return connect(integration, config=whole, extra=extra, parameters=parameters)
