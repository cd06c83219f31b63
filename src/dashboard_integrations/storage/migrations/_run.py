"""Running the migrations, without an ini file and safe against each other."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

__all__ = ["VERSION_TABLE", "NewerDatabaseError", "alembic_config", "upgrade"]

VERSION_TABLE = "dashboard_integrations_version"
"""Not Alembic's own default: that one is the host's."""

_ADVISORY_LOCK = 0x64617368  # any number that is always the same
# Alembic's `op` and `context` are globals of the process.
_turn = threading.Lock()


class NewerDatabaseError(RuntimeError):
    """The database belongs to a newer version of this library."""


def upgrade(engine: Engine) -> None:
    """Bring the database up to date: make the tables, or add to a table ``apps`` that is there what it lacks.

    All or nothing, and nothing when there is nothing to do; a second process that does the same waits for the first.
    Raise ``NewerDatabaseError`` and change nothing when the database is newer than this library. It blocks: in
    an event loop, run it in a worker thread.
    """
    with _turn, engine.begin() as connection:
        _lock(connection)
        config = alembic_config(connection)
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        command.upgrade(config, "head")


def alembic_config(connection: Connection) -> Config:
    """Return the configuration with which Alembic's commands work on ``connection``, such as ``command.check``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction late and without a lock.
        driver = connection.connection.dbapi_connection
        if driver is not None and driver.in_transaction:
            connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(set(current) - known)
    if unknown:
        raise NewerDatabaseError(
            f"the database is at revision {', '.join(unknown)}, this version of dashboard-integrations knows"
            f" {', '.join(sorted(known))}: install the newer version again, or restore a backup from before it"
        )
