"""Apps in a table, the library's or the host's own."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from anyio import to_thread
from sqlalchemy import Engine, Row, delete, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard_integrations.apps import AppExistsError, AppRecord
from dashboard_integrations.storage._columns import IntegrationColumns
from dashboard_integrations.storage._ids import IdColumn
from dashboard_integrations.storage._reading import read_until_cancelled
from dashboard_integrations.storage._tables import AppRow

__all__ = ["SqlAlchemyAppRepository"]


class SqlAlchemyAppRepository:
    """An ``AppRepository`` over a synchronous engine, used in worker threads: it runs on asyncio and trio.

    ``model`` is a declarative model with the ``IntegrationColumns``, an ``id`` (text or integer; its text is the app's
    id) and a ``name``; other columns are left alone, and a new app gets their defaults. Deleting leaves to the
    database's foreign keys what depends on an app. The engine stays the host's: dispose of it after use.
    """

    def __init__(self, engine: Engine, *, model: type[IntegrationColumns] = AppRow) -> None:
        missing = {"id", "name"}.difference(inspect(model, raiseerr=True).column_attrs.keys())
        if missing:
            raise TypeError(
                f"{model.__qualname__} cannot keep apps: it has no column {' and no '.join(sorted(missing))}"
            )
        self._engine = engine
        # Which host's model it is, only the host knows: its columns are beyond our types.
        self._model: Any = model
        self._ids = IdColumn(inspect(model).column_attrs["id"].expression)

    async def get(self, app_id: str) -> AppRecord | None:
        """Return the app, or ``None``."""
        return await read_until_cancelled(partial(self._get, app_id))

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name, then id."""
        return await read_until_cancelled(self._list)

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``AppExistsError`` when its id is taken, ``ValueError`` when it cannot be one here."""
        await to_thread.run_sync(self._add, record)

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Put ``record`` in the place of ``replacing``; return ``False`` when that is not what is kept."""
        return await to_thread.run_sync(self._update, record, replacing)

    async def delete(self, app_id: str) -> bool:
        """Forget the app; return ``False`` when there was none."""
        return await to_thread.run_sync(self._delete, app_id)

    def _get(self, app_id: str) -> AppRecord | None:
        key = self._ids.key(app_id)
        if key is None:
            return None
        with Session(self._engine) as session:
            row = session.execute(self._select().where(self._model.id == key)).one_or_none()
        return None if row is None else _record(row)

    def _list(self) -> Sequence[AppRecord]:
        with Session(self._engine) as session:
            rows = session.execute(self._select()).all()
        # Sorted here: every database has an order of its own.
        return sorted(map(_record, rows), key=lambda record: (record.name, record.id))

    def _add(self, record: AppRecord) -> None:
        key = self._ids.key(record.id)
        if key is None:
            raise ValueError(f"{record.id!r} cannot be an id in this table: its ids are {self._ids.description}")
        try:
            with Session(self._engine) as session, session.begin():
                session.execute(insert(self._model).values(id=key, **self._values(record)))
        except IntegrityError:
            # Another constraint of a host's table may have failed instead.
            if self._get(record.id) is None:
                raise
            raise AppExistsError(f"an app with the id {record.id!r} is there already") from None

    def _update(self, record: AppRecord, replacing: AppRecord) -> bool:
        key = self._ids.key(record.id)
        if key is None:
            return False
        model = self._model
        # One statement that compares and sets: atomic on every database, without a version column in a host's table.
        statement = (
            update(model)
            .where(
                model.id == key,
                func.coalesce(model.name, "") == replacing.name,
                model.integration_type.is_not_distinct_from(replacing.integration_type),
                model.integration_config.is_not_distinct_from(replacing.integration_config),
                model.integration_enabled == replacing.integration_enabled,
                func.coalesce(model.integration_config_version, 1) == replacing.config_version,
            )
            .values(self._values(record))
            .execution_options(synchronize_session=False)
        )
        return self._changed(statement)

    def _delete(self, app_id: str) -> bool:
        key = self._ids.key(app_id)
        if key is None:
            return False
        statement = delete(self._model).where(self._model.id == key).execution_options(synchronize_session=False)
        return self._changed(statement)

    def _changed(self, statement: Any) -> bool:
        with Session(self._engine) as session, session.begin():
            result: Any = session.execute(statement)
        return bool(result.rowcount)

    def _select(self) -> Any:
        model = self._model
        return select(
            model.id,
            model.name,
            model.integration_type,
            model.integration_config,
            model.integration_enabled,
            model.integration_config_version,
        )

    @staticmethod
    def _values(record: AppRecord) -> dict[str, object]:
        return {
            "name": record.name,
            "integration_type": record.integration_type,
            "integration_config": record.integration_config,
            "integration_enabled": record.integration_enabled,
            "integration_config_version": record.config_version,
        }


def _record(row: Row[Any]) -> AppRecord:
    app_id, name, integration_type, integration_config, integration_enabled, config_version = tuple(row)
    return AppRecord(
        id=str(app_id),
        name=name or "",
        integration_type=integration_type,
        integration_config=integration_config,
        integration_enabled=bool(integration_enabled),
        config_version=1 if config_version is None else config_version,
    )
