"""Files in the data folder of a dashboard: found, listed and used; a broken one is a row with its reason."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from definitions import definition_text
from host_address import ADDRESS, TOKEN
from starlette.testclient import TestClient

from dashboard_integrations.cli.commands import commands
from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.host.app import create_app
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.declared_files import add_declared_files
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.registry import PluginEntry, PluginOrigin, PluginState, Registry
from dashboard_integrations.testing import FakeService

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder in which one file is right, one is wrong, and one wants the id of something installed."""
    folder = DataFolder(tmp_path / "data").integrations
    folder.mkdir(parents=True)
    (folder / "sample.toml").write_text(definition_text())
    (folder / "wrong.toml").write_text(definition_text().replace("stat-card", "dial"))
    (folder / "mine.toml").write_text(definition_text().replace('id = "sample"', 'id = "system"'))
    (folder / "notes.txt").write_text("no definition")
    return folder.parent


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str | Path) -> Result:
        own = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "INTEGRATION_ENCRYPTION_KEY": None}
        return CliRunner().invoke(commands, [str(item) for item in arguments], env=own)

    return run


def rows_of(folder: Path, registry: Registry | None = None) -> dict[str, PluginEntry]:
    known = registry or Registry()
    add_declared_files(known, folder)
    return {entry.id: entry for entry in known.list()}


def test_files_are_rows_of_the_registry(data: Path) -> None:
    """Where it is, and what is wrong."""
    rows = rows_of(data / "integrations")

    assert (PluginState.ACTIVE, PluginOrigin.FILE, str(data / "integrations" / "sample.toml")) == (
        rows["sample"].state,
        rows["sample"].origin,
        rows["sample"].value,
    )
    assert (PluginState.BROKEN, PluginOrigin.FILE) == (rows["wrong"].state, rows["wrong"].origin)
    assert "wrong.toml: endpoints.0.view: must be one of 'stat-card'" in (rows["wrong"].reason or "")


def test_a_broken_file_says_so_to_who_asks(data: Path) -> None:
    """With what to do."""
    registry = Registry()
    add_declared_files(registry, data / "integrations")
    with pytest.raises(UnknownIntegrationError, match="mend the file, or remove it") as caught:
        registry.get("wrong")

    assert "broken" == caught.value.reason


def test_what_is_installed_keeps_its_id(data: Path) -> None:
    """The file has a row of its own, that says so."""
    rows = rows_of(data / "integrations", Registry.from_entry_points())

    assert "dashboard-system" == rows["system"].distribution
    assert "the id 'system' is taken by dashboard-system: choose another" in (rows["mine"].reason or "")


def test_two_files_of_one_id_are_told(data: Path) -> None:
    """The first in their order wins; the other is named by its file, as its stem is an id that is taken."""
    folder = data / "integrations"
    (folder / "another.toml").write_text(definition_text())
    rows = rows_of(folder)

    assert str(folder / "another.toml") == rows["sample"].value
    assert f"taken by {folder / 'another.toml'}" in (rows["sample.toml"].reason or "")


def test_no_folder_is_no_files(tmp_path: Path) -> None:
    """Most have none."""
    assert {} == rows_of(tmp_path / "integrations")


@pytest.mark.parametrize("kind", ["folder", "dangling"])
def test_what_cannot_be_read_is_a_row(tmp_path: Path, kind: str) -> None:
    """A folder of such a name, a link to nowhere."""
    path = tmp_path / "odd.toml"
    path.mkdir() if kind == "folder" else path.symlink_to(tmp_path / "nowhere")

    assert "odd.toml: cannot be read (" in (rows_of(tmp_path)["odd"].reason or "")


def test_a_file_that_fails_in_a_way_nobody_foresaw_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file keeps no dashboard from starting."""

    def fails(path: Path) -> None:
        raise ArithmeticError("nobody knows")

    monkeypatch.setattr("dashboard_integrations.declarative.load_integration", fails)
    (tmp_path / "sample.toml").write_text(definition_text())

    assert (PluginState.BROKEN, f"{tmp_path / 'sample.toml'}: cannot be used (ArithmeticError)") == (
        (row := rows_of(tmp_path)["sample"]).state,
        row.reason,
    )


def test_a_row_has_to_be_of_something_broken() -> None:
    """What can be used is registered."""
    registry = Registry()
    entry = PluginEntry(id="a", state=PluginState.ACTIVE, origin=PluginOrigin.FILE)
    with pytest.raises(ValueError, match="use register"):
        registry.report(entry)


def test_list_shows_files(run: Run, data: Path) -> None:
    """By their name, in the place of a distribution."""
    rows = {row["id"]: row for row in json.loads(run("list", "--data", data, "--json").stdout)}
    line = next(line for line in run("list", "--data", data).stdout.splitlines() if line.startswith("sample"))

    assert ("active", "broken", "broken") == tuple(rows[name]["state"] for name in ("sample", "wrong", "mine"))
    assert ["sample", "Sample", "active", "sample.toml", "-"] == line.split()


def test_doctor_says_what_is_wrong_with_files(run: Run, data: Path) -> None:
    """And that not all is well."""
    result = run("doctor", "--data", data, "--json")
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}

    assert (1, "ok", "wrong") == (
        result.exit_code,
        checks["plugin sample"]["verdict"],
        checks["plugin wrong"]["verdict"],
    )
    assert "must be one of" in checks["plugin wrong"]["fix"]


def test_test_and_fetch_take_a_type_of_the_folder_or_a_file(run: Run, data: Path) -> None:
    """The file need not be anywhere special."""
    with FakeService() as service:
        service.reply("GET", "/test", json={})
        service.reply("GET", "/data", json={"value": 42})
        file = data / "integrations" / "sample.toml"
        results = [
            run("test", "sample", "--data", data, "--url", service.url),
            run("test", file, "--data", data, "--url", service.url),
            run("fetch", "sample", "data", "--data", data, "--url", service.url),
            run("fetch", file, "data", "--url", service.url),
        ]

    assert [0, 0, 0, 0] == [result.exit_code for result in results], [result.stderr for result in results]
    assert [True, True] == ["42" in result.stdout for result in results[2:]]


@pytest.mark.parametrize(("name", "told"), [("wrong.toml", "must be one of"), ("none.toml", "cannot be read")])
def test_a_file_that_cannot_be_used_is_told(run: Run, data: Path, name: str, told: str) -> None:
    """In one line, with exit code 1."""
    result = run("test", data / "integrations" / name, "--url", "http://127.0.0.1:9")

    assert (1, True) == (result.exit_code, told in result.stderr)


def test_the_dashboard_shows_them(data: Path) -> None:
    """Among the types that apps can be of, and in its health."""
    app = create_app(HostSettings(data=data, token=TOKEN), environ={})
    with FakeService() as service, TestClient(app, base_url=ADDRESS) as client:
        service.reply("GET", "/data", json={"value": 42})
        client.headers["authorization"] = f"Bearer {TOKEN}"
        types = [item["id"] for item in client.get("/api/integrations").json()["data"]]
        plugins = {item["id"]: item for item in client.get("/api/integrations/health").json()["data"]["plugins"]}
        body = {"name": "S", "integrationType": "sample", "config": {"url": service.url}}
        made = client.post("/api/apps", json=body).json()["data"]
        shown = client.get(f"/api/integrations/{made['id']}/data/data").json()

    assert ("sample" in types, "wrong" in types) == (True, False)
    assert ("active", "broken") == (plugins["sample"]["state"], plugins["wrong"]["state"])
    assert 42 == shown["data"]["payload"]["stats"][0]["value"]
