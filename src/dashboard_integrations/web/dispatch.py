"""Dispatch: from a request to its response, whatever the request is."""

import logging
from collections.abc import Sequence
from functools import lru_cache, partial
from http import HTTPStatus

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import (
    AuthFailedError,
    ErrorSource,
    ForbiddenError,
    InternalError,
    InvalidRequestError,
    NotFoundError,
)
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.web.answers import answer, refuse, without_body
from dashboard_integrations.web.authorize import Access, Action, Authorize, decide
from dashboard_integrations.web.bodies import is_json
from dashboard_integrations.web.messages import MAX_BODY, Request, Response
from dashboard_integrations.web.routing import Found, Route, find_route

__all__ = ["Dispatcher"]

logger = logging.getLogger(__name__)

_PATHS_REMEMBERED = 2_000
_LONGEST_REMEMBERED = 500


class Dispatcher:
    """Answers requests from a table of routes, each only if ``authorize`` allows it; public ones need no leave."""

    def __init__(self, routes: Sequence[Route], *, authorize: Authorize) -> None:
        if not callable(authorize):
            raise TypeError(f"authorize must be a function of a request and an action, not {authorize!r}")
        self.routes = tuple(routes)
        self._authorize = authorize
        self._remembered = lru_cache(_PATHS_REMEMBERED)(partial(find_route, self.routes))

    async def dispatch(self, request: Request) -> Response:
        """Return the response; never raise, except that a cancelled request is cancelled."""
        try:
            response = await self._answer(request)
        except InvalidRequestError as error:
            response = answer(Envelope.failure(error))
        except Exception as error:  # noqa: BLE001  (the last line: every answer is an envelope)
            log_failure(logger, "request-failed", error)
            response = answer(Envelope.failure(_internal(error)))
        return without_body(response) if request.method == "HEAD" else response

    async def _answer(self, request: Request) -> Response:
        is_short = len(request.path) <= _LONGEST_REMEMBERED
        found = self._remembered(request.path) if is_short else find_route(self.routes, request.path)
        route = None if found is None else found.route_for(request.method)
        action = _action(found, request.method) if route is None else route.action
        if action is not None:  # before anything about the request is told
            access = await decide(self._authorize, request, action)
            if access is not Access.ALLOW:
                return _unauthenticated() if access is Access.UNAUTHENTICATED else _forbidden()
        if found is None:
            return _not_found()
        if route is None:
            return _method_not_allowed(found)
        if len(request.body) > MAX_BODY:
            return _too_large()
        if route.body is not None and not is_json(request.headers.get("content-type", "")):
            return _not_json()
        return await route.handler(request, found.parameters)


def _action(found: Found | None, method: str) -> Action | None:
    return Action.READ if found is None else found.action(method)


def _unauthenticated() -> Response:
    return refuse(
        AuthFailedError("sign in to use the integrations of this dashboard", source=ErrorSource.HOST),
        HTTPStatus.UNAUTHORIZED,
        headers=(("www-authenticate", "Bearer"),),
    )


def _forbidden() -> Response:
    return refuse(
        ForbiddenError("this account may not do this with the integrations of this dashboard", source=ErrorSource.HOST),
        HTTPStatus.FORBIDDEN,
    )


def _not_found() -> Response:
    return refuse(
        NotFoundError("there is no such route: check the path and its percent-encoding", source=ErrorSource.HOST),
        HTTPStatus.NOT_FOUND,
    )


def _method_not_allowed(found: Found) -> Response:
    return refuse(
        InvalidRequestError(f"this route does not answer this method, only {found.allow}"),
        HTTPStatus.METHOD_NOT_ALLOWED,
        headers=(("allow", found.allow),),
    )


def _too_large() -> Response:
    return refuse(
        InvalidRequestError(f"the request body is longer than {MAX_BODY} bytes"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def _not_json() -> Response:
    return refuse(
        InvalidRequestError("send the body as JSON, with the header 'Content-Type: application/json'"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


def _internal(error: Exception) -> InternalError:
    return InternalError(
        f"the dashboard itself failed ({type(error).__name__}): its log says more", source=ErrorSource.HOST
    )
