"""The fixtures of the kit; what they need is imported when a test asks for them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_dashboard_integrations._guard import without_network
from pytest_dashboard_integrations._users import KIT_FIXTURE

if TYPE_CHECKING:
    from dashboard_integrations import Connection, ServiceConfig
    from dashboard_integrations.testing import AppOpener, Connector, FakeClock, FakeService

__all__ = ["connect", "connection", "fake_clock", "fake_service", "kit", "open_app"]


@pytest.fixture(name=KIT_FIXTURE)
def kit(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the network from a test, also when it asks for its fixtures only while it runs."""
    with without_network(request.node):
        yield


@pytest.fixture
def fake_service(_dashboard_integrations_kit: None) -> "Iterator[FakeService]":
    """Run a service on loopback that answers what the test declares, or replays."""
    from dashboard_integrations.testing import FakeService  # noqa: PLC0415

    with FakeService() as service:
        yield service


@pytest.fixture
def fake_clock(_dashboard_integrations_kit: None) -> "FakeClock":
    """Return a clock that stands still until it is moved; the one of ``open_app``."""
    from dashboard_integrations.testing import FakeClock  # noqa: PLC0415

    return FakeClock()


@pytest.fixture
def open_app(fake_service: "FakeService", fake_clock: "FakeClock") -> "AppOpener":
    """Open apps as ``testing.open_app`` does; the URL is that of ``fake_service``, the clock ``fake_clock``."""
    from dashboard_integrations.testing import AppOpener  # noqa: PLC0415

    return AppOpener(fake_service, clock=fake_clock)


@pytest.fixture
def connect(fake_service: "FakeService") -> "Connector":
    """Make connections as ``testing.connect`` does; the URL is that of ``fake_service``."""
    from dashboard_integrations.testing import Connector  # noqa: PLC0415

    return Connector(fake_service)


@pytest.fixture
def connection(connect: "Connector") -> "Connection[ServiceConfig]":
    """Return a connection to ``fake_service`` without credentials."""
    return connect()
