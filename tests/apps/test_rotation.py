"""Rotating keys: everything under the first key, nothing lost, whatever happens meanwhile."""

import json
import random
import secrets
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import anyio
import pytest
from anyio.lowlevel import checkpoint

from dashboard_integrations.apps import AppRecord, AppService, InMemoryAppRepository
from dashboard_integrations.apps.rotation import KeyUsage, RotationProgress, keys_in_use, rotate_keys
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade

OLD, NEW, LOST = (secrets.token_bytes(32) for _ in range(3))
OLD_ID, NEW_ID, LOST_ID = (ConfigCipher([key]).key_ids[0] for key in (OLD, NEW, LOST))
CANARY = "canary-password"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "apps.db"


@pytest.fixture
def engine(path):
    engine = sqlite_engine(path)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["memory", "database"])
def repository(request):
    """Give an empty repository of each kind."""
    if request.param == "memory":
        return InMemoryAppRepository()
    return SqlAlchemyAppRepository(request.getfixturevalue("engine"))


@pytest.fixture
def ring():
    return ConfigCipher([NEW, OLD])


@pytest.fixture
def first():
    """Give the new key alone: what opens with it needs the old one no more."""
    return ConfigCipher([NEW])


def config_of(number):
    return {"url": f"http://nas-{number}.local", "password": f"{CANARY}-{number}"}


def record_of(number, *, key=OLD, kind="demo"):
    sealed = ConfigCipher([key]).seal(
        json.dumps(config_of(number)).encode(), app_id=f"app-{number}", integration_type=kind
    )
    return AppRecord(id=f"app-{number}", name=f"App {number}", integration_type=kind, integration_config=sealed)


async def fill(repository, count, **options):
    records = [record_of(number, **options) for number in range(count)]
    for record in records:
        await repository.add(record)
    return records


async def opened(repository, cipher):
    """Return every configuration, opened with ``cipher``, by app."""
    return {
        record.id: json.loads(
            cipher.open(record.integration_config, app_id=record.id, integration_type=record.integration_type)
        )
        for record in await repository.list()
        if record.integration_config is not None
    }


def all_of(count):
    return {f"app-{number}": config_of(number) for number in range(count)}


async def test_every_configuration_opens_with_the_new_key_alone(repository, ring, first):
    """What was sealed comes back as it was."""
    await fill(repository, 5)
    await rotate_keys(repository, cipher=ring)
    assert all_of(5) == await opened(repository, first)


async def test_the_report_says_what_was_done(repository, ring):
    """How many, with which key, and which key can go."""
    await fill(repository, 3)
    report = await rotate_keys(repository, cipher=ring)
    assert (NEW_ID, 3, [], [], [OLD_ID], KeyUsage(keys={NEW_ID: 3}), True) == (
        report.key_id,
        report.resealed,
        list(report.unreadable),
        list(report.restless),
        list(report.unused),
        report.usage,
        report.is_complete,
    )


async def test_nothing_but_the_sealed_text_changes(repository, ring):
    """Name, type and switch stay."""
    (before,) = await fill(repository, 1)
    before_off = replace(before, integration_enabled=False)
    await repository.update(before_off, replacing=before)
    await rotate_keys(repository, cipher=ring)
    after = await repository.get(before.id)
    assert before_off == replace(after, integration_config=before.integration_config)


async def test_a_second_run_does_nothing(repository, ring):
    """It is idempotent: what is sealed with the first key is left as it is."""
    await fill(repository, 3)
    await rotate_keys(repository, cipher=ring)
    before = await repository.list()
    report = await rotate_keys(repository, cipher=ring)
    assert (0, list(before)) == (report.resealed, list(await repository.list()))


async def test_a_bookmark_has_nothing_to_seal(repository, ring):
    """An app without configuration is counted apart."""
    await repository.add(AppRecord(id="wiki", name="Wiki"))
    report = await rotate_keys(repository, cipher=ring)
    assert (KeyUsage(keys={}, unsealed=1), True) == (report.usage, report.is_complete)


async def test_an_empty_repository_is_fine(repository, ring):
    """The old key can go at once."""
    report = await rotate_keys(repository, cipher=ring)
    assert (0, [OLD_ID], True) == (report.resealed, list(report.unused), report.is_complete)


async def test_apps_of_integrations_that_are_not_installed_are_rotated_too(repository, ring, first):
    """No plugin is needed for it."""
    await fill(repository, 1, kind="uninstalled-long-ago")
    await rotate_keys(repository, cipher=ring)
    assert all_of(1) == await opened(repository, first)


async def test_an_app_whose_key_is_lost_is_told_and_not_touched(repository, ring, first):
    """By its id and its key's id, with the typed error; everything else is rotated."""
    await fill(repository, 2)
    lost = record_of(2, key=LOST)
    await repository.add(lost)
    report = await rotate_keys(repository, cipher=ring)
    (app,) = report.unreadable
    assert ("app-2", LOST_ID, ErrorCode.SECRET_UNREADABLE, "unknown-key") == (
        app.app_id,
        app.key_id,
        app.error.code,
        app.error.reason,
    )
    assert (2, False, lost) == (report.resealed, report.is_complete, await repository.get("app-2"))


async def test_a_damaged_configuration_is_told_and_not_touched(repository, ring):
    """Its key stays in use, so it is not offered for dropping."""
    record = record_of(0)
    tail = "A" if record.integration_config[-8] != "A" else "B"
    damaged = replace(record, integration_config=record.integration_config[:-8] + tail + record.integration_config[-7:])
    await repository.add(damaged)
    report = await rotate_keys(repository, cipher=ring)
    (app,) = report.unreadable
    assert ("damaged", OLD_ID, [], damaged) == (
        app.error.reason,
        app.key_id,
        list(report.unused),
        await repository.get("app-0"),
    )


@pytest.mark.parametrize("text", ["", "plain text", "v2.00000000.AAAA"])
async def test_what_is_no_sealed_text_is_told_and_not_touched(repository, ring, text):
    """It has no key id."""
    await repository.add(replace(record_of(0), integration_config=text))
    report = await rotate_keys(repository, cipher=ring)
    (app,) = report.unreadable
    assert (None, "malformed", KeyUsage(keys={}, malformed=1), text) == (
        app.key_id,
        app.error.reason,
        report.usage,
        (await repository.get("app-0")).integration_config,
    )


async def test_a_configuration_without_its_type_is_told(repository, ring):
    """Nobody could say what it was sealed for."""
    await repository.add(replace(record_of(0), integration_type=None))
    report = await rotate_keys(repository, cipher=ring)
    assert ["no-integration"] == [app.error.reason for app in report.unreadable]


async def test_a_row_that_was_moved_is_not_made_good(repository, ring):
    """What another app's owner copied over does not open, and rotation does not help."""
    await repository.add(replace(record_of(0), id="app-1"))
    report = await rotate_keys(repository, cipher=ring)
    assert ["damaged"] == [app.error.reason for app in report.unreadable]


async def test_no_report_holds_a_secret(repository, ring):
    """Neither a key nor a password, nor a sealed text."""
    await fill(repository, 2)
    await repository.add(replace(record_of(2), id="moved"))
    shown = repr(await rotate_keys(repository, cipher=ring))
    assert [] == [text for text in (CANARY, OLD.hex(), repr(OLD), repr(NEW), "nas-", "v1.") if text in shown]


async def test_an_app_that_was_healed_meanwhile_is_not_told(repository, ring):
    """The report is of the end, not of the way there."""
    await repository.add(record_of(0, key=LOST))

    class Healing:
        """Lets somebody type the secrets again after the first look."""

        looks = 0
        get, add, update, delete = repository.get, repository.add, repository.update, repository.delete

        async def list(self):
            self.looks += 1
            if self.looks == 2:
                (before,) = await repository.list()
                await repository.update(record_of(0, key=NEW), replacing=before)
            return await repository.list()

    report = await rotate_keys(Healing(), cipher=ring)
    assert ([], True) == (list(report.unreadable), report.is_complete)


async def test_an_app_that_is_deleted_meanwhile_is_not_made_again(repository, ring):
    """Nor is it an error."""
    (record,) = await fill(repository, 1)

    class Vanishing:
        """Lets somebody delete the app after the first look."""

        get, add, list, delete = repository.get, repository.add, repository.list, repository.delete

        async def update(self, changed, *, replacing):
            await repository.delete(record.id)
            return await repository.update(changed, replacing=replacing)

    report = await rotate_keys(Vanishing(), cipher=ring)
    assert (0, True, []) == (report.resealed, report.is_complete, list(await repository.list()))


async def test_an_app_that_never_rests_is_told(repository, ring):
    """A repository that refuses every update makes no endless loop."""
    await fill(repository, 2)

    class Restless:
        """Refuses."""

        get, add, list, delete = repository.get, repository.add, repository.list, repository.delete

        async def update(self, changed, *, replacing):
            return False

    report = await rotate_keys(Restless(), cipher=ring)
    assert (["app-0", "app-1"], 0, False) == (list(report.restless), report.resealed, report.is_complete)


async def test_what_is_sealed_with_the_old_key_meanwhile_is_rotated_too(repository, ring, first):
    """A worker that was not restarted yet has the old key only."""
    await fill(repository, 2)

    class Growing:
        """Lets somebody add an app, sealed with the old key, after the first look."""

        looks = 0
        get, add, update, delete = repository.get, repository.add, repository.update, repository.delete

        async def list(self):
            self.looks += 1
            if self.looks == 2:
                await repository.add(record_of(2))
            return await repository.list()

    report = await rotate_keys(Growing(), cipher=ring)
    assert (3, all_of(3)) == (report.resealed, await opened(repository, first))


async def test_progress_is_told_by_batches(repository, ring):
    """The beginning, every so many apps, and the end."""
    await fill(repository, 5)
    told = []
    await rotate_keys(repository, cipher=ring, batch=2, progress=told.append)
    assert [0, 2, 4, 5, 5] == [item.done for item in told]
    assert RotationProgress(done=5, total=5) == told[-1]


async def test_a_batch_has_an_app(repository, ring):
    """A mistake of the caller shows at once."""
    with pytest.raises(ValueError, match="not 0"):
        await rotate_keys(repository, cipher=ring, batch=0)


async def test_a_failing_repository_is_told_as_it_is(repository, ring):
    """And what was done stays done, for the next run."""
    await fill(repository, 3)

    class Failing:
        """Breaks down at the second update."""

        updates = 0
        get, add, list, delete = repository.get, repository.add, repository.list, repository.delete

        async def update(self, changed, *, replacing):
            self.updates += 1
            if self.updates == 2:
                raise OSError("disk full")
            return await repository.update(changed, replacing=replacing)

    with pytest.raises(OSError, match="disk full"):
        await rotate_keys(Failing(), cipher=ring)
    assert {NEW_ID: 1, OLD_ID: 2} == (await keys_in_use(repository)).keys


async def test_a_rotation_that_is_cancelled_can_be_finished(repository, ring, first):
    """Every app is either old or new."""
    await fill(repository, 6)
    with anyio.CancelScope() as scope:
        await rotate_keys(
            repository, cipher=ring, batch=1, progress=lambda at: scope.cancel() if at.done == 3 else None
        )
    assert {NEW_ID, OLD_ID} == set((await keys_in_use(repository)).keys)
    await rotate_keys(repository, cipher=ring)
    assert all_of(6) == await opened(repository, first)


async def test_two_rotations_at_once_agree(repository, ring, first):
    """Each app is sealed anew once."""
    await fill(repository, 12)
    reports = []

    async def run():
        reports.append(await rotate_keys(repository, cipher=ring))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        tasks.start_soon(run)
    assert (12, all_of(12)) == (sum(report.resealed for report in reports), await opened(repository, first))


async def test_keys_in_use_needs_no_key(repository):
    """It counts by the ids in the sealed texts; what has none is counted apart."""
    await fill(repository, 2)
    await repository.add(record_of(2, key=LOST))
    await repository.add(AppRecord(id="bookmark", name="Bookmark"))
    await repository.add(replace(record_of(3), integration_config="plain text"))
    assert KeyUsage(keys={OLD_ID: 2, LOST_ID: 1}, malformed=1, unsealed=1) == await keys_in_use(repository)


@pytest.fixture
def editors(repository):
    """Give a service with the ring, and one of a worker that was not restarted and has the old key only."""
    return [AppService(repository, cipher=ConfigCipher(keys)) for keys in ([NEW, OLD], [OLD, NEW])]


async def test_an_editor_beside_it_loses_nothing(repository, ring, first, demo, editors):
    """Names, passwords and switches are changed all the time while the keys rotate; the last change is what is kept."""
    count = 10
    await fill(repository, count)
    expected = {f"app-{number}": (f"App {number}", f"{CANARY}-{number}") for number in range(count)}
    finished = anyio.Event()

    async def edit(service, numbers):
        edits = 0
        while not finished.is_set() or edits < 2 * count:
            edits += 1
            await checkpoint()
            app_id = f"app-{numbers[edits % len(numbers)]}"
            name, password = f"Name {edits}", f"{CANARY}-edit-{edits}"
            if edits % 3:
                await service.update(app_id, name=name)
                expected[app_id] = (name, expected[app_id][1])
            else:
                await service.update(app_id, integration=demo, config={"password": password})
                expected[app_id] = (expected[app_id][0], password)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(edit, editors[0], range(0, count, 2))
        tasks.start_soon(edit, editors[1], range(1, count, 2))
        for _ in range(3):
            await rotate_keys(repository, cipher=ring)
        finished.set()
    await rotate_keys(repository, cipher=ring)
    configs = await opened(repository, first)
    kept = {record.id: (record.name, configs[record.id]["password"]) for record in await repository.list()}
    assert expected == kept


async def test_a_lost_key_leaves_the_other_apps_working(repository, ring, demo):
    """One form is empty and says why; the others open as ever."""
    await fill(repository, 2)
    await repository.add(record_of(2, key=LOST))
    await rotate_keys(repository, cipher=ring)
    service = AppService(repository, cipher=ConfigCipher([NEW]))
    described = [await service.describe(await service.get(f"app-{number}"), demo) for number in range(3)]
    assert [None, None, ErrorCode.SECRET_UNREADABLE] == [item.error and item.error.code for item in described]
    assert LOST_ID in described[2].error.message
    assert f"{CANARY}-1" == (await service.open(await service.get("app-1"), demo)).auth.password.get_secret_value()


CHILD = """
import sys
import anyio
from dashboard_integrations.apps.rotation import rotate_keys
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine

path, ring = sys.argv[1:]

async def main():
    repository = SqlAlchemyAppRepository(sqlite_engine(path))
    tell = lambda at: (print(at.done, flush=True), sys.stdin.readline())
    await rotate_keys(repository, cipher=ConfigCipher.from_text(ring), batch=1, progress=tell)

anyio.run(main)
"""
APPS = 300
AHEAD = 20


def killed(path, *, lines, delay):
    """Begin a rotation in a process of its own, and kill it after so many lines of progress, and before many more."""
    command = [sys.executable, "-c", CHILD, str(path), f"{NEW.hex()},{OLD.hex()}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdin.write(b"\n" * (lines + AHEAD))
        child.stdin.flush()
        for _ in range(lines):
            child.stdout.readline()
        time.sleep(delay)
        child.kill()


def test_a_rotation_that_is_killed_can_be_finished(path, engine, ring, first):
    """``kill -9`` at random points: after each, every app is old or new, and a last run finishes."""
    chance = random.Random(f"{OLD_ID}{NEW_ID}")
    repository = SqlAlchemyAppRepository(engine)
    anyio.run(fill, repository, APPS)
    used = []
    for _ in range(4):
        killed(path, lines=chance.randrange(2, APPS // 6), delay=chance.uniform(0, 0.01))
        used.append(set(anyio.run(keys_in_use, repository).keys))
        assert all_of(APPS) == anyio.run(opened, repository, ring)
    assert {NEW_ID, OLD_ID} == used[0]
    report = anyio.run(partial(rotate_keys, repository, cipher=ring))
    assert (True, all_of(APPS)) == (report.is_complete, anyio.run(opened, repository, first))
