"""``doctor``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from running_dashboard import running_dashboard

from dashboard_integrations.cipher import ConfigCipher

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with running_dashboard(tmp_path / "data"):
        pass
    return tmp_path / "data"


def checks_of(result: Result) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_a_healthy_dashboard_is_told(run: Run, data: Path) -> None:
    """Packages, plugins, permissions, database and keys are looked at."""
    result = run("doctor", "--data", data)

    assert (0, "All is well.") == (result.exit_code, result.stdout.splitlines()[-1])
    assert [True] * 5 == [
        part in result.stdout for part in ("python", "plugin system", "permissions", "up to date", "keys")
    ]


def test_json_has_the_same(run: Run, data: Path) -> None:
    """Programs read verdicts."""
    result = run("doctor", "--data", data, "--json")

    assert (True, {"ok"}) == (
        json.loads(result.stdout)["healthy"],
        {check["verdict"] for check in checks_of(result).values()},
    )


def test_no_dashboard_is_no_fault(run: Run, tmp_path: Path) -> None:
    """Before the first start there is nothing to check, and nothing is made."""
    result = run("doctor", "--json", "--data", tmp_path / "nothing")

    assert (0, "note", False) == (
        result.exit_code,
        checks_of(result)["data folder"]["verdict"],
        (tmp_path / "nothing").exists(),
    )


def test_a_key_that_others_can_read_is_wrong(run: Run, data: Path) -> None:
    """The remedy is a command."""
    (data / "key").chmod(0o644)
    result = run("doctor", "--data", data)

    assert (1, True) == (result.exit_code, f"chmod 600 {data / 'key'}" in result.stdout)


def test_a_key_that_is_missing_is_wrong(run: Run, data: Path) -> None:
    """Apps that no key of the ring opens are told with the key they need."""
    other = ConfigCipher.generate_key()
    result = run("doctor", "--data", data, "--json", INTEGRATION_ENCRYPTION_KEY=other)

    assert (1, "wrong") == (result.exit_code, checks_of(result)["keys in use"]["verdict"])


def test_an_older_key_in_use_is_noted(run: Run, data: Path) -> None:
    """A ring that still opens everything is healthy."""
    ring = f"{ConfigCipher.generate_key()},{(data / 'key').read_text().strip()}"
    result = run("doctor", "--data", data, "--json", INTEGRATION_ENCRYPTION_KEY=ring)

    assert (0, "note") == (result.exit_code, checks_of(result)["keys in use"]["verdict"])


def test_a_weak_key_is_wrong(run: Run, data: Path) -> None:
    """The command that makes a good key is told, and the key is not."""
    result = run("doctor", "--data", data, INTEGRATION_ENCRYPTION_KEY="canary")

    assert (1, True, False) == (result.exit_code, "keygen" in result.stdout, "canary" in result.stdout)


def test_a_damaged_database_is_wrong(run: Run, tmp_path: Path) -> None:
    """A file that is no database is told without a traceback."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dashboard.db").write_bytes(b"no database" * 500)
    result = run("doctor", "--data", tmp_path / "data", "--json")

    assert (1, "file is not a database") == (result.exit_code, checks_of(result)["database"]["told"])
