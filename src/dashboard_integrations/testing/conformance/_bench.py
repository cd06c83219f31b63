"""The bench: apps of one integration behind the real facade, each with a service of its own."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.integration import Integration
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing.clock import FakeClock
from dashboard_integrations.testing.conformance._case import Alter, Case, CaseHost
from dashboard_integrations.testing.conformance._subject import TEST, Subject
from dashboard_integrations.testing.fake_service import FakeService

__all__ = ["LONG", "Bench", "open_bench"]

ServiceT = TypeVar("ServiceT", bound=FakeService)

LONG = 60.0
"""More seconds than anything here takes on a busy machine."""

_LONG_AFTER = 2 * 86_400.0
_MANY = 1_000


class Bench:
    """Makes apps and looks at them, as cards and forms of a host would."""

    def __init__(
        self, subject: Subject, integration: Integration, *, host: CaseHost, apps: AppService, clock: FakeClock
    ) -> None:
        self.subject = subject
        self.host = host
        self.clock = clock
        self._integration = integration
        self._apps = apps
        self._service: IntegrationService | None = None
        self._working: Sequence[str] | None = None
        self._ids: dict[FakeService, str] = {}

    @property
    def service(self) -> IntegrationService:
        """The facade."""
        if self._service is None:
            raise RuntimeError("this bench is not running")
        return self._service

    @service.setter
    def service(self, service: IntegrationService) -> None:
        self._service = service

    async def case(self, *, alter: Alter | None = None) -> Case:
        """Return the healthy service of a new app."""
        return await self.settle(self.host.add(alter=alter))

    async def settle(self, service: ServiceT, *, timeout: float | None = None) -> ServiceT:
        """Let ``service`` answer as declared, and make an app for it."""
        self.subject.declare(service)
        # Not by its address: a port that was given back may be given to the next one.
        self._ids[service] = f"app-{len(self._ids)}"
        await self._apps.create(
            app_id=self._ids[service],
            name="App",
            integration=self._integration,
            config=self.subject.config_at(service.url, timeout=timeout),
        )
        return service

    async def ask(self, service: FakeService, target: str, *, timeout: float | None = None) -> Envelope[object]:
        """Return what the app of ``service`` shows for an endpoint, or what a test of its connection says."""
        if target == TEST:
            return await self.test(self.subject.config_at(service.url, timeout=timeout))
        parameters = self.subject.parameters.get(target)
        return await self.service.fetch_data(self._ids[service], target, parameters=parameters)

    async def test(self, config: Mapping[str, object]) -> Envelope[object]:
        """Return what a test of this configuration says."""
        return await self.service.test_connection(integration_type=self._integration.id, config=config)

    async def working(self) -> Sequence[str]:
        """Return the targets that work while all is well: others are the business of the checks that find them."""
        if self._working is None:
            envelopes = {target: await self.ask(await self.case(), target) for target in self.subject.targets}
            self._working = tuple(target for target, envelope in envelopes.items() if envelope.success)
        return self._working

    async def retry(self, service: FakeService) -> None:
        """Let much time pass, and do what a person does whose credentials were refused."""
        self.clock.advance(_LONG_AFTER)
        await self.service.retry(self._ids[service])


@asynccontextmanager
async def open_bench(subject: Subject, *, max_response_bytes: int | None = None) -> AsyncIterator[Bench]:
    """Yield a bench for an integration made anew, whose service may answer so much at most."""
    registry = Registry()
    integration = subject.new()
    if max_response_bytes is not None:
        vars(integration)["max_response_bytes"] = max_response_bytes
    registry.register(integration)
    clock = FakeClock()
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    with CaseHost() as host:
        bench = Bench(subject, integration, host=host, apps=apps, clock=clock)
        async with IntegrationService(
            apps=apps,
            registry=registry,
            cache=MemoryCache(clock=clock),
            clock=clock,
            deadline=LONG,
            calls_per_app=_MANY,
            calls_in_all=_MANY,
            blocking_threshold=None,
        ) as bench.service:
            yield bench
