"""Boards: always at least one, each with a name, and with its widgets in order."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.host.checked_text import checked_name
from dashboard_integrations.host.conflict import MOST_ATTEMPTS, ConflictError, always_changed
from dashboard_integrations.storage import (
    BoardExistsError,
    BoardRecord,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    UnknownBoardError,
    WidgetRecord,
)

__all__ = ["BoardShelf"]

_HOME = BoardRecord(id="home", name="Home")


def _random_id() -> str:
    return uuid.uuid4().hex


class BoardShelf:
    """Everything that happens to boards; every foreseeable failure is an ``IntegrationError``."""

    def __init__(
        self,
        boards: SqlAlchemyBoardRepository,
        widgets: SqlAlchemyWidgetRepository,
        *,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self._boards = boards
        self._widgets = widgets
        self._new_id = new_id

    async def list(self) -> Sequence[BoardRecord]:
        """Return all boards in the order of their positions: at least one, which is made when there is none."""
        boards = await self._boards.list()
        if boards:
            return boards
        try:
            await self._boards.add(_HOME)
        except BoardExistsError:
            return await self._boards.list()
        return [_HOME]

    async def first(self) -> BoardRecord:
        """Return the board that is shown when none is asked for."""
        return (await self.list())[0]

    async def get(self, board_id: str) -> BoardRecord:
        """Return the board; raise ``UnknownBoardError``."""
        record = await self._boards.get(board_id)
        if record is None:
            raise UnknownBoardError(f"no board has the id {board_id[:60]!r}: ask for the list of boards")
        return record

    async def widgets(self, board_id: str) -> Sequence[WidgetRecord]:
        """Return what stands on a board, in order."""
        return await self._widgets.list_of(board_id)

    async def create(self, *, name: str, position: int | None = None) -> BoardRecord:
        """Keep a new board, after all others unless it says where."""
        if position is None:
            position = max((board.position for board in await self.list()), default=-1) + 1
        record = BoardRecord(id=self._new_id(), name=checked_name(name), position=position)
        await self._boards.add(record)
        return record

    async def update(
        self,
        board_id: str,
        *,
        name: str | None = None,
        position: int | None = None,
        widget_ids: Sequence[str] | None = None,
    ) -> BoardRecord:
        """Change what is given and keep the rest; ``widget_ids`` is the new order of its widgets.

        Raise ``InvalidRequestError`` when a widget is named twice, and ``ConflictError`` when they are not exactly
        those that stand there.
        """
        name = None if name is None else checked_name(name)
        if widget_ids is not None:
            await self._arrange(board_id, widget_ids)
        for _ in range(MOST_ATTEMPTS):
            record = await self.get(board_id)
            changed = replace(
                record,
                name=record.name if name is None else name,
                position=record.position if position is None else position,
            )
            if changed == record or await self._boards.update(changed, replacing=record):
                return changed
        raise always_changed(f"board {board_id!r}")

    async def delete(self, board_id: str) -> None:
        """Forget the board and its widgets; raise ``UnknownBoardError``, or ``ConflictError`` for the last one."""
        if not await self._boards.delete(board_id):
            await self.get(board_id)
            raise ConflictError("this is the last board and stays: add another one first", reason="last-board")

    async def _arrange(self, board_id: str, widget_ids: Sequence[str]) -> None:
        repeated = sorted({name for name in widget_ids if widget_ids.count(name) > 1})
        if repeated:
            told = ", ".join(name[:60] for name in repeated)
            raise InvalidRequestError(
                f"widgetIds names a widget more than once: {told}", fields={"widgetIds": "name each widget once"}
            )
        await self.get(board_id)
        if not await self._widgets.arrange(board_id, widget_ids):
            raise ConflictError(
                "widgetIds does not name exactly the widgets of this board, somebody may have changed it:"
                " ask for the board again, and order what it has",
                reason="other-widgets",
                fields={"widgetIds": "name every widget of the board, and no other"},
            )
