"""A service to log in at, and an app that does."""

from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.http import HttpPool
from dashboard_integrations.testing import FakeService


class LoginConfig(ServiceConfig):
    """A configuration with every kind of credential field."""

    user: str | None = None
    password: SecretStr | None = None
    key: SecretStr | None = None
    port: int = 1


@pytest.fixture
def config_class():
    return LoginConfig


@pytest.fixture
def service():
    with FakeService() as running:
        yield running


@pytest.fixture
def app_with(service):
    """Return a context manager: the transport of an app with a scheme and a configuration."""

    @asynccontextmanager
    async def open_app(auth, **config):
        async with HttpPool() as pool:
            settings = LoginConfig(**{"url": service.url, "timeout": 60} | config)
            yield pool.app(key="app", config=settings, auth=auth, max_response_bytes=100_000).transport

    return open_app
