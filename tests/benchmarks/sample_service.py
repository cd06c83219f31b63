"""A service over one integration that answers from this process, for benchmarks."""

import secrets
from collections.abc import Sequence
from typing import Any

import anyio
from pydantic import BaseModel

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.views import Stat, StatCard

__all__ = ["Meter", "Nothing", "sample_service"]


class Nothing(BaseModel):
    """No configuration."""


class Meter(BaseIntegration[Nothing]):
    """Counts its calls; they take ``pause`` seconds."""

    id = "meter"
    name = "Meter"
    calls = 0
    pause = 0.0
    fails = False

    @endpoint(ttl=3_600)
    async def count(self, connection: Connection[Nothing]) -> StatCard:
        """How often it was asked."""
        type(self).calls += 1
        await anyio.sleep(self.pause)
        if self.fails:
            raise ConnectionRefusedError("no")
        return StatCard(stats=[Stat(label=f"Figure {number}", value=number * 1.5, unit="MB/s") for number in range(6)])


async def sample_service(app_ids: Sequence[str] = ("app",), **options: Any) -> IntegrationService:
    """Return a service with these apps, and an integration class of its own, that was not entered yet."""
    registry = Registry()
    registry.register(type("MeterOnce", (Meter,), {}))
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    for app_id in app_ids:
        await apps.create(name=app_id, integration=registry.get("meter"), config={}, app_id=app_id)
    return IntegrationService(apps=apps, registry=registry, **({"blocking_threshold": None} | options))
