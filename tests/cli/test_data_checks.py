"""Which keys are in use and how the apps are, as ``doctor`` tells it."""

from pathlib import Path

import anyio
import pytest
from alembic import command

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.cli.checks import Check, Verdict
from dashboard_integrations.cli.data_checks import data_checks
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.database import Database
from dashboard_integrations.registry import Registry
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import alembic_config, upgrade


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.cipher({})
    return folder


def in_use(folder: DataFolder, *sealed: str | None) -> Check:
    """Store an app for each text and return what is told of the keys in use."""
    engine = sqlite_engine(folder.database)
    upgrade(engine)
    for number, text in enumerate(sealed):
        record = AppRecord(id=str(number), name="App", integration_type="demo", integration_config=text)
        anyio.run(SqlAlchemyAppRepository(engine).add, record)
    engine.dispose()
    return next(
        check for check in data_checks(Database(folder), registry=Registry(), environ={}) if check.name == "keys in use"
    )


def seal(cipher: ConfigCipher) -> str:
    return cipher.seal(b"{}", app_id="0", integration_type="demo")


def test_each_key_is_told_with_its_apps(folder: DataFolder) -> None:
    """An app without configuration uses none."""
    cipher = folder.existing_cipher({})
    check = in_use(folder, seal(cipher), seal(cipher), None)

    assert (Verdict.OK, f"{cipher.key_ids[0]} (2 of 2 apps)") == (check.verdict, check.told)


def test_no_key_in_use_is_fine(folder: DataFolder) -> None:
    """There are no apps yet."""
    assert Check(name="keys in use", told="none") == in_use(folder)


def test_an_older_key_is_noted_with_the_remedy(folder: DataFolder) -> None:
    """It still opens, and rotation frees it."""
    old = ConfigCipher.generate_key()
    folder.key_file.write_text(f"{folder.key_file.read_text().strip()},{old}")
    check = in_use(folder, seal(ConfigCipher.from_text(old)))

    assert (Verdict.NOTE, True) == (check.verdict, "rotate-keys" in (check.fix or ""))


def test_a_missing_key_is_wrong(folder: DataFolder) -> None:
    """It is named."""
    lost = ConfigCipher.from_text(ConfigCipher.generate_key())
    check = in_use(folder, seal(lost), seal(folder.existing_cipher({})))

    assert (Verdict.WRONG, True) == (check.verdict, f"add key {lost.key_ids[0]} " in (check.fix or ""))


def test_what_is_no_sealed_text_is_wrong(folder: DataFolder) -> None:
    """It is counted apart."""
    check = in_use(folder, "plain text", seal(folder.existing_cipher({})))

    assert (Verdict.WRONG, True) == (check.verdict, check.told.endswith("(1 of 1 apps); 1 malformed"))


class Demo(HttpIntegration[ServiceConfig]):
    """A service in its second version."""

    id = "demo"
    name = "Demo"
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        return config


def checked(folder: DataFolder, *records: AppRecord) -> dict[str, Check]:
    """Store the apps and return what is told of them, by name."""
    engine = sqlite_engine(folder.database)
    upgrade(engine)
    for record in records:
        anyio.run(SqlAlchemyAppRepository(engine).add, record)
    engine.dispose()
    registry = Registry()
    registry.register(Demo)
    return {check.name: check for check in data_checks(Database(folder), registry=registry, environ={})}


def saved(folder: DataFolder, name: str, *, kind: str = "demo", version: int = 2, enabled: bool = True) -> AppRecord:
    sealed = folder.existing_cipher({}).seal(b"{}", app_id=name, integration_type=kind)
    return AppRecord(
        id=name,
        name=name,
        integration_type=kind,
        integration_config=sealed,
        integration_enabled=enabled,
        config_version=version,
    )


def test_apps_of_the_present_version_are_fine(folder: DataFolder) -> None:
    """A bookmark, and an app that was never configured, have nothing to bring up to date."""
    new = AppRecord(id="new", name="New", integration_type="demo")
    checks = checked(folder, saved(folder, "NAS"), new, AppRecord(id="wiki", name="Wiki"))

    assert ("3", Verdict.OK, Verdict.OK, False) == (
        checks["apps"].told,
        checks["integrations of apps"].verdict,
        checks["configurations"].verdict,
        "newer configurations" in checks,
    )


def test_apps_that_wait_for_a_migration_are_noted(folder: DataFolder) -> None:
    """Nothing is wrong with them."""
    check = checked(folder, saved(folder, "NAS", version=1), saved(folder, "Attic"))["configurations"]

    assert (Verdict.NOTE, "of an earlier version: NAS (demo 1, now 2)") == (check.verdict, check.told)


def test_apps_of_a_later_version_are_wrong(folder: DataFolder) -> None:
    """What to update is named."""
    check = checked(folder, saved(folder, "NAS", version=3))["newer configurations"]

    assert (Verdict.WRONG, "of a later version: NAS (demo 3, now 2)") == (check.verdict, check.told)
    assert (check.fix or "").startswith("update ")


def test_apps_without_their_integration_are_wrong(folder: DataFolder) -> None:
    """They are named, with what to do, and that nothing is lost."""
    check = checked(folder, saved(folder, "NAS", kind="gone"))["integrations of apps"]

    assert (Verdict.WRONG, "missing for NAS (gone)") == (check.verdict, check.told)
    assert (
        "install the package that offers gone again, or delete these apps: their settings and secrets are kept"
        == check.fix
    )


def test_apps_that_are_switched_off_may_be_without(folder: DataFolder) -> None:
    """Somebody has seen to them."""
    check = checked(folder, saved(folder, "NAS", kind="gone", enabled=False))["integrations of apps"]

    assert Verdict.NOTE == check.verdict


def test_many_apps_are_counted(folder: DataFolder) -> None:
    """A line stays a line."""
    check = checked(folder, *(saved(folder, f"App {number:02}", kind="gone") for number in range(12)))

    assert check["integrations of apps"].told.endswith("App 09 (gone) and 2 more")


def test_a_database_of_an_earlier_version_is_noted(folder: DataFolder) -> None:
    """It is brought up to date at the next start; apps are looked at after that."""
    engine = sqlite_engine(folder.database)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0002")
    engine.dispose()
    checks = {check.name: check for check in data_checks(Database(folder), registry=Registry(), environ={})}

    assert (Verdict.NOTE, False) == (checks["database"].verdict, "apps" in checks)
