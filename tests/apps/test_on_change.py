"""Whoever wants to hear of changes does."""

import secrets

import pytest
from sample_integrations import Gallery

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import UnknownAppError

CONFIG = {"url": "http://nas", "password": "p"}


@pytest.fixture
def apps():
    return AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))


async def test_every_change_is_told_until_nobody_wants_it(apps):
    """Made, changed and deleted; what fails is none."""
    heard = []
    stop = apps.on_change(heard.append)
    await apps.create(name="A", integration=Gallery(), config=CONFIG, app_id="a")
    await apps.update("a", name="B")
    await apps.delete("a")
    with pytest.raises(UnknownAppError):
        await apps.delete("a")
    assert ["a", "a", "a"] == heard
    stop()
    await apps.create(name="A", integration=Gallery(), config=CONFIG, app_id="a")
    assert 3 == len(heard)


async def test_one_who_stops_hears_nothing_and_others_go_on(apps):
    """Also while it is being told."""
    heard = []
    stops = []

    def once(app_id):
        heard.append("once")
        stops[0]()

    stops.append(apps.on_change(once))
    apps.on_change(lambda app_id: heard.append("always"))
    await apps.create(name="A", integration=Gallery(), config=CONFIG, app_id="a")
    await apps.update("a", name="B")
    assert ["once", "always", "always"] == heard
