"""``list``."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from sample_integrations import Gallery

from dashboard_integrations.cli.plugins import installed_plugins
from dashboard_integrations.registry import Registry

Run = Callable[..., Result]


def test_installed_integrations_are_listed(run: Run) -> None:
    """Each row has id, name, state and what installed it."""
    lines = run("list").stdout.splitlines()
    system = next(line.split() for line in lines if line.startswith("system"))

    assert ["system", "This", "machine", "active", "dashboard-system"] == system[:5]


def test_json_has_the_same(run: Run) -> None:
    """Programs read the same rows."""
    rows = {row["id"]: row for row in json.loads(run("list", "--json").stdout)}

    assert ("This machine", "active", "dashboard-system", None) == tuple(
        rows["system"][key] for key in ("name", "state", "distribution", "reason")
    )


def test_a_registered_integration_has_its_name() -> None:
    """Integrations need not be installed."""
    registry = Registry()
    registry.register(Gallery)

    assert ["Gallery"] == [plugin.name for plugin in installed_plugins(registry)]


def test_a_broken_plugin_is_a_row_and_nothing_else(tmp_path: Path) -> None:
    """Its state and reason are in the table; no record of the log stands between the lines of a terminal."""
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[dashboard.integrations]\nfails = fails_at_import:X\nNO_ID = fails_at_import:X\n"
    )
    (tmp_path / "fails_at_import.py").write_text("raise SystemExit(3)\n")
    done = subprocess.run(
        [sys.executable, "-m", "dashboard_integrations.cli", "list"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    states = {line.split()[0]: line.split()[2] for line in done.stdout.splitlines()}

    assert (0, "", "broken", "broken") == (done.returncode, done.stderr, states["fails"], states["NO_ID"])
