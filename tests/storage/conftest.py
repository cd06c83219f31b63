"""Databases on disk, made for one test."""

import pytest

from dashboard_integrations.storage import sqlite_engine
from dashboard_integrations.storage.migrations import upgrade


@pytest.fixture
def path(tmp_path):
    """Give the place of a database file."""
    return tmp_path / "dash & board?.db"


@pytest.fixture
def empty_engine(path):
    """Give an engine for a database without tables."""
    engine = sqlite_engine(path)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine):
    """Give an engine for a database that is up to date."""
    upgrade(empty_engine)
    return empty_engine
