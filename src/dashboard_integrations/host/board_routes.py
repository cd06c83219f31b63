"""Routes for boards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard_integrations.host.api_answers import answered, created
from dashboard_integrations.host.api_bodies import NewBoardBody, PatchBoardBody
from dashboard_integrations.host.board_shelf import BoardShelf
from dashboard_integrations.host.route_table import Row, route_table
from dashboard_integrations.storage import BoardRecord, WidgetRecord
from dashboard_integrations.web import Request
from dashboard_integrations.web.bodies import parse_body
from dashboard_integrations.web.routing import Route

__all__ = ["BoardJson", "BoardRoutes"]

_PATH = "/api/boards"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardJson:
    """A board as it is read: with its widgets in order."""

    id: str
    name: str
    position: int
    widgets: Sequence[WidgetRecord]


class BoardRoutes:
    """Boards: list, make, read, change, delete."""

    def __init__(self, boards: BoardShelf) -> None:
        self._boards = boards

    def table(self) -> Sequence[Route]:
        """Return the routes."""
        one = f"{_PATH}/{{boardId}}"
        rows: Sequence[Row] = (
            ("list_boards", "GET", _PATH, "List the boards in their order", self._list, None),
            ("create_board", "POST", _PATH, "Add a board", self._create, NewBoardBody),
            ("read_board", "GET", one, "Show a board and its widgets", self._read, None),
            ("change_board", "PATCH", one, "Change a board, or the order of its widgets", self._change, PatchBoardBody),
            ("delete_board", "DELETE", one, "Delete a board and its widgets", self._delete, None),
        )
        return route_table(rows)

    @answered
    async def _list(self, request: Request, path: Mapping[str, str]) -> object:
        return [*await self._boards.list()]

    @answered
    async def _create(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, NewBoardBody)
        board = await self._boards.create(name=body.name, position=body.position)
        return created(await self._json(board), location=f"{_PATH}/{board.id}")

    @answered
    async def _read(self, request: Request, path: Mapping[str, str]) -> object:
        return await self._json(await self._boards.get(path["boardId"]))

    @answered
    async def _change(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, PatchBoardBody)
        board = await self._boards.update(
            path["boardId"], name=body.name, position=body.position, widget_ids=body.widget_ids
        )
        return await self._json(board)

    @answered
    async def _delete(self, request: Request, path: Mapping[str, str]) -> object:
        await self._boards.delete(path["boardId"])
        return None

    async def _json(self, board: BoardRecord) -> BoardJson:
        widgets = await self._boards.widgets(board.id)
        return BoardJson(id=board.id, name=board.name, position=board.position, widgets=widgets)
