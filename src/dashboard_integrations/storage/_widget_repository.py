"""The widgets of the reference dashboard, in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import to_thread
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard_integrations.errors import UnknownAppError
from dashboard_integrations.storage._board_repository import UnknownBoardError
from dashboard_integrations.storage._reading import read_in_thread
from dashboard_integrations.storage._tables import AppRow, BoardRow, WidgetRow
from dashboard_integrations.widgets import WidgetType

__all__ = ["SqlAlchemyWidgetRepository", "WidgetExistsError", "WidgetRecord"]


class WidgetExistsError(ValueError):
    """A widget with this id is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetRecord:
    """One widget. ``config`` is plain JSON.

    The widgets of a board stand in the order of ``position``, ``width`` columns wide and ``height`` rows high.
    """

    id: str
    board_id: str
    type: str
    title: str
    config: Mapping[str, object]
    position: int = 0
    width: int = 1
    height: int = 1

    @property
    def app_id(self) -> str | None:
        """The app that it shows, if its type is ours."""
        app_id = self.config.get("appId")
        return app_id if self.type == WidgetType.INTEGRATION and isinstance(app_id, str) else None


class SqlAlchemyWidgetRepository:
    """Keeps widgets; a widget goes with its board, and with the app it shows.

    It runs on asyncio and trio, as ``SqlAlchemyAppRepository`` does, and needs the tables that
    ``storage.migrations.upgrade`` makes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, widget_id: str) -> WidgetRecord | None:
        """Return the widget, or ``None``."""
        return await read_in_thread(partial(self._get, widget_id))

    async def list(self) -> Sequence[WidgetRecord]:
        """Return all widgets, sorted by position, then id."""
        return await read_in_thread(self._list)

    async def list_of(self, board_id: str) -> Sequence[WidgetRecord]:
        """Return the widgets of one board, sorted likewise."""
        return await read_in_thread(partial(self._list, board_id))

    async def add(self, record: WidgetRecord) -> None:
        """Keep a new widget.

        Raise ``WidgetExistsError``, or ``UnknownAppError`` or ``UnknownBoardError`` when its app or board is gone.
        """
        await to_thread.run_sync(self._add, record)

    async def update(self, record: WidgetRecord, *, replacing: WidgetRecord) -> bool:
        """Put ``record`` in the place of ``replacing``, an earlier record of the same widget.

        Return ``False`` and change nothing when that is not what is kept, so that of two changes at once neither is
        lost. Raise ``UnknownAppError`` or ``UnknownBoardError`` when its app or board is gone.
        """
        return await to_thread.run_sync(self._update, record, replacing)

    async def arrange(self, board_id: str, widget_ids: Sequence[str]) -> bool:
        """Give the widgets of a board the order of their ids.

        Return ``False`` and change nothing when they are not exactly those that stand there.
        """
        return await to_thread.run_sync(self._arrange, board_id, tuple(widget_ids))

    async def delete(self, widget_id: str) -> bool:
        """Forget the widget; return ``False`` when there was none."""
        return await to_thread.run_sync(self._delete, widget_id)

    def _get(self, widget_id: str) -> WidgetRecord | None:
        with Session(self._engine) as session:
            row = session.get(WidgetRow, widget_id)
            return None if row is None else _record(row)

    def _list(self, board_id: str | None = None) -> Sequence[WidgetRecord]:
        wanted = select(WidgetRow).order_by(WidgetRow.position, WidgetRow.id)
        if board_id is not None:
            wanted = wanted.where(WidgetRow.board_id == board_id)
        with Session(self._engine) as session:
            return [_record(row) for row in session.scalars(wanted)]

    def _add(self, record: WidgetRecord) -> None:
        try:
            with Session(self._engine) as session, session.begin():
                session.add(WidgetRow(id=record.id, **_values(record)))
        except IntegrityError:
            if self._get(record.id) is not None:
                raise WidgetExistsError(f"a widget with the id {record.id!r} is there already") from None
            self._require_others(record)
            raise

    def _update(self, record: WidgetRecord, replacing: WidgetRecord) -> bool:
        seen = _values(replacing)
        unchanged = [getattr(WidgetRow, name).is_not_distinct_from(value) for name, value in seen.items()]
        try:
            return self._changed(update(WidgetRow).where(WidgetRow.id == record.id, *unchanged).values(_values(record)))
        except IntegrityError:
            self._require_others(record)
            raise

    def _delete(self, widget_id: str) -> bool:
        return self._changed(delete(WidgetRow).where(WidgetRow.id == widget_id))

    def _arrange(self, board_id: str, widget_ids: Sequence[str]) -> bool:
        with Session(self._engine) as session, session.begin() as transaction:
            # Where rows are locked one by one: in one order, or two who arrange a board wait for each other for ever.
            mine = select(WidgetRow.id).where(WidgetRow.board_id == board_id).order_by(WidgetRow.id)
            session.execute(mine.with_for_update())
            for position, widget_id in enumerate(widget_ids):
                place = update(WidgetRow).where(WidgetRow.id == widget_id, WidgetRow.board_id == board_id)
                _execute(session, place.values(position=position))
            # Read after writing: from the first write on, SQLite lets nobody else write.
            there = session.scalars(select(WidgetRow.id).where(WidgetRow.board_id == board_id)).all()
            if sorted(there) == sorted(widget_ids):
                return True
            transaction.rollback()
            return False

    def _changed(self, statement: Any) -> bool:
        with Session(self._engine) as session, session.begin():
            return bool(_execute(session, statement).rowcount)

    def _require_others(self, record: WidgetRecord) -> None:
        with Session(self._engine) as session:
            if record.app_id is not None and session.get(AppRow, record.app_id) is None:
                raise UnknownAppError(f"no app has the id {record.app_id!r}: it was deleted a moment ago") from None
            if session.get(BoardRow, record.board_id) is None:
                raise UnknownBoardError(
                    f"no board has the id {record.board_id!r}: ask for the list of boards"
                ) from None


def _execute(session: Session, statement: Any) -> Any:
    return session.execute(statement, execution_options={"synchronize_session": False})


def _values(record: WidgetRecord) -> dict[str, Any]:
    return {
        "board_id": record.board_id,
        "type": record.type,
        "title": record.title,
        "config": dict(record.config),
        "position": record.position,
        "width": record.width,
        "height": record.height,
        "app_id": record.app_id,
    }


def _record(row: WidgetRow) -> WidgetRecord:
    return WidgetRecord(
        id=row.id,
        board_id=row.board_id,
        type=row.type,
        title=row.title,
        config=row.config,
        position=row.position,
        width=row.width,
        height=row.height,
    )
