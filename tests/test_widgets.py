"""The configuration of widgets that show live data."""

import secrets

import pytest

from dashboard_integrations.apps import AppRecord, AppService, InMemoryAppRepository
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import (
    DisabledError,
    InvalidRequestError,
    UnknownAppError,
    UnknownEndpointError,
    UnknownIntegrationError,
)
from dashboard_integrations.registry import Registry
from dashboard_integrations.views import StatCard
from dashboard_integrations.widgets import IntegrationWidgetConfig, WidgetType, check_widget, read_widget_config


class Demo(HttpIntegration[ServiceConfig]):
    """A service with one endpoint."""

    id = "demo"
    name = "Demo"

    @endpoint()
    async def speed(self, connection) -> StatCard:
        """Rates."""
        return StatCard(stats=[])


@pytest.fixture
def registry():
    """Give a registry that knows one integration."""
    registry = Registry()
    registry.register(Demo())
    return registry


@pytest.fixture
def repository():
    """Give a repository with a bookmark and an app of a missing integration."""
    return InMemoryAppRepository(
        [AppRecord(id="wiki", name="Wiki"), AppRecord(id="orphan", name="Orphan", integration_type="gone")]
    )


@pytest.fixture
async def apps(repository):
    """Give a service with one more app, ``nas``."""
    apps = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    await apps.create(name="NAS", integration=Demo(), config={"url": "http://nas.local"}, app_id="nas")
    return apps


def test_the_type_is_a_word_of_the_contract():
    """Hosts store it."""
    assert "integration" == WidgetType.INTEGRATION


def test_a_configuration_is_read_from_camel_case():
    """As it stands in JSON."""
    config = read_widget_config({"appId": "nas", "endpointId": "speed", "refreshInterval": 30})
    assert IntegrationWidgetConfig(app_id="nas", endpoint_id="speed", refresh_interval=30) == config


def test_a_configuration_is_written_in_camel_case():
    """What is stored is what was sent."""
    sent = {"appId": "nas", "endpointId": "speed", "refreshInterval": None}
    assert sent == read_widget_config(sent).model_dump(mode="json")


def test_the_refresh_interval_is_optional():
    """The endpoint's own time to live is the default."""
    assert read_widget_config({"appId": "nas", "endpointId": "speed"}).refresh_interval is None


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ({}, ["appId", "endpointId"]),
        ({"appId": "", "endpointId": "speed"}, ["appId"]),
        ({"appId": "nas", "endpointId": 7}, ["endpointId"]),
        ({"appId": "nas", "endpointId": "speed", "refreshInterval": 4}, ["refreshInterval"]),
        ({"appId": "nas", "endpointId": "speed", "refreshInterval": 86_401}, ["refreshInterval"]),
        ({"appId": "nas", "endpointId": "speed", "refreshInterval": True}, ["refreshInterval"]),
        ({"appId": "nas", "endpointId": "speed", "color": "red"}, ["color"]),
        ([], ["config"]),
        (None, ["config"]),
    ],
    ids=str,
)
def test_a_malformed_configuration_says_where(value, fields):
    """Every wrong field is told, none is passed over."""
    with pytest.raises(InvalidRequestError) as caught:
        read_widget_config(value)
    assert fields == list(caught.value.fields)


async def test_a_widget_that_can_work_passes(apps, registry):
    """App, integration and endpoint are there."""
    await check_widget(IntegrationWidgetConfig(app_id="nas", endpoint_id="speed"), apps=apps, registry=registry)


@pytest.mark.parametrize(
    ("shown", "error", "message"),
    [
        ("nass:speed", UnknownAppError, "did you mean 'nas'"),
        ("wiki:speed", DisabledError, "'Wiki' has no integration"),
        ("orphan:speed", UnknownIntegrationError, "gone"),
        ("nas:sped", UnknownEndpointError, "Demo has no endpoint 'sped'; did you mean 'speed'?"),
    ],
)
async def test_a_widget_that_cannot_work_says_why(apps, registry, shown, error, message):
    """The same typed errors as those of a fetch, with what to do next."""
    app_id, _, endpoint_id = shown.partition(":")
    config = IntegrationWidgetConfig(app_id=app_id, endpoint_id=endpoint_id)
    with pytest.raises(error, match=message):
        await check_widget(config, apps=apps, registry=registry)


async def test_an_app_that_is_switched_off_says_so(apps, registry):
    """A widget of it would show nothing."""
    await apps.update("nas", enabled=False)
    with pytest.raises(DisabledError, match="switched off"):
        await check_widget(IntegrationWidgetConfig(app_id="nas", endpoint_id="speed"), apps=apps, registry=registry)
