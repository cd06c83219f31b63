"""Configurations over time: what an earlier version of an integration saved is brought to the present one, once."""

import json
import logging
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from dashboard_integrations.apps import AppRecord, AppRepository, AppService, InMemoryAppRepository
from dashboard_integrations.apps.rotation import rotate_keys
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import (
    ErrorSource,
    InternalError,
    InvalidConfigError,
    SecretUnreadableError,
    UnsupportedVersionError,
)
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade

CANARY = "canary/secret+1"
FIRST = {"url": "http://nas.local:8080", "user": "ada", "pass": CANARY, "minutes": 2}
TIMEOUT = 0.05


class First(HttpIntegration[ServiceConfig]):
    """A service, as its integration was first published."""

    id = "demo"
    name = "Demo"


class SecondConfig(ServiceConfig):
    """The second version has other names."""

    username: str = ""
    password: SecretStr | None = None


class SecondExtra(BaseModel):
    """What is no matter of access."""

    minutes: int = 1


class Second(HttpIntegration[SecondConfig]):
    """The same service: two fields are renamed."""

    id = "demo"
    name = "Demo"
    extra_config = SecondExtra
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        return renamed(config)


class ThirdExtra(BaseModel):
    """Another unit."""

    seconds: int = 60


class Third(HttpIntegration[SecondConfig]):
    """The same service: another unit."""

    id = "demo"
    name = "Demo"
    extra_config = ThirdExtra
    config_version = 3

    def __init__(self) -> None:
        self.asked: list[int] = []

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        self.asked.append(version)
        return renamed(config) if version == 1 else in_seconds(config)


def renamed(config: dict[str, object]) -> dict[str, object]:
    config["username"] = config.pop("user", "")
    config["password"] = config.pop("pass", None)
    return config


def in_seconds(config: dict[str, object]) -> dict[str, object]:
    minutes = config.pop("minutes", 1)
    assert isinstance(minutes, int)
    return {**config, "seconds": 60 * minutes}


@pytest.fixture(params=["memory", "sqlite"])
def repository(request: pytest.FixtureRequest) -> Iterator[AppRepository]:
    """Give an empty repository of either kind."""
    if request.param == "memory":
        yield InMemoryAppRepository()
        return
    engine = sqlite_engine(":memory:")
    upgrade(engine)
    yield SqlAlchemyAppRepository(engine)
    engine.dispose()


@pytest.fixture
async def old(repository: AppRepository, cipher: ConfigCipher) -> AppRecord:
    """Give an app that the first version saved."""
    return await saved(repository, cipher, "nas")


async def saved(repository: AppRepository, cipher: ConfigCipher, app_id: str, **changes: object) -> AppRecord:
    sealed = cipher.seal(json.dumps(FIRST | changes).encode(), app_id=app_id, integration_type="demo")
    record = AppRecord(id=app_id, name="NAS", integration_type="demo", integration_config=sealed)
    await repository.add(record)
    return record


def in_the_clear(cipher: ConfigCipher, record: AppRecord | None) -> dict[str, object]:
    assert record is not None
    assert record.integration_config is not None
    text = cipher.open(record.integration_config, app_id=record.id, integration_type="demo")
    found: dict[str, object] = json.loads(text)
    return found


class Watched:
    """A repository that counts, and lets something happen before an update."""

    def __init__(self, repository: AppRepository) -> None:
        self.get, self.list, self.add, self.delete = (
            repository.get,
            repository.list,
            repository.add,
            repository.delete,
        )
        self._repository = repository
        self.updates = 0
        self.stored = 0
        self.before: Callable[[], object] | None = None

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        self.updates += 1
        before, self.before = self.before, None
        if before is not None:
            await before()  # type: ignore[misc]  # what is given returns a coroutine
        done = await self._repository.update(record, replacing=replacing)
        self.stored += done
        return done


async def test_an_app_of_an_earlier_version_opens_with_its_secrets(service, old):
    """Names and units are those of the present version, values those that were typed."""
    opened = await service.open(old, Third())
    assert ("ada", CANARY, 120) == (
        opened.auth.username,
        opened.auth.password.get_secret_value(),
        opened.extra.seconds,
    )


async def test_what_was_migrated_is_stored_once(repository, cipher, old):
    """Later reads find the present version, sealed for this app."""
    watched, integration = Watched(repository), Third()
    service = AppService(watched, cipher=cipher)
    await service.open(old, integration)
    kept = await repository.get("nas")
    await service.open(kept, integration)
    stored = in_the_clear(cipher, kept)
    assert (1, 3, [1, 2]) == (watched.stored, kept.config_version, integration.asked)
    assert ("ada", CANARY, 120) == (stored["username"], stored["password"], stored["seconds"])
    assert {"user", "pass", "minutes"} & stored.keys() == set()


async def test_everything_else_stays_as_it_was(service, repository, old):
    """A migration is no edit: name, switch and type are untouched."""
    await service.open(old, Third())
    kept = await repository.get("nas")
    assert replace(old, integration_config=kept.integration_config, config_version=3) == kept


async def test_what_is_stored_opens_for_this_app_only(service, repository, old):
    """It is bound to its app as every configuration is."""
    await service.open(old, Third())
    kept = await repository.get("nas")
    with pytest.raises(SecretUnreadableError):
        await service.open(replace(kept, id="copy"), Third())


async def test_the_fingerprint_is_that_of_what_is_kept(service, repository, old):
    """Connections and snapshots go by the record that others read."""
    opened = await service.open(old, Third())
    assert service.fingerprint(await repository.get("nas")) == opened.fingerprint


async def test_migrated_gives_the_record_that_is_kept(service, repository, old):
    """A host that holds an old record gets the new one."""
    assert await service.migrated(old, Third()) == await repository.get("nas")


async def test_a_present_version_is_left_alone(repository, cipher):
    """Nothing is asked and nothing written where there is nothing to do."""
    watched, integration = Watched(repository), Third()
    service = AppService(watched, cipher=cipher)
    record = await service.create(name="NAS", integration=integration, config={"url": "http://nas.local"})
    assert (record, 3) == (await service.migrated(record, integration), record.config_version)
    await service.open(record, integration)
    assert (0, []) == (watched.updates, integration.asked)


async def test_an_integration_without_versions_knows_the_first(service, old):
    """Plugins from before there were versions stay as they are."""
    assert "http://nas.local:8080" == (await service.open(old, First())).auth.url


async def test_an_app_that_was_never_configured_is_not_migrated(service):
    """There is nothing to bring up to date; it says what is missing."""
    integration = Third()
    with pytest.raises(InvalidConfigError) as caught:
        await service.open(AppRecord(id="new", name="New", integration_type="demo"), integration)
    assert ({"url": "required"}, []) == (dict(caught.value.fields), integration.asked)


async def test_a_form_shows_the_present_fields_and_stores_nothing(repository, cipher, old):
    """Opening a form is a look."""
    watched = Watched(repository)
    described = await AppService(watched, cipher=cipher).describe(old, Third())
    assert (None, "ada", 120, ["password"], 0) == (
        described.error,
        described.config["username"],
        described.config["seconds"],
        list(described.secrets_set),
        watched.updates,
    )


async def test_a_form_is_saved_over_the_migrated_configuration(service, cipher, old):
    """What it omits is as the migration has it, secrets included."""
    changed = await service.update("nas", integration=Third(), config={"seconds": 5})
    stored = in_the_clear(cipher, changed)
    assert (3, 5, "ada", CANARY) == (
        changed.config_version,
        stored["seconds"],
        stored["username"],
        stored["password"],
    )


async def test_a_rename_leaves_the_version_as_it_is(service, old):
    """What was not configured anew is still what the earlier version saved."""
    changed = await service.update("nas", name="Renamed")
    assert (old.integration_config, 1) == (changed.integration_config, changed.config_version)


async def test_another_integration_writes_its_own_version(service, old, other):
    """The version belongs to the type."""
    later = await service.update("nas", integration=Third(), config={"seconds": 5})
    assert 3 == later.config_version
    changed = await service.update("nas", integration=other, config={"url": "http://nas.local"})
    assert 1 == changed.config_version


async def test_many_readers_at_once_agree(repository, cipher, old):
    """All open the app, one of them stores, and what is kept is what they got."""
    watched = Watched(repository)
    services = [AppService(watched, cipher=cipher) for _ in range(3)]
    found = []

    async def read(service: AppService) -> None:
        found.append(await service.open(old, Third()))

    async with anyio.create_task_group() as tasks:
        for service in services * 5:
            tasks.start_soon(read, service)
    kept = await repository.get("nas")
    assert (1, 15) == (watched.stored, len(found))
    assert {(CANARY, services[0].fingerprint(kept))} == {
        (opened.auth.password.get_secret_value(), opened.fingerprint) for opened in found
    }


async def test_an_edit_in_between_wins(repository, cipher, old):
    """Who loses the race reads again: a user's edit is never overwritten by a migration."""
    watched, plain = Watched(repository), AppService(repository, cipher=cipher)
    watched.before = lambda: plain.update("nas", integration=Third(), config={"username": "bob"}, name="Renamed")
    opened = await AppService(watched, cipher=cipher).open(old, Third())
    kept = await repository.get("nas")
    assert ("bob", "Renamed", 0) == (opened.auth.username, kept.name, watched.stored)
    assert plain.fingerprint(kept) == opened.fingerprint


async def test_a_rename_in_between_is_kept(repository, cipher, old):
    """The migration is done again over what was renamed."""
    watched, plain = Watched(repository), AppService(repository, cipher=cipher)
    watched.before = lambda: plain.update("nas", name="Renamed")
    await AppService(watched, cipher=cipher).open(old, Third())
    kept = await repository.get("nas")
    assert ("Renamed", 3) == (kept.name, kept.config_version)


async def test_an_app_deleted_in_between_is_not_made_again(repository, cipher, old):
    """Who was about to read it is still answered."""
    watched = Watched(repository)
    watched.before = lambda: repository.delete("nas")
    opened = await AppService(watched, cipher=cipher).open(old, Third())
    assert ("ada", None) == (opened.auth.username, await repository.get("nas"))


async def test_keys_may_be_rotated_meanwhile(repository):
    """A rotation and a migration of the same app take turns; nothing of either is lost."""
    first, second = secrets.token_bytes(32), secrets.token_bytes(32)
    both, watched = ConfigCipher([second, first]), Watched(repository)
    old = await saved(repository, ConfigCipher([first]), "nas")
    watched.before = lambda: rotate_keys(repository, cipher=both)
    await AppService(watched, cipher=ConfigCipher([first, second])).open(old, Third())
    report = await rotate_keys(repository, cipher=both)
    kept = await repository.get("nas")
    assert (True, 3, CANARY) == (
        report.is_complete,
        kept.config_version,
        in_the_clear(ConfigCipher([second]), kept)["password"],
    )


async def test_rotation_keeps_the_version(repository):
    """Sealing anew changes nothing of what is sealed."""
    first, second = secrets.token_bytes(32), secrets.token_bytes(32)
    service = AppService(repository, cipher=ConfigCipher([first]))
    app = await service.create(name="NAS", integration=Third(), config={"url": "http://nas.local"})
    await rotate_keys(repository, cipher=ConfigCipher([second, first]))
    assert 3 == (await repository.get(app.id)).config_version


class ReadOnly(Watched):
    """A repository that cannot save."""

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        self.updates += 1
        raise OSError("disk full")


async def test_a_repository_that_cannot_save_still_serves(repository, cipher, old, caplog):
    """The app opens from the migrated configuration; saving is tried again a minute later."""
    now = [0.0]
    read_only = ReadOnly(repository)
    service = AppService(read_only, cipher=cipher, clock=lambda: now[0])
    opened = [await service.open(old, Third()) for _ in range(3)]
    assert old is await service.migrated(old, Third())
    tries = read_only.updates
    now[0] += 60.0
    opened.append(await service.open(old, Third()))
    assert (1, 2, {120}) == (tries, read_only.updates, {found.extra.seconds for found in opened})
    assert ({service.fingerprint(old)}, old) == ({found.fingerprint for found in opened}, await repository.get("nas"))


async def test_a_reader_may_leave_everything_as_it_is(repository, cipher, old):
    """A command beside a dashboard changes nothing of it."""
    watched = Watched(repository)
    service = AppService(watched, cipher=cipher, saves_migrated=False)
    opened = await service.open(old, Third())
    assert (120, old, 0) == (opened.extra.seconds, await service.migrated(old, Third()), watched.updates)


class Forgetful(InMemoryAppRepository):
    """A host's repository from before there were versions."""

    async def get(self, app_id: str) -> AppRecord | None:
        record = await super().get(app_id)
        return None if record is None else replace(record, config_version=1)

    async def add(self, record: AppRecord) -> None:
        await super().add(replace(record, config_version=1))

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        return await super().update(replace(record, config_version=1), replacing=replace(replacing, config_version=1))


async def test_a_repository_without_versions_is_told_from_one_that_has_them(cipher):
    """A migrated configuration that is kept as one of the first version would be migrated once more."""
    repository = Forgetful()
    old = await saved(repository, cipher, "nas")
    service = AppService(repository, cipher=cipher)
    opened = await service.open(old, Third())
    assert (120, old) == (opened.extra.seconds, await repository.get("nas"))
    with pytest.raises(InternalError, match="does not keep config_version") as caught:
        await service.create(name="New", integration=Third(), config={"url": "http://nas.local"}, app_id="new")
    with pytest.raises(InternalError, match="does not keep config_version"):
        await service.update("nas", integration=Third(), config={"seconds": 1})
    assert (ErrorSource.HOST, None, old) == (
        caught.value.source,
        await repository.get("new"),
        await repository.get("nas"),
    )


def recursion(config: dict[str, object]) -> dict[str, object]:
    return recursion(config)


def clearing(config: dict[str, object]) -> None:
    config.clear()


def leaving(config: dict[str, object]) -> dict[str, object]:
    raise SystemExit(3)


def looping(config: dict[str, object]) -> dict[str, object]:
    config["url"] = config
    return config


async def never(config: dict[str, object]) -> dict[str, object]:
    return config


BAD: dict[str, Callable[[dict[str, object]], object]] = {
    "raises": lambda config: config["no such key"],
    "raises-the-secret": lambda config: {}[config["pass"]],
    "leaves-the-program": leaving,
    "recursion": recursion,
    "nothing": clearing,
    "a-list": lambda config: [config],
    "a-coroutine": never,
    "no-plain-data": lambda config: {**renamed(config), "password": SecretStr(CANARY)},
    "a-circle": looping,
    "a-stranger": lambda config: {**renamed(config), CANARY: 1},
}


class Bad(Second):
    """A later version whose author made a mistake."""

    def __init__(self, way: str) -> None:
        self.way = way

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        found: dict[str, object] = BAD[self.way](config)  # type: ignore[assignment]  # it is wrong on purpose
        return found


@pytest.mark.parametrize("way", BAD)
async def test_a_wrong_migrate_is_a_typed_error_of_that_app(repository, cipher, old, way, caplog):
    """Nothing is written, the form opens with what is there, and no secret is told."""
    watched = Watched(repository)
    service = AppService(watched, cipher=cipher)
    with caplog.at_level(logging.DEBUG), pytest.raises(InternalError) as caught:
        await service.open(old, Bad(way))
    described = await service.describe(old, Bad(way))
    assert ("migration", ErrorSource.INTEGRATION, 0, old) == (
        caught.value.reason,
        caught.value.source,
        watched.updates,
        await repository.get("nas"),
    )
    assert ({"url": FIRST["url"], "minutes": 2}, "migration") == (described.config, described.error.reason)
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__context__} {described} {caplog.text}"
    assert (True, False) == ("version 1 to 2" in caught.value.message, CANARY in told)


async def test_other_apps_are_not_touched_by_a_wrong_migrate(service, repository, cipher, old):
    """What fails for one configuration works for another."""

    class Choosy(Second):
        def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
            if config["user"] == "bob":
                raise ValueError
            return renamed(config)

    bob = await saved(repository, cipher, "bob", user="bob")
    with pytest.raises(InternalError):
        await service.open(bob, Choosy())
    assert "ada" == (await service.open(old, Choosy())).auth.username


async def test_a_wrong_migrate_is_asked_again_a_minute_later(repository, cipher, old):
    """Many viewers of a card do not run it again and again; a person who opens the app does."""
    now, bad = [0.0], Third()
    bad.migrate = lambda config, *, version: bad.asked.append(version)
    service = AppService(repository, cipher=cipher, clock=lambda: now[0])
    assert [old] * 3 == [await service.migrated(old, bad) for _ in range(3)]
    before = len(bad.asked)
    now[0] += 60.0
    await service.migrated(old, bad)
    assert (1, 2) == (before, len(bad.asked))


async def test_a_form_heals_what_migrate_cannot(service, cipher, old):
    """What a person saves counts; of what was stored, fields of the same name stay."""
    changed = await service.update("nas", integration=Bad("raises"), config={"username": "bob", "password": "typed"})
    stored = in_the_clear(cipher, changed)
    assert (2, "bob", "typed", FIRST["url"]) == (
        changed.config_version,
        stored["username"],
        stored["password"],
        stored["url"],
    )


class Hanging(Second):
    """A later version that waits for something that does not come."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.begun = 0

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        if config["user"] == "ada":
            self.begun += 1
            self.let_go.wait()
        return renamed(config)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """Give an integration whose migrate hangs until the test is over."""
    integration = Hanging()
    yield integration
    integration.let_go.set()


async def test_a_hanging_migrate_is_given_up(repository, cipher, old, hanging):
    """Who waits is answered in time, and who asks while it still hangs is not one thread more."""
    service = AppService(repository, cipher=cipher, migration_patience=TIMEOUT)
    for _ in range(3):
        with pytest.raises(InternalError, match=r"did not finish within 0\.05 seconds"):
            await service.open(old, hanging)
    assert (1, old) == (hanging.begun, await repository.get("nas"))


async def test_the_event_loop_goes_on_while_a_migrate_blocks(repository, cipher, old, hanging):
    """It runs beside the loop."""
    service = AppService(repository, cipher=cipher, migration_patience=30.0)

    async def let_go_once_it_blocks() -> None:
        while not hanging.begun:
            await checkpoint()
        hanging.let_go.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(let_go_once_it_blocks)
        assert "ada" == (await service.open(old, hanging)).auth.username


async def test_hanging_migrates_are_a_few_threads_at_most(repository, cipher, hanging):
    """A hundred apps of such an integration do not cost a hundred threads."""
    apps = [await saved(repository, cipher, f"app-{number}") for number in range(20)]
    service = AppService(repository, cipher=cipher, migration_patience=TIMEOUT)
    errors = []

    async def read(app: AppRecord) -> None:
        with pytest.raises(InternalError) as caught:
            await service.open(app, hanging)
        errors.append(caught.value.reason)

    async with anyio.create_task_group() as tasks:
        for app in apps:
            tasks.start_soon(read, app)
    assert (["migration"] * 20, True) == (errors, hanging.begun < 8)


async def test_a_cancelled_reader_leaves_the_others_their_answer(repository, cipher, old, hanging):
    """Who gives up takes nothing away from who waits for the same."""
    service = AppService(repository, cipher=cipher, migration_patience=30.0)
    opened = []

    async def read() -> None:
        opened.append(await service.open(old, hanging))

    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as impatient:
                impatient.start_soon(service.open, old, hanging)
                while not hanging.begun:
                    await checkpoint()
                tasks.start_soon(read)
                await checkpoint()
                scope.cancel()
        hanging.let_go.set()
    assert (1, ["ada"]) == (hanging.begun, [found.auth.username for found in opened])


EXIT = """
import secrets, sys, threading
import anyio
from pydantic import BaseModel
from dashboard_integrations import AppRecord, AppService, BaseIntegration, ConfigCipher, InMemoryAppRepository
from dashboard_integrations.errors import InternalError

class Hanging(BaseIntegration[BaseModel]):
    id, name, config_version = "hanging", "Hanging", 2

    def migrate(self, config, *, version):
        threading.Event().wait()

async def main():
    cipher, repository = ConfigCipher([secrets.token_bytes(32)]), InMemoryAppRepository()
    sealed = cipher.seal(b"{}", app_id="a", integration_type="hanging")
    record = AppRecord(id="a", name="A", integration_type="hanging", integration_config=sealed)
    try:
        await AppService(repository, cipher=cipher, migration_patience=0.05).open(record, Hanging())
    except InternalError as error:
        print(error.reason)

anyio.run(main, backend=sys.argv[1])
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_hanging_migrate_does_not_keep_the_program_from_ending(backend):
    """A dashboard can be restarted, with a mended package."""
    ended = subprocess.run(
        [sys.executable, "-c", EXIT, backend], capture_output=True, text=True, check=False, timeout=120
    )
    assert (0, "migration\n", "") == (ended.returncode, ended.stdout, ended.stderr)


class TokenConfig(ServiceConfig):
    """A version that asks for something nobody could know before."""

    token: SecretStr
    password: SecretStr | None = None


class Demanding(HttpIntegration[TokenConfig]):
    """A later version with a new required field."""

    id = "demo"
    name = "Demo"
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        return {"url": config["url"], "password": config["pass"]}


async def test_what_only_a_person_knows_is_asked_for(service, repository, old):
    """The error names the field, the form has everything else, and saving it needs no more than that field."""
    with pytest.raises(InvalidConfigError, match="brought from version 1 to 2") as caught:
        await service.open(old, Demanding())
    described = await service.describe(old, Demanding())
    untouched = await repository.get("nas")
    changed = await service.update("nas", integration=Demanding(), config={"token": "typed"})
    opened = await service.open(changed, Demanding())
    assert ("migration", {"token": "required"}, old) == (caught.value.reason, dict(caught.value.fields), untouched)
    assert (["password"], {"token": "required"}) == (list(described.secrets_set), dict(described.error.fields))
    assert (CANARY, 2) == (opened.auth.password.get_secret_value(), changed.config_version)


async def test_an_author_may_say_what_to_do(service, old):
    """An ``InvalidConfigError`` of migrate is told as it is, but for the secrets in it."""

    class Speaking(Second):
        def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
            raise InvalidConfigError(f"choose one of {config['pass']}", fields={"username": f"not {config['pass']}"})

    with pytest.raises(InvalidConfigError) as caught:
        await service.open(old, Speaking())
    assert ("choose one of [hidden]", {"username": "not [hidden]"}, "migration") == (
        caught.value.message,
        dict(caught.value.fields),
        caught.value.reason,
    )


async def test_a_later_version_is_a_clear_error_and_nothing_is_written(repository, cipher, old):
    """Going back to an older distribution says which version saved the app, and what to do."""
    watched = Watched(repository)
    service = AppService(watched, cipher=cipher)
    later = await service.migrated(old, Third())
    watched.updates = 0
    with pytest.raises(UnsupportedVersionError) as caught:
        await service.open(later, Second())
    described = await service.describe(later, Second())
    assert "'NAS' was saved by version 3 of the configuration of Demo" in caught.value.message
    assert "knows version 2: update the package of" in caught.value.message
    assert ("config-version", ErrorSource.HOST) == (caught.value.reason, caught.value.source)
    assert (later, 0, later) == (
        await service.migrated(later, Second()),
        watched.updates,
        await repository.get("nas"),
    )
    assert ("ada", ["password"], "config-version") == (
        described.config["username"],
        list(described.secrets_set),
        described.error.reason,
    )


async def test_the_distribution_to_update_is_named(service, old):
    """An installed plugin is told by its distribution and version."""
    transmission = pytest.importorskip("dashboard_downloads.transmission").Transmission()
    app = replace(old, integration_type="transmission")
    app = await service.update(app.id, integration=transmission, config={"url": "http://nas.local"})
    with pytest.raises(UnsupportedVersionError, match=r"knows version 1: update dashboard-downloads \d"):
        await service.open(replace(app, config_version=2), transmission)


async def test_an_app_of_a_later_version_can_be_entered_again(service, old):
    """Who stays with the older distribution is not locked out of the app."""
    later = await service.migrated(old, Third())
    changed = await service.update(later.id, integration=Second(), config={"minutes": 1})
    opened = await service.open(changed, Second())
    assert (2, 1, CANARY) == (
        changed.config_version,
        opened.extra.minutes,
        opened.auth.password.get_secret_value(),
    )


async def test_an_unreadable_configuration_is_that_and_no_failed_migration(repository, old):
    """Without the key there is nothing to migrate."""
    stranger = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    with pytest.raises(SecretUnreadableError):
        await stranger.open(old, Third())
    assert old == await stranger.migrated(old, Third())


LAST = 6
RENAMES = st.lists(st.sampled_from(["keep", "rename", "double", "drop", "add"]), min_size=LAST - 1, max_size=LAST - 1)


def model_of(version: int, steps: list[str]) -> type[HttpIntegration[ServiceConfig]]:
    """Return an integration whose versions differ by what ``steps`` say."""

    def step(config: dict[str, object], version: int) -> dict[str, object]:
        what = steps[version - 1]
        value = config.pop("value", 0)
        assert isinstance(value, int)
        config["value"] = {"double": 2 * value, "drop": 0, "add": value + version}.get(what, value)
        label = str(config.pop("label", ""))
        config["label"] = f"{label}/{version}" if what == "rename" else label
        return config

    class Extra(BaseModel):
        value: int = 0
        label: str = ""
        secret: SecretStr | None = None

    class Versioned(HttpIntegration[ServiceConfig]):
        """One of several versions."""

        id = "demo"
        name = "Demo"
        extra_config = Extra
        config_version = version

        def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
            return step(config, version)

    return Versioned


@given(
    steps=RENAMES,
    stops=st.sets(st.integers(2, LAST - 1)),
    value=st.integers(-1_000, 1_000),
    label=st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
def test_any_chain_of_updates_ends_as_one_update_does(steps, stops, value, label):
    """It makes no difference whether an app was opened by every version in between, by some, or by none."""
    cipher = ConfigCipher([secrets.token_bytes(32)])

    async def end(versions: list[int]) -> dict[str, object]:
        repository = InMemoryAppRepository()
        service = AppService(repository, cipher=cipher)
        config = {"url": "http://nas.local", "value": value, "label": label, "secret": CANARY}
        record = await service.create(name="NAS", integration=model_of(1, steps)(), config=config)
        for version in versions:
            record = await service.migrated(record, model_of(version, steps)())
            assert version == record.config_version
        return in_the_clear(cipher, record)

    assert anyio.run(end, [LAST]) == anyio.run(end, [*sorted(stops), LAST])
