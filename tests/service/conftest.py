"""A service over one integration and a fake upstream, for the tests of the facade."""

import secrets
from contextlib import asynccontextmanager

import pytest
from pydantic import BaseModel, SecretStr

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.auth import ApiKeyHeader
from dashboard_integrations.authoring import BaseIntegration, HttpIntegration, endpoint
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing import FakeService
from dashboard_integrations.views import Alert, AlertBanner, Gauge, Severity, Stat, StatCard

CANARY = "canary-5ecret-value"
UNHURRIED = {"deadline": 60.0, "batch_patience": 60.0, "refresh_patience": 60.0, "blocking_threshold": None}
"""Time enough for the slowest machine: whose test is about running out of it says how much there is."""


class Config(ServiceConfig):
    api_key: SecretStr | None = None


class Window(BaseModel):
    minutes: int = 5


class Meter(HttpIntegration[Config]):
    """A meter that counts."""

    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Api-Key", "api_key")

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        answer = await connection.get_json("/version")
        return ConnectionReport(version=answer["version"], details={"note": answer.get("note", "")})

    @endpoint(ttl=10)
    async def count(self, connection: Connection[Config]) -> StatCard:
        """How much it counted."""
        answer = await connection.get_json("/count")
        return StatCard(stats=[Stat(label="Count", value=answer["count"], unit=answer.get("unit"))])

    @endpoint(ttl=10)
    async def window(self, connection: Connection[Config], window: Window) -> Gauge:
        """How much it counted in the last minutes."""
        answer = await connection.get_json("/count", params={"minutes": window.minutes})
        return Gauge(label=f"{window.minutes} min", value=answer["count"])

    @endpoint(ttl=10)
    async def alarms(self, connection: Connection[Config]) -> AlertBanner:
        """What is wrong."""
        answer = await connection.get_json("/alarms")
        return AlertBanner(alerts=[Alert(id=a, severity=Severity(s), title=a) for a, s in answer])


class Plain(BaseModel):
    """A configuration without a URL."""


class Odd(BaseIntegration[Plain]):
    """Does whatever its test tells it to."""

    id = "odd"
    name = "Odd"
    behaviour = None

    async def test_connection(self, connection: Connection[Plain]) -> ConnectionReport:
        return await type(self).behaviour(connection)

    @endpoint(ttl=10)
    async def value(self, connection: Connection[Plain]) -> Gauge:
        """Return what the test wants."""
        return await type(self).behaviour(connection)


class FakeTime:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


class Setup:
    """What a test has in hand: ``upstream`` answers, ``open()`` gives the running service."""

    def __init__(self, upstream, time):
        self.upstream = upstream
        self.time = time
        self.repository = InMemoryAppRepository()
        self.cipher = ConfigCipher([secrets.token_bytes(32)])
        self.apps = AppService(self.repository, cipher=self.cipher)
        self.registry = Registry()
        self.meter = Meter()
        self.odd = type("OddOnce", (Odd,), {})
        self.registry.register(self.meter)
        self.registry.register(self.odd)

    @asynccontextmanager
    async def open(self, **options):
        async with self.service(**options) as service:
            yield service

    def service(self, **options):
        options = {"cache": MemoryCache(clock=self.time), "clock": self.time} | UNHURRIED | options
        return IntegrationService(apps=self.apps, registry=self.registry, **options)

    @asynccontextmanager
    async def hurry(self, *, grace=0.1):
        """Yield a service whose calls have little time, while callers wait for their end as long as it takes."""
        async with self.open(grace=grace) as service:
            self.give_time(service, 0.3)
            yield service

    def give_time(self, service, seconds=UNHURRIED["deadline"]):
        """Give calls that begin from now on another deadline than ``service`` was made with."""
        object.__setattr__(service._running.snapshots.refresher, "deadline", seconds)

    async def add_meter(self, app_id="meter-1", **config):
        config = {"url": self.upstream.url, "api_key": CANARY, "timeout": 60, **config}
        return await self.apps.create(name=app_id, integration=self.meter, config=config, app_id=app_id)

    async def add_odd(self, behaviour, app_id="odd-1"):
        self.odd.behaviour = staticmethod(behaviour)
        integration = self.registry.get("odd")
        return await self.apps.create(name=app_id, integration=integration, config={}, app_id=app_id)


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def setup(time):
    with FakeService() as upstream:
        upstream.reply("GET", "/version", json={"version": "2.1"})
        upstream.reply("GET", "/count", json={"count": 42})
        upstream.reply("GET", "/alarms", json=[])
        yield Setup(upstream, time)
