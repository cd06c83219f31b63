"""The catalogue: what is remembered of plugins, and that it is never older than what is installed."""

import json
import os
import secrets
import shutil
import sys

import pytest

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.registry import PluginCatalogue, PluginState, Registry, catalogue
from dashboard_integrations.service import IntegrationService


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a catalogue. The core counts as installed for good, and not from a source tree."""
    monkeypatch.setattr(catalogue, "_is_core_editable", lambda: False)
    return tmp_path / "kept"


def install(site, name, plugin, **more):
    package = site.good(name, plugin, **more)
    version = more.get("version", "1.0")
    (site.path / f"{package}-{version}.dist-info" / "RECORD").write_text("")
    return package


def uninstall(site, package, version="1.0"):
    (site.path / f"{package}.py").unlink()
    shutil.rmtree(site.path / f"{package}-{version}.dist-info")


def registry(folder):
    return Registry.from_entry_points(catalogue=PluginCatalogue(folder))


def ids(folder):
    return {entry.id for entry in registry(folder).list()}


async def listed(plugins):
    """Return what a service lists, by id."""
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    async with IntegrationService(apps=apps, registry=plugins) as service:
        envelope = (await service.list_integrations()).to_dict()
    return {item["id"]: item for item in envelope["data"]}


def test_what_is_installed_comes_and_goes(site, folder):
    """Each time the registry is made, in a new process or in the same one."""
    package = install(site, "first-plugin", "first")
    assert "first" in ids(folder)
    install(site, "second-plugin", "second")
    assert {"first", "second"} <= ids(folder)
    uninstall(site, package)
    assert {"first", "second"} & ids(folder) == {"second"}


def test_the_same_catalogue_sees_it_too(site, folder):
    """One that lives on asks what is installed each time."""
    kept = PluginCatalogue(folder)
    install(site, "first-plugin", "first")
    assert "first" in {candidate.id for candidate in kept.candidates()}
    install(site, "second-plugin", "second")
    assert "second" in {candidate.id for candidate in kept.candidates()}


def test_rows_are_those_of_a_discovery(site, folder):
    """Provenance, defects, conflicts and the API version survive."""
    install(site, "good-plugin", "good")
    install(site, "rival-plugin", "good")
    install(site, "old-plugin", "old", api="v99")
    site.install("bad-plugin", plugins={"bad": "no_attribute"})
    assert registry(folder).list() == registry(folder).list() == Registry.from_entry_points().list()
    assert (folder / "plugins.json").exists()


def test_metadata_is_read_once(site, folder, monkeypatch):
    """What is known is not looked for again."""
    install(site, "some-plugin", "some")
    assert "some" in ids(folder)
    monkeypatch.setattr(catalogue, "discover", lambda: pytest.fail("the metadata was read again"))
    assert "some" in ids(folder)


def test_a_remembered_plugin_loads(site, folder):
    """Its entry point is the one that was found."""
    install(site, "some-plugin", "some")
    registry(folder)
    assert "Good" == registry(folder).get("some").name


async def test_what_was_described_is_not_imported(site, folder):
    """The whole of it comes from the folder, schemas included, in a process that imports nothing."""
    package = install(site, "some-plugin", "some")
    imported = (await listed(registry(folder)))["some"]
    del sys.modules[package]
    plugins = registry(folder)
    assert imported == (await listed(plugins))["some"]
    assert package not in sys.modules
    assert PluginState.AVAILABLE in {entry.state for entry in plugins.list() if entry.id == "some"}


async def test_another_version_describes_itself(site, folder):
    """What an earlier one said is gone."""
    package = install(site, "some-plugin", "some")
    await listed(registry(folder))
    uninstall(site, package)
    del sys.modules[package]
    install(site, "some-plugin", "some", version="2.0")
    path = site.path / f"{package}.py"
    path.write_text(path.read_text().replace('name = "Good"', 'name = "Better"'))
    assert "Better" == (await listed(registry(folder)))["some"]["name"]


async def test_what_was_changed_meanwhile_is_not_described_by_what_was_there(site, folder):
    """A process that runs on with what it imported keeps nothing for who comes after the change."""
    package = install(site, "some-plugin", "some")
    running = registry(folder)
    await running.load("some")
    uninstall(site, package)
    install(site, "some-plugin", "some")
    path = site.path / f"{package}.py"
    path.write_text(path.read_text().replace('name = "Good"', 'name = "Better"'))
    assert "Good" == (await listed(running))["some"]["name"]
    del sys.modules[package]
    assert "Better" == (await listed(registry(folder)))["some"]["name"]


async def test_a_description_that_cannot_be_read_is_replaced(site, folder):
    """As after another version of the core: the plugin is imported once more, and not each time."""
    package = install(site, "some-plugin", "some")
    await listed(registry(folder))
    kept = json.loads((folder / "descriptions.json").read_text())
    good = dict(kept["content"])
    kept["content"] = dict.fromkeys(good, "{}")
    (folder / "descriptions.json").write_text(json.dumps(kept))
    del sys.modules[package]
    await listed(registry(folder))
    assert good.items() <= json.loads((folder / "descriptions.json").read_text())["content"].items()


async def test_a_source_tree_describes_itself(site, folder):
    """It changes without being installed again."""
    package = install(site, "some-plugin", "some")
    (site.path / f"{package}-1.0.dist-info" / "direct_url.json").write_text('{"dir_info": {"editable": true}}')
    assert "some" in await listed(registry(folder))
    assert not any(key.startswith("some ") for key in PluginCatalogue(folder).descriptions())


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"v": 1}', "[" * 100_000])
async def test_damaged_files_are_as_if_missing(site, folder, damage):
    """And are written anew."""
    install(site, "some-plugin", "some")
    await listed(registry(folder))
    for path in folder.iterdir():
        path.write_text(damage)
    assert "some" in await listed(registry(folder))
    assert all(json.loads(path.read_text())["content"] for path in folder.iterdir())


@pytest.mark.parametrize("name", ["plugins.json", "descriptions.json"])
async def test_damaged_content_is_as_if_missing(site, folder, name):
    """Rows and descriptions are checked as they are read."""
    install(site, "some-plugin", "some")
    await listed(registry(folder))
    kept = json.loads((folder / name).read_text())
    content = kept["content"]
    kept["content"] = [[1]] if isinstance(content, list) else dict.fromkeys(content, '{"id": 5}')
    (folder / name).write_text(json.dumps(kept))
    assert "Good" == (await listed(registry(folder)))["some"]["name"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no such permissions here")
def test_a_file_that_others_may_write_is_not_read(site, folder, caplog):
    """What it names would be imported."""
    install(site, "some-plugin", "some")
    registry(folder)
    path = folder / "plugins.json"
    path.write_text(path.read_text().replace('"some"', '"evil"'))
    assert "evil" in ids(folder)
    path.chmod(0o666)
    assert {"some", "evil"} & ids(folder) == {"some"}
    assert "catalogue-not-trusted" in caplog.text


def test_a_folder_that_cannot_be_written_costs_only_time(site, tmp_path, caplog):
    """A file stands where it should be."""
    install(site, "some-plugin", "some")
    (tmp_path / "kept").write_text("")
    assert "some" in ids(tmp_path / "kept")
    assert "catalogue-not-kept" in caplog.text


def test_nothing_is_made_where_there_is_no_data(site, tmp_path):
    """A command that looks at a dashboard that was never started leaves no folder behind."""
    install(site, "some-plugin", "some")
    assert "some" in ids(tmp_path / "never" / "kept")
    assert not (tmp_path / "never").exists()


def test_finders_of_another_kind_are_asked_each_time(site, folder, monkeypatch):
    """Their distributions lie in no directory that could be looked at."""

    class Finder:
        def find_spec(self, *_args):
            return None

        def find_distributions(self, *_args):
            return iter(())

    install(site, "some-plugin", "some")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert "some" in ids(folder)
    assert not folder.exists()
