"""An engine for SQLite that is safe for many threads and processes."""

import time
from pathlib import Path
from sqlite3 import Connection, OperationalError

from sqlalchemy import URL, Engine, QueuePool, create_engine, event

__all__ = ["sqlite_engine"]

_IN_MEMORY = ":memory:"
_PAUSE = 0.02


def sqlite_engine(path: Path | str, *, busy_timeout: float = 10.0) -> Engine:
    """Return an engine for the database file at ``path``, made when missing, or for ``":memory:"``.

    It reads while it writes (WAL), waits ``busy_timeout`` seconds for a lock, and keeps foreign keys. The database in
    memory has one connection, shared by turns, and lives as long as the engine.
    """
    in_memory = str(path) == _IN_MEMORY
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
        poolclass=QueuePool,
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 10,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Connection, _record: object) -> None:
        _write_ahead(connection, seconds=busy_timeout)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def _write_ahead(connection: Connection, *, seconds: float) -> None:
    """Switch to WAL; SQLite itself does not wait for the lock that the switch needs when others open the file too."""
    end = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)
        else:
            return
