"""The routes as a view, for a site under WSGI."""

from functools import cache
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from dashboard_integrations import BlockingIntegrationService
from dashboard_integrations.web import Access, Action, IntegrationRoutes, Request
from live.service import service

LONGEST_BODY = 1024 * 1024


@cache
def blocking() -> BlockingIntegrationService:
    """Enter the service on first use: a server may fork after it has imported this."""
    return BlockingIntegrationService(service).__enter__()


def access_of(user: Any) -> dict[Action, Access]:
    """Decide in the view what a user may do: Django's database is not at hand in the background loop."""
    if not user.is_authenticated:
        return dict.fromkeys(Action, Access.UNAUTHENTICATED)
    return {Action.READ: Access.ALLOW, Action.MANAGE: Access.ALLOW if user.is_staff else Access.FORBIDDEN}


def authorize(asked: Request, action: Action) -> Access:
    """Follow what the view has decided."""
    decided: Any = asked.native
    access: Access = decided[action]
    return access


routes = IntegrationRoutes(service, authorize=authorize)


def integrations(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Pass a request on, and send the answer as it is."""
    asked = Request(
        method=request.method or "GET",
        path=quote(request.path),
        query=request.META["QUERY_STRING"],
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(LONGEST_BODY + 1),  # what is longer is refused
        native=access_of(request.user),
    )
    answer = blocking().run(lambda: routes.dispatch(asked))
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
