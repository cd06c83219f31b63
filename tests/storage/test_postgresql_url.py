"""Addresses of a PostgreSQL server are checked before anything is connected."""

import sys

import pytest

from dashboard_integrations.storage import postgresql_engine


@pytest.mark.parametrize(
    "url",
    ["", "x", "mysql://u:secret@h/d", "sqlite:///x", "postgresql://u:secret@h", "postgresql+asyncpg://u:secret@h/d"],
)
def test_url_that_is_none(url):
    """Another address is refused, with what a right one looks like, and not shown."""
    with pytest.raises(ValueError, match="postgresql://user") as told:
        postgresql_engine(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_what_is_secret_is_not_shown(scheme):
    """All ways to write the scheme are taken; the password shows nowhere."""
    engine = postgresql_engine(f"{scheme}://user:secret@host/apps")
    assert (engine.url.drivername, "secret" in repr(engine)) == ("postgresql+psycopg", False)


def test_missing_extra(monkeypatch):
    """Without the driver, the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ImportError, match=r"dashboard-integrations\[postgresql\]"):
        postgresql_engine("postgresql://user@host/apps")
