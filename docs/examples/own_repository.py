"""Apps kept by hand: an ``AppRepository`` over the standard library's SQLite."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from anyio import to_thread

from dashboard_integrations import AppRecord
from dashboard_integrations.apps import AppExistsError

ResultT = TypeVar("ResultT")

_TABLE = (
    "CREATE TABLE IF NOT EXISTS app"
    " (id TEXT PRIMARY KEY, name TEXT, type TEXT, config TEXT, enabled INTEGER, version INTEGER)"
)


class SqliteApps:
    """Five methods; each is one statement, so that it is atomic for any number of tasks and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def get(self, app_id: str) -> AppRecord | None:
        """Return the app, or ``None``."""
        rows = await self._run(lambda db: db.execute("SELECT * FROM app WHERE id = ?", (app_id,)).fetchall())
        return _record(rows[0]) if rows else None

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name, then id."""
        rows = await self._run(lambda db: db.execute("SELECT * FROM app").fetchall())
        return sorted(map(_record, rows), key=lambda record: (record.name, record.id))

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``AppExistsError`` when its id is taken."""
        try:
            await self._run(lambda db: db.execute("INSERT INTO app VALUES (?, ?, ?, ?, ?, ?)", _row(record)).rowcount)
        except sqlite3.IntegrityError:
            raise AppExistsError(f"an app with the id {record.id!r} is there already") from None

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Put ``record`` in the place of ``replacing``; return ``False`` when that is not what is kept."""
        statement = (
            "UPDATE app SET id = ?, name = ?, type = ?, config = ?, enabled = ?, version = ?"
            " WHERE id = ? AND name = ? AND type IS ? AND config IS ? AND enabled = ? AND version = ?"
        )
        return bool(await self._run(lambda db: db.execute(statement, (*_row(record), *_row(replacing))).rowcount))

    async def delete(self, app_id: str) -> bool:
        """Forget the app; return ``False`` when there was none."""
        return bool(await self._run(lambda db: db.execute("DELETE FROM app WHERE id = ?", (app_id,)).rowcount))

    async def _run(self, work: Callable[[sqlite3.Connection], ResultT]) -> ResultT:
        def in_thread() -> ResultT:
            with closing(sqlite3.connect(self._path)) as db, db:
                db.execute(_TABLE)
                return work(db)

        return await to_thread.run_sync(in_thread)


def _row(record: AppRecord) -> tuple[str, str, str | None, str | None, bool, int]:
    enabled, version = record.integration_enabled, record.config_version
    return record.id, record.name, record.integration_type, record.integration_config, enabled, version


def _record(row: tuple[str, str, str | None, str | None, int, int]) -> AppRecord:
    app_id, name, kind, config, enabled, version = row
    return AppRecord(
        id=app_id,
        name=name,
        integration_type=kind,
        integration_config=config,
        integration_enabled=bool(enabled),
        config_version=version,
    )
