"""The registry as a host uses it: registering, listing, and asking for what is not there."""

import pytest
from pydantic import BaseModel

from dashboard_integrations.authoring import BaseIntegration
from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.registry import PluginEntry, PluginOrigin, PluginState, Registry


class Config(BaseModel):
    url: str


class Transmission(BaseIntegration[Config]):
    id = "transmission"
    name = "Transmission"


class Deluge(BaseIntegration[Config]):
    id = "deluge"
    name = "Deluge"


@pytest.fixture
def registry():
    """Return a registry of two integrations."""
    made = Registry()
    made.register(Transmission)
    made.register(Deluge())
    return made


def test_a_registered_integration_is_active(registry):
    """A class and an instance alike."""
    assert [("deluge", "active"), ("transmission", "active")] == [(row.id, row.state) for row in registry.list()]


def test_a_registered_integration_has_no_distribution():
    """Its row says where its code is."""
    made = Registry()
    made.register(Deluge)
    expected = PluginEntry(
        id="deluge",
        state=PluginState.ACTIVE,
        origin=PluginOrigin.REGISTERED,
        value=f"{__name__}:Deluge",
    )
    assert (expected,) == made.list()


def test_an_id_is_registered_once(registry):
    """A second one is a mistake in the calling code."""
    with pytest.raises(ValueError, match=r"the id 'deluge' is taken by .*pass replace=True"):
        registry.register(Deluge)


def test_a_registered_integration_can_be_replaced(registry):
    """The newer one is given from then on."""
    newer = Deluge()
    registry.register(newer, replace=True)
    assert newer is registry.get("deluge")


def test_registering_can_replace_what_is_installed(site):
    """Whatever its state: here it is blocked."""
    site.good("some-dist", "deluge")
    registry = Registry.from_entry_points(block=["deluge"])
    registry.register(Deluge, replace=True)
    assert "Deluge" == registry.get("deluge").name


def test_an_integration_for_a_newer_api_cannot_be_registered():
    """It is a mistake in the calling code."""

    class Newer(Deluge):
        api_version = 2

    with pytest.raises(ValueError, match="made for API v2 and this version supports v1"):
        Registry().register(Newer)


def test_a_misspelt_id_gets_a_hint(registry):
    """What, which, and what next."""
    expected = "no integration named 'transmision'; did you mean 'transmission'? installed: deluge, transmission"
    with pytest.raises(UnknownIntegrationError) as caught:
        registry.get("transmision")
    assert (expected, "not-installed") == (caught.value.message, caught.value.reason)


def test_an_id_like_none_gets_the_list(registry):
    """There is nothing to guess."""
    with pytest.raises(UnknownIntegrationError, match=r"^no integration named 'xyz'; installed: deluge, transmission$"):
        registry.get("xyz")


def test_an_empty_registry_says_so():
    """The next step is to install something."""
    with pytest.raises(UnknownIntegrationError, match="none is installed: install a package"):
        Registry().get("deluge")


def test_a_very_long_id_is_shortened(registry):
    """An id may come from a request."""
    with pytest.raises(UnknownIntegrationError) as caught:
        registry.get("x" * 100_000)
    assert len(caught.value.message) < 200


def test_a_list_is_a_snapshot(registry):
    """What happens later does not change it."""
    before = registry.list()
    registry.register(type("Third", (Deluge,), {"id": "third"}))
    assert (2, 3) == (len(before), len(registry.list()))


async def test_loading_what_is_not_there_is_told_at_once(registry):
    """The asynchronous call raises the same error."""
    with pytest.raises(UnknownIntegrationError, match="no integration named 'nope'"):
        await registry.load("nope")
