"""Opened configurations: kept for as long as they are stored as they are, and nobody's to change."""

import secrets

import pytest
from pydantic import BaseModel, SecretStr

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.service._openings import Openings
from dashboard_integrations.views import Stat, StatCard

CIPHER = ConfigCipher([secrets.token_bytes(32)])


class Config(BaseModel):
    """What it is told."""

    word: str
    password: SecretStr = SecretStr("hidden")


class Options(BaseModel):
    """What it may change and should not."""

    names: list[str] = []


class Parrot(BaseIntegration[Config]):
    """Says what it was told."""

    id = "parrot"
    name = "Parrot"
    extra_config = Options

    @endpoint(ttl=60)
    async def word(self, connection: Connection[Config]) -> StatCard:
        """What it was told."""
        return await self.again(connection)

    @endpoint(ttl=60)
    async def again(self, connection: Connection[Config]) -> StatCard:
        """What it was told, and how many names it has; it leaves one behind."""
        connection.extra.names.append("left behind")
        return StatCard(stats=[Stat(label=connection.config.word, value=len(connection.extra.names))])


class Later(Parrot):
    """The same, one version on."""

    config_version = 2

    def migrate(self, config, *, version):
        return config


class CountingApps(AppService):
    """Counts what is opened."""

    def __init__(self, repository):
        super().__init__(repository, cipher=CIPHER)
        self.opened = 0

    async def open(self, record, integration):
        self.opened += 1
        return await super().open(record, integration)


@pytest.fixture
def repository():
    return InMemoryAppRepository()


@pytest.fixture
def apps(repository):
    return CountingApps(repository)


@pytest.fixture
def parrot():
    return Parrot()


async def make(apps, integration, app_id="app", word="hello"):
    return await apps.create(name="App", integration=integration, config={"word": word}, app_id=app_id)


async def test_it_is_opened_once(apps, parrot):
    """For any number of calls, with what hides its secrets."""
    record = await make(apps, parrot)
    openings = Openings(apps)
    assert await openings.open(record, parrot) is await openings.open(await apps.get("app"), parrot)
    assert "[hidden]" == (await openings.open(record, parrot)).redactor.text("hidden")
    assert 1 == apps.opened


async def test_what_another_process_saved_is_opened_anew(apps, repository, parrot):
    """Nobody tells of it, and the record does."""
    await make(apps, parrot)
    openings = Openings(apps)
    await openings.open(await apps.get("app"), parrot)
    await AppService(repository, cipher=CIPHER).update("app", integration=parrot, config={"word": "bye"})
    assert "bye" == (await openings.open(await apps.get("app"), parrot)).config.auth.word


async def test_another_integration_opens_anew(apps, parrot):
    """One that was registered in its place has models of its own."""
    record = await make(apps, parrot)
    openings = Openings(apps)
    await openings.open(record, parrot)
    await openings.open(record, Parrot())
    assert 2 == apps.opened


async def test_what_is_to_be_migrated_is_not_kept(apps, parrot):
    """Opening it stores it anew, where that can be done."""
    record = await make(apps, parrot)
    openings, later = Openings(apps), Later()
    await openings.open(record, later)
    await openings.open(record, later)
    assert 2 == apps.opened


async def test_what_was_changed_or_called_longest_ago_is_dropped(apps, parrot):
    """A secret is not held for longer than it is of use."""
    records = [await make(apps, parrot, app_id) for app_id in ("a", "b", "c")]
    openings = Openings(apps, most=2)
    for record in (*records[:2], records[0], records[2], records[0]):
        await openings.open(record, parrot)
    assert 3 == apps.opened
    await openings.open(records[1], parrot)
    openings.forget("b")
    await openings.open(records[1], parrot)
    assert 5 == apps.opened


async def test_an_integration_changes_only_its_own(apps, parrot):
    """What a call did to its options is gone with it."""
    registry = Registry()
    registry.register(parrot)
    await make(apps, parrot)
    async with IntegrationService(apps=apps, registry=registry) as service:
        for name in ("word", "again"):
            (stat,) = (await service.fetch_data("app", name)).data.payload.stats
            assert ("hello", 1) == (stat.label, stat.value)
    assert 1 == apps.opened


async def test_an_edit_is_used_at_once(apps, parrot):
    """By the next call."""
    registry = Registry()
    registry.register(parrot)
    await make(apps, parrot)
    async with IntegrationService(apps=apps, registry=registry) as service:
        await service.fetch_data("app", "word")
        await apps.update("app", integration=parrot, config={"word": "bye"})
        answer = await service.fetch_data("app", "word")
    assert "bye" == answer.data.payload.stats[0].label
