"""All routes below ``/api``: those of the integrations and our own, from one table."""

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard_integrations.adapters._asgi_scope import request_of
from dashboard_integrations.adapters._starlette import starlette_response
from dashboard_integrations.host.app_routes import AppRoutes
from dashboard_integrations.host.board_routes import BoardRoutes
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.host.gate import Gate
from dashboard_integrations.host.guard import API_PREFIX
from dashboard_integrations.host.widget_routes import WidgetRoutes
from dashboard_integrations.web import Access, Action, IntegrationRoutes, Request, read_body
from dashboard_integrations.web.dispatch import Dispatcher

__all__ = ["Api", "ApiEntrance"]

_CLIENT_HAS_GONE = 499


class Api:
    """The JSON side of the dashboard, for who holds the token."""

    def __init__(self, dashboard: Dashboard, *, gate: Gate) -> None:
        async def authorize(request: Request, action: Action) -> Access:
            return Access.ALLOW if await gate.admits(request.headers) else Access.UNAUTHENTICATED

        integrations = IntegrationRoutes(dashboard.service, authorize=authorize)
        self._dispatcher = Dispatcher(
            (
                *integrations.routes,
                *AppRoutes(dashboard).table(),
                *BoardRoutes(dashboard.boards).table(),
                *WidgetRoutes(dashboard.widgets).table(),
            ),
            authorize=authorize,
        )

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer any request below ``/api``."""
        try:
            body = await read_body(request.stream())
        except ClientDisconnect:
            return HttpResponse(status_code=_CLIENT_HAS_GONE)
        path: str = request.scope["path"]
        answered = await self._dispatcher.dispatch(request_of(request.scope, path=path, body=body, native=request))
        return starlette_response(answered)


class ApiEntrance:
    """ASGI middleware that takes everything below ``/api`` to the ``Api`` in the application's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{API_PREFIX}/"):
            await self._app(scope, receive, send)
            return
        api: Api = scope["state"]["api"]
        response = await api.answer(HttpRequest(scope, receive))
        await response(scope, receive, send)
