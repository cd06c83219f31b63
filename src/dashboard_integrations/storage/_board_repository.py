"""The boards of the reference dashboard, in a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from anyio import to_thread
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard_integrations.errors import ErrorSource, NotFoundError
from dashboard_integrations.storage._reading import read_in_thread
from dashboard_integrations.storage._tables import BoardRow

__all__ = ["BoardExistsError", "BoardRecord", "SqlAlchemyBoardRepository", "UnknownBoardError"]


class BoardExistsError(ValueError):
    """A board with this id is there already."""


class UnknownBoardError(NotFoundError):
    """No board has this id."""

    default_source = ErrorSource.HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRecord:
    """One board; boards stand in the order of ``position``."""

    id: str
    name: str
    position: int = 0


class SqlAlchemyBoardRepository:
    """Keeps boards, the last one whatever happens; the widgets of a board go with it.

    It runs on asyncio and trio, as ``SqlAlchemyAppRepository`` does, and needs the tables that
    ``storage.migrations.upgrade`` makes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, board_id: str) -> BoardRecord | None:
        """Return the board, or ``None``."""
        return await read_in_thread(partial(self._get, board_id))

    async def list(self) -> Sequence[BoardRecord]:
        """Return all boards, sorted by position, then id."""
        return await read_in_thread(self._list)

    async def add(self, record: BoardRecord) -> None:
        """Keep a new board; raise ``BoardExistsError``."""
        await to_thread.run_sync(self._add, record)

    async def update(self, record: BoardRecord, *, replacing: BoardRecord) -> bool:
        """Put ``record`` in the place of ``replacing``, an earlier record of the same board.

        Return ``False`` and change nothing when that is not what is kept, so that of two changes at once neither is
        lost.
        """
        return await to_thread.run_sync(self._update, record, replacing)

    async def delete(self, board_id: str) -> bool:
        """Forget the board and its widgets; return ``False`` when there was none, or no other."""
        return await to_thread.run_sync(self._delete, board_id)

    def _get(self, board_id: str) -> BoardRecord | None:
        with Session(self._engine) as session:
            row = session.get(BoardRow, board_id)
            return None if row is None else _record(row)

    def _list(self) -> Sequence[BoardRecord]:
        with Session(self._engine) as session:
            records = [_record(row) for row in session.execute(select(BoardRow)).scalars()]
        return sorted(records, key=lambda record: (record.position, record.id))

    def _add(self, record: BoardRecord) -> None:
        try:
            with Session(self._engine) as session, session.begin():
                session.add(BoardRow(**asdict(record)))
        except IntegrityError:
            raise BoardExistsError(f"a board with the id {record.id!r} is there already") from None

    def _update(self, record: BoardRecord, replacing: BoardRecord) -> bool:
        statement = (
            update(BoardRow)
            .where(BoardRow.id == record.id, BoardRow.name == replacing.name, BoardRow.position == replacing.position)
            .values(name=record.name, position=record.position)
        )
        with Session(self._engine) as session, session.begin():
            return _changed(session, statement)

    def _delete(self, board_id: str) -> bool:
        others = select(func.count()).select_from(BoardRow).where(BoardRow.id != board_id).scalar_subquery()
        with Session(self._engine) as session, session.begin():
            # Where rows are locked one by one, two who delete the last two boards at once take turns here.
            session.execute(select(BoardRow.id).order_by(BoardRow.id).with_for_update())
            return _changed(session, delete(BoardRow).where(BoardRow.id == board_id, others > 0))


def _changed(session: Session, statement: Any) -> bool:
    result: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount)


def _record(row: BoardRow) -> BoardRecord:
    return BoardRecord(id=row.id, name=row.name, position=row.position)
