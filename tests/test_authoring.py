"""The base classes read what an author wrote and refuse what they cannot."""

import pytest
from pydantic import BaseModel, SecretStr

from dashboard_integrations.authoring import BaseIntegration, HttpIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.errors import UnknownEndpointError
from dashboard_integrations.integration import ConnectionReport, Endpoint, Integration
from dashboard_integrations.views import Gauge, StatCard, View, ViewKind


class Config(ServiceConfig):
    password: SecretStr | None = None


class Window(BaseModel):
    minutes: int = 5


class Example(HttpIntegration[Config]):
    """An example of a service.

    More words that are not the description.
    """

    id = "example"
    name = "Example"

    @endpoint(ttl=10)
    async def active_torrents(self, connection: Connection[Config]) -> StatCard:
        """How many are active.

        And more.
        """
        raise AssertionError

    @endpoint(ttl=5, id="load", name="System load", description="Said.")
    async def whatever(self, connection: Connection[Config], window: Window) -> Gauge:
        return Gauge(label="Load", value=window.minutes)


def connect(parameters=None):
    return Connection(config=Config(url="http://nas"), app=AppInfo("1", "NAS"), transport=None, parameters=parameters)


def test_is_an_integration():
    """An instance fulfils the protocol."""
    assert isinstance(Example(), Integration)


def test_config_follows_from_the_class_argument():
    """The type argument is the configuration."""
    assert Example.auth_config is Config


def test_description_is_the_first_line():
    """The docstring's first line is the description, and the icon is the id."""
    assert (Example.description, Example.icon) == ("An example of a service.", "example")


def test_endpoints():
    """Endpoints are read from the methods, in their order."""
    assert Example().endpoints == (
        Endpoint(
            id="active_torrents",
            name="Active torrents",
            description="How many are active.",
            ttl=10.0,
            view=ViewKind.STAT_CARD,
        ),
        Endpoint(id="load", name="System load", description="Said.", ttl=5.0, view=ViewKind.GAUGE, parameters=Window),
    )


async def test_fetch_data_passes_parameters():
    """The parameters of the call reach the method."""
    view = await Example().fetch_data("load", connect(Window(minutes=15)))
    assert view == Gauge(label="Load", value=15)


async def test_unknown_endpoint():
    """An unknown endpoint says which there are."""
    with pytest.raises(UnknownEndpointError, match="it has: active_torrents, load"):
        await Example().fetch_data("speed", connect())


async def test_default_test_says_nothing():
    """Without a test of its own an integration reports nothing found."""
    assert await Example().test_connection(connect()) == ConnectionReport()


def test_inherited_and_overridden_endpoints():
    """A subclass keeps the endpoints it inherits and replaces those it writes again."""

    class Better(Example):
        id = "better"

        @endpoint(ttl=60)
        async def active_torrents(self, connection: Connection[Config]) -> StatCard:
            """Better."""
            raise AssertionError

    assert [(item.id, item.ttl) for item in Better().endpoints] == [("active_torrents", 60.0), ("load", 5.0)]


def refused(returned, *, parameters=(), is_async=True):
    """Return an integration with one endpoint that returns ``returned``."""
    names = ", ".join(["self", "connection", *parameters])
    source = f"{'async ' if is_async else ''}def method({names}): ..."
    scope = {}
    exec(source, scope)
    method = scope["method"]
    if returned is not None:
        method.__annotations__["return"] = returned
    return type("Wrong", (BaseIntegration,), {"method": endpoint()(method)})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (refused(None), "must say which view"),
        (refused(int), "must say which view"),
        (refused(View), "one of the views|must say which view"),
        (refused(StatCard | None), "must say which view"),
        (refused(StatCard, is_async=False), "must be an async method"),
        (refused(StatCard, parameters=["a"]), "at most one pydantic model"),
        (refused(StatCard, parameters=["a", "b"]), "at most one pydantic model"),
    ],
)
def test_wrong_endpoints(wrong, why):
    """A method that cannot be an endpoint is a TypeError that names it."""
    with pytest.raises(TypeError, match=why):
        _ = wrong().endpoints


@pytest.mark.parametrize("ttl", [0, -1, float("nan")])
def test_ttl_must_be_positive(ttl):
    """A time to live of nothing would call the service for every viewer."""
    with pytest.raises(ValueError, match="more than 0"):
        endpoint(ttl=ttl)
