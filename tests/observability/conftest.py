"""A service over one integration that does what its test wants."""

import secrets

import pytest
from pydantic import BaseModel

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import AuthFailedError
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.views import Gauge

CANARY = "canary-5ecret-value"


class Nothing(BaseModel):
    """No configuration."""


class Meter(BaseIntegration[Nothing]):
    """Works, or does not."""

    id = "meter"
    name = "Meter"
    seen: list[object]

    async def test_connection(self, connection: Connection[Nothing]) -> ConnectionReport:
        return ConnectionReport(version="1")

    @endpoint(ttl=3600)
    async def value(self, connection: Connection[Nothing]) -> Gauge:
        """A value."""
        self.during()
        return Gauge(label="a", value=1)

    @endpoint(ttl=3600)
    async def refused(self, connection: Connection[Nothing]) -> Gauge:
        """No value."""
        raise AuthFailedError(CANARY)

    def during(self) -> None:
        """What a test wants to know of the moment of the call."""


class Bench:
    def __init__(self):
        self.meter = Meter()
        self.registry = Registry()
        self.registry.register(self.meter)
        self.apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))

    async def open(self, observer):
        await self.apps.create(name="App", integration=self.meter, config={}, app_id="app-1")
        return IntegrationService(
            apps=self.apps, registry=self.registry, observer=observer, refresh_patience=60, blocking_threshold=None
        )


@pytest.fixture
def bench():
    return Bench()
