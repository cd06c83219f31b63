"""The engine for SQLite."""

import pytest
from sqlalchemy import text

from dashboard_integrations.storage import sqlite_engine


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000)])
def test_every_connection_is_prepared(empty_engine, pragma, value):
    """Readers do not block writers, foreign keys hold, and locks are waited for."""
    with empty_engine.connect() as connection:
        assert value == connection.execute(text(f"PRAGMA {pragma}")).scalar_one()


def test_a_path_is_taken_as_it_is(empty_engine, path):
    """A question mark in a folder's name is no query."""
    with empty_engine.connect():
        assert path.is_file()


def test_errors_hold_no_parameters(empty_engine):
    """What was to be stored does not show in a traceback."""
    with empty_engine.connect() as connection, pytest.raises(Exception, match="no such table") as caught:
        connection.execute(text("INSERT INTO missing VALUES (:value)"), {"value": "canary"})
    assert "canary" not in str(caught.value)


def test_a_database_in_memory_is_one_for_all_connections():
    """A worker thread sees what another one wrote."""
    engine = sqlite_engine(":memory:")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
    with engine.connect() as connection:
        assert [] == connection.execute(text("SELECT * FROM t")).all()
    engine.dispose()
