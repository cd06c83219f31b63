"""What an integration has to be, and what it is told when it is not."""

import logging
from dataclasses import replace

import pytest
from pydantic import BaseModel, Field

from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.integration import ConnectionReport, Endpoint
from dashboard_integrations.registry import PluginState, Registry
from dashboard_integrations.views import StatCard, ViewKind

SPEED = Endpoint(id="speed", name="Speed", view=ViewKind.STAT_CARD)


class Config(BaseModel):
    url: str


class Clash(BaseModel):
    address: str = Field(alias="url")


class Opaque:
    """A type pydantic knows nothing of."""


class NoSchema(BaseModel, arbitrary_types_allowed=True):
    thing: Opaque


class Honest:
    """Fulfils the protocol without our base class."""

    id = "honest"
    name = "Honest"
    icon = "honest"
    description = ""
    capabilities = ()
    api_version = 1
    auth_config = Config
    extra_config = None
    endpoints = (SPEED,)

    async def test_connection(self, connection):
        return ConnectionReport()

    async def fetch_data(self, endpoint_id, connection):
        return StatCard(stats=[])


def lie(**attributes):
    """Return an honest integration but for these attributes."""
    return type("Liar", (Honest,), attributes)


class Unreadable(Honest):
    @property
    def endpoints(self):
        raise RuntimeError("not today")


class Silent(Honest):
    @property
    def endpoints(self):
        raise AttributeError


class Unversioned(Honest):
    @property
    def config_version(self):
        raise RuntimeError("not today")


class Abstract(BaseIntegration[Config]):
    id = "abstract"
    name = "Abstract"

    def __init__(self, required: int) -> None:
        self.required = required


class NotAsync(BaseIntegration[Config]):
    id = "not-async"
    name = "Not async"

    @endpoint()
    def speed(self, connection) -> StatCard:
        return StatCard(stats=[])


def test_the_protocol_is_enough():
    """Nothing requires our base class."""
    registry = Registry()
    registry.register(Honest)
    assert "honest" == registry.get("honest").id


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"id": "Not An Id"}, "id 'Not An Id' should be lower-case letters"),
        ({"id": "a--b"}, "id 'a--b' should be"),
        ({"id": 7}, "id 7 should be"),
        ({"name": None}, "name should be text, not None"),
        ({"name": " "}, "name is empty"),
        ({"icon": b"x"}, "icon should be text"),
        ({"capabilities": "dns-filter"}, "capabilities should be a sequence of texts"),
        ({"api_version": "1"}, "api_version should be an integer, not '1'"),
        ({"api_version": True}, "api_version should be an integer"),
        ({"auth_config": {"url": str}}, "auth_config should be a pydantic model class"),
        ({"auth_config": Config(url="x")}, "auth_config should be a pydantic model class"),
        ({"auth_config": NoSchema}, "auth_config has no JSON schema"),
        ({"extra_config": object}, "extra_config should be a pydantic model class"),
        ({"extra_config": Config}, "auth_config and extra_config both have: url"),
        ({"extra_config": Clash}, "auth_config and extra_config both have: url"),
        ({"endpoints": None}, "endpoints should be a sequence of Endpoint, not None"),
        ({"endpoints": "speed"}, "endpoints should be a sequence of Endpoint, not 'speed'"),
        ({"endpoints": ["speed"]}, r"endpoints\[0\] should be an Endpoint, not 'speed'"),
        ({"endpoints": [SPEED, SPEED]}, "two endpoints have the id 'speed'"),
        ({"endpoints": [replace(SPEED, id="a/b")]}, r"endpoints\[0\].id 'a/b' should be"),
        ({"endpoints": [replace(SPEED, name=None)]}, r"endpoints\[0\].name should be text"),
        ({"endpoints": [replace(SPEED, ttl=0)]}, r"endpoints\[0\].ttl should be a number of seconds above 0"),
        ({"endpoints": [replace(SPEED, ttl=float("nan"))]}, r"endpoints\[0\].ttl should be"),
        ({"endpoints": [replace(SPEED, ttl="10")]}, r"endpoints\[0\].ttl should be"),
        ({"endpoints": [replace(SPEED, view="hologram")]}, r"endpoints\[0\].view should be one of stat-card"),
        ({"endpoints": [replace(SPEED, parameters=dict)]}, r"endpoints\[0\].parameters should be a pydantic model"),
        ({"test_connection": lambda self, connection: None}, "test_connection should be an async method"),
        ({"fetch_data": Honest.test_connection}, r"fetch_data should take \(endpoint_id, connection\)"),
        ({"fetch_data": None}, "fetch_data should be an async method"),
        ({"config_version": 0}, "config_version should be an integer from 1 on, not 0"),
        ({"config_version": True}, "config_version should be an integer from 1 on, not True"),
        ({"config_version": "2"}, "config_version should be an integer from 1 on, not '2'"),
        ({"config_version": 2}, "it has config_version 2 and no migrate"),
        ({"config_version": 2, "migrate": Honest.fetch_data}, "migrate should be a method that is not async"),
        ({"config_version": 2, "migrate": {}}, "migrate should be a method that is not async"),
        ({"config_version": 2, "migrate": lambda self, config: config}, r"migrate should take \(config, \*, version\)"),
    ],
)
def test_a_lie_is_told_by_its_attribute(attributes, problem):
    """Every attribute of the protocol is looked at."""
    with pytest.raises(TypeError, match=problem):
        Registry().register(lie(**attributes))


def test_a_version_needs_no_base_class():
    """An object of one's own has a second version as well."""
    registry = Registry()
    registry.register(lie(config_version=2, migrate=lambda self, config, *, version: config))
    assert 2 == registry.get("honest").config_version


def test_the_migrate_of_the_base_class_is_none():
    """Who raises the version and forgets the rest is told before an app needs it."""

    class Forgotten(BaseIntegration[Config]):
        id = "forgotten"
        name = "Forgotten"
        config_version = 3

    with pytest.raises(TypeError, match="it has config_version 3 and no migrate"):
        Registry().register(Forgotten)


def test_all_problems_are_told_at_once():
    """An author repairs them in one go."""
    with pytest.raises(TypeError, match=r"name is empty; .*endpoints should be"):
        Registry().register(lie(name="", endpoints=None))


@pytest.mark.parametrize(
    ("integration", "problem"),
    [
        (Unreadable, r"its endpoints cannot be read \(RuntimeError: not today\)"),
        (Silent, "it has no endpoints"),
        (Unversioned, r"its config_version or migrate cannot be read \(RuntimeError: not today\)"),
        (NotAsync, "its endpoints cannot be read .* must be an async method"),
        (Abstract, "required"),
        (object, "it has no id"),
        (None, "it has no id"),
        (len, "it has no id"),
    ],
)
def test_what_cannot_be_read_is_no_integration(integration, problem):
    """Whatever the object does when it is looked at."""
    with pytest.raises(TypeError, match=problem):
        Registry().register(integration)


def test_an_async_callable_serves_as_a_method():
    """What can be awaited can be called."""

    class Call:
        async def __call__(self, connection):
            return ConnectionReport()

    registry = Registry()
    registry.register(lie(test_connection=Call()))
    assert "honest" == registry.get("honest").id


LIES = {
    "endpoints": "Good.endpoints = ['speed']",
    "id": "Good.id = 'another'",
    "auth": "Good.auth_config = dict",
    "sync": "Good.fetch_data = lambda self, endpoint_id, connection: None",
    "exit": "Good.__init__ = lambda self: exit()",
    "exit-later": "Good.name = property(lambda self: exit())",
}


@pytest.mark.parametrize("plugin", list(LIES))
def test_an_installed_plugin_that_lies_is_a_broken_row(site, caplog, plugin):
    """The reason names the distribution."""
    package = site.good("liar", plugin)
    with (site.path / f"{package}.py").open("a") as file:
        file.write(LIES[plugin])
    registry = Registry.from_entry_points()
    with caplog.at_level(logging.CRITICAL), pytest.raises(UnknownIntegrationError):
        registry.get(plugin)
    (found,) = [entry for entry in registry.list() if entry.id == plugin]
    assert (PluginState.BROKEN, True) == (found.state, (found.reason or "").startswith("liar 1.0 (liar:Good): "))
