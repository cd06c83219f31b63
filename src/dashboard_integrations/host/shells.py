"""The pages of who signed in: each a shell around the elements, with the boards to go to."""

from starlette.requests import Request
from starlette.responses import Response

from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.host.rendering import Pages

__all__ = ["Shells"]


class Shells:
    """Endpoints; whoever mounts them asks for the token first."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def home(self, request: Request) -> Response:
        """Show the first board."""
        dashboard: Dashboard = request.state.dashboard
        return await self._board(request, (await dashboard.boards.first()).id)

    async def board(self, request: Request) -> Response:
        """Show a board; raise ``UnknownBoardError``."""
        return await self._board(request, request.path_params["board_id"])

    async def apps(self, request: Request) -> Response:
        """Show all apps."""
        return await self._show(request, "apps.html", place="apps")

    async def new_app(self, request: Request) -> Response:
        """Show the form of a new app."""
        return await self._show(request, "app.html", place="apps", title="Add app", app_id="")

    async def app(self, request: Request) -> Response:
        """Show the form of an app; raise ``UnknownAppError``."""
        dashboard: Dashboard = request.state.dashboard
        app = await dashboard.apps.get(request.path_params["app_id"])
        return await self._show(request, "app.html", place="apps", title=app.name, app_id=app.id)

    async def health(self, request: Request) -> Response:
        """Show how apps and plugins are."""
        return await self._show(request, "health.html", place="health")

    async def _board(self, request: Request, board_id: str) -> Response:
        dashboard: Dashboard = request.state.dashboard
        board = await dashboard.boards.get(board_id)
        return await self._show(request, "board.html", place=f"board {board.id}", board=board)

    async def _show(self, request: Request, template: str, *, place: str, **context: object) -> Response:
        dashboard: Dashboard = request.state.dashboard
        return self._pages.render(template, {"boards": await dashboard.boards.list(), "place": place, **context})
