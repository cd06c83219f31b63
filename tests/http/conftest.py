"""A service to call, and a transport that calls it."""

from contextlib import asynccontextmanager

import pytest

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.http import HttpPool
from dashboard_integrations.testing import FakeService


@pytest.fixture
def service():
    with FakeService() as running:
        yield running


@pytest.fixture
def transport_to():
    """Return a context manager: the transport to a URL, in a pool of its own."""

    @asynccontextmanager
    async def open_transport(url, *, auth=None, max_response_bytes=100_000, **config):
        async with HttpPool() as pool:
            settings = ServiceConfig(**{"url": url, "timeout": 60} | config)
            app = pool.app(key="app", config=settings, auth=auth, max_response_bytes=max_response_bytes)
            yield app.transport

    return open_transport
