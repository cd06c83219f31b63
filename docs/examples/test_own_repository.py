"""A repository written by hand does what the library expects of it."""

from pathlib import Path

import pytest
from own_repository import SqliteApps

from dashboard_integrations.testing.app_repository import AppRepositoryContract


class TestSqliteApps(AppRepositoryContract):
    """The contract, over a file that is not there yet."""

    @pytest.fixture
    def repository(self, tmp_path: Path) -> SqliteApps:
        """An empty repository."""
        return SqliteApps(tmp_path / "apps.db")
