"""``health``."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from running_dashboard import running_dashboard

Run = Callable[..., Result]


def test_apps_that_are_well(run: Run, tmp_path: Path) -> None:
    """Each app is called, and its state and the time it took are shown."""
    data = tmp_path / "data"
    with running_dashboard(data):
        pass
    result = run("health", "--data", data)

    assert 0 == result.exit_code
    assert ["This machine", "system", "ok"] == [part for part in result.stdout.splitlines()[1].split("  ") if part][:3]


def test_app_that_is_not_well(run: Run, tmp_path: Path) -> None:
    """An app that fails is shown with its reason, and the exit code says so."""
    data = tmp_path / "data"
    with running_dashboard(data):
        pass
    with sqlite3.connect(data / "dashboard.db") as database:
        database.execute("update apps set integration_config = 'v1.00000000.AAAA'")
    database.close()
    result = run("health", "--data", data)

    assert (1, True) == (result.exit_code, "secret-unreadable" in result.stdout)


def test_json_is_the_envelope(run: Run, tmp_path: Path) -> None:
    """Programs read what the route answers."""
    data = tmp_path / "data"
    with running_dashboard(data):
        pass
    envelope = json.loads(run("health", "--data", data, "--json").stdout)

    assert (True, "ok", 1) == (
        envelope["success"],
        envelope["data"]["apps"][0]["state"],
        envelope["data"]["apps"][0]["calls"],
    )


def test_a_folder_without_a_dashboard_is_told(run: Run, tmp_path: Path) -> None:
    """A wrong folder is one clear line."""
    result = run("health", "--data", tmp_path / "none")

    assert (1, True) == (result.exit_code, "there is no dashboard" in result.stderr)
