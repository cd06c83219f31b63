"""The extra ``sqlalchemy``: named when it is missing, not needed by the core."""

import subprocess
import sys

import pytest

import dashboard_integrations.storage

WITHOUT = "import sys; sys.modules[{missing!r}] = None; import {module}"


@pytest.mark.parametrize(
    ("missing", "module"),
    [("sqlalchemy", "dashboard_integrations.storage"), ("alembic", "dashboard_integrations.storage.migrations")],
)
def test_a_missing_extra_names_the_command(missing, module):
    """Who imports storage without its extra is told what to install."""
    program = WITHOUT.format(missing=missing, module=module)
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ImportError" in finished.stderr
    assert "pip install 'dashboard-integrations[sqlalchemy]'" in finished.stderr.splitlines()[-1]


def test_storage_does_not_import_alembic():
    """A process that only reads apps does not pay for migrations."""
    program = "import sys, dashboard_integrations.storage; sys.exit('alembic' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", program], check=False).returncode


def test_every_public_name_is_there_and_sorted():
    """``__all__`` says what can be imported."""
    names = dashboard_integrations.storage.__all__
    assert sorted(names) == names
    assert all(hasattr(dashboard_integrations.storage, name) for name in names)
