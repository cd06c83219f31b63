"""Routes for widgets."""

from collections.abc import Mapping, Sequence

from dashboard_integrations.host.api_answers import answered, created
from dashboard_integrations.host.api_bodies import NewWidgetBody, PatchWidgetBody
from dashboard_integrations.host.route_table import Row, route_table
from dashboard_integrations.host.widget_shelf import WidgetShelf
from dashboard_integrations.web import Request
from dashboard_integrations.web.bodies import parse_body
from dashboard_integrations.web.routing import Route

__all__ = ["WidgetRoutes"]

_PATH = "/api/widgets"


class WidgetRoutes:
    """Widgets: list, make, read, change, delete."""

    def __init__(self, widgets: WidgetShelf) -> None:
        self._widgets = widgets

    def table(self) -> Sequence[Route]:
        """Return the routes."""
        one = f"{_PATH}/{{widgetId}}"
        rows: Sequence[Row] = (
            ("list_widgets", "GET", _PATH, "List the widgets of all boards in their order", self._list, None),
            ("create_widget", "POST", _PATH, "Add a widget", self._create, NewWidgetBody),
            ("read_widget", "GET", one, "Show a widget", self._read, None),
            ("change_widget", "PATCH", one, "Change a widget", self._change, PatchWidgetBody),
            ("delete_widget", "DELETE", one, "Delete a widget", self._delete, None),
        )
        return route_table(rows)

    @answered
    async def _list(self, request: Request, path: Mapping[str, str]) -> object:
        return [*await self._widgets.list()]

    @answered
    async def _create(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, NewWidgetBody)
        widget = await self._widgets.create(
            type=body.type,
            board_id=body.board_id,
            title=body.title,
            config=body.config,
            position=body.position,
            width=body.width,
            height=body.height,
        )
        return created(widget, location=f"{_PATH}/{widget.id}")

    @answered
    async def _read(self, request: Request, path: Mapping[str, str]) -> object:
        return await self._widgets.get(path["widgetId"])

    @answered
    async def _change(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, PatchWidgetBody)
        return await self._widgets.update(
            path["widgetId"],
            board_id=body.board_id,
            title=body.title,
            config=body.config,
            position=body.position,
            width=body.width,
            height=body.height,
        )

    @answered
    async def _delete(self, request: Request, path: Mapping[str, str]) -> object:
        await self._widgets.delete(path["widgetId"])
        return None
