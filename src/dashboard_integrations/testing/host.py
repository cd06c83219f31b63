"""A host in memory: one app of one integration behind the real facade, as cards and settings forms see it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.integration import ConnectionReport, Integration
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing.assertions import assert_data, error_of
from dashboard_integrations.testing.clock import FakeClock
from dashboard_integrations.views import AnyView

__all__ = ["OpenedApp", "open_app"]

_APP_ID = "app"
_LONGER_THAN_STALE = 7_200.0


class OpenedApp:
    """Looks at an app as a host does; every look is hours after the one before, so it is never of a snapshot.

    ``service`` is the running facade, in which the app is saved as ``id``; ``clock`` is its time.
    """

    id = _APP_ID

    def __init__(
        self,
        service: IntegrationService,
        *,
        integration: Integration,
        config: Mapping[str, object],
        parameters: Mapping[str, Mapping[str, object]] | None = None,
        clock: FakeClock,
    ) -> None:
        self.service = service
        self.integration = integration
        self.config = config
        self.clock = clock
        self._parameters = parameters or {}

    async def fetch(self, endpoint_id: str, parameters: Mapping[str, object] | None = None) -> Envelope[EndpointData]:
        """Return the envelope of new data; ``parameters`` are those the app was opened with unless given."""
        self.clock.advance(_LONGER_THAN_STALE)
        asked_with = self._parameters.get(endpoint_id) if parameters is None else parameters
        return await self.service.fetch_data(_APP_ID, endpoint_id, parameters=asked_with)

    async def show(
        self, endpoint_id: str, parameters: Mapping[str, object] | None = None, *, tries: int = 1
    ) -> AnyView:
        """Return what the endpoint's card shows; fail with the reason and what to do when there is nothing new.

        Where an app has a short time limit, more ``tries`` tell a busy machine from a service that does not answer.
        """
        envelope = await self.fetch(endpoint_id, parameters)
        for _ in range(tries - 1):
            if error_of(envelope) is None:
                break
            envelope = await self.fetch(endpoint_id, parameters)
        return assert_data(envelope, of=f"the endpoint {endpoint_id!r}").payload

    async def failure(self, endpoint_id: str, parameters: Mapping[str, object] | None = None) -> ErrorBody:
        """Return why there is no new data, be there a snapshot or not; fail when there is new data."""
        envelope = await self.fetch(endpoint_id, parameters)
        error = error_of(envelope)
        if error is None:
            shown = "" if envelope.data is None else f": {envelope.data.encoded.decode()}"
            raise AssertionError(
                f"the endpoint {endpoint_id!r} shows data although it was expected to fail{shown}\n"
                "  What to do: an integration lets errors rise, and shows nothing it was not told. Look for an 'except'"
                " that returns a view, and for a default that stands in for what the service did not say."
            )
        return error

    async def test(self, **changes: object) -> Envelope[ConnectionReport]:
        """Press "Test connection" in a form with these changes to the configuration."""
        config = {**self.config, **changes}
        return await self.service.test_connection(integration_type=self.integration.id, config=config)


@asynccontextmanager
async def open_app(
    integration: Integration | type[Integration],
    *,
    config: Mapping[str, object] | None = None,
    extra: Mapping[str, object] | None = None,
    parameters: Mapping[str, Mapping[str, object]] | None = None,
    clock: FakeClock | None = None,
) -> AsyncIterator[OpenedApp]:
    """Save one app of ``integration`` and open the facade it lives in.

    ``config`` and ``extra`` are what a form would send, ``parameters`` by endpoint id what endpoints are asked with.
    A configuration that is not valid raises ``InvalidConfigError``::

        with FakeService() as service:
            service.replay(recording)
            async with open_app(Syncthing, config={**recording.config, "url": service.url}) as app:
                view = await app.show("devices")
    """
    made = integration() if isinstance(integration, type) else integration
    time = FakeClock() if clock is None else clock
    registry = Registry()
    registry.register(made)
    entered = {**(config or {}), **(extra or {})}
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    await apps.create(name="App", integration=made, config=entered, app_id=_APP_ID)
    async with IntegrationService(apps=apps, registry=registry, cache=MemoryCache(clock=time), clock=time) as service:
        yield OpenedApp(service, integration=made, config=entered, parameters=parameters, clock=time)
