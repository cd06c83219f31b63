"""Handlers of our own routes: what they return and raise, as responses."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.host.conflict import ConflictError
from dashboard_integrations.host.widget_shelf import UnknownWidgetError
from dashboard_integrations.storage import UnknownBoardError
from dashboard_integrations.web import Request, Response
from dashboard_integrations.web.answers import answer, refuse

__all__ = ["answered", "created"]

RoutesT = TypeVar("RoutesT")

_Method = Callable[[RoutesT, Request, Mapping[str, str]], Awaitable[object]]


def answered(
    method: _Method[RoutesT],
) -> Callable[[RoutesT, Request, Mapping[str, str]], Awaitable[Response]]:
    """Make a handler of a method that returns data, or a response, or raises an ``IntegrationError``."""

    @functools.wraps(method)
    async def handle(self: RoutesT, request: Request, path: Mapping[str, str]) -> Response:
        try:
            data = await method(self, request, path)
        except (UnknownBoardError, UnknownWidgetError) as error:
            return refuse(error, HTTPStatus.NOT_FOUND)
        except ConflictError as error:
            return refuse(error, HTTPStatus.CONFLICT)
        except IntegrationError as error:
            return answer(Envelope.failure(error))
        return data if isinstance(data, Response) else answer(Envelope.of(data))

    return handle


def created(data: object, *, location: str) -> Response:
    """Return what was made, and where it is found."""
    response = answer(Envelope.of(data))
    return replace(response, status=HTTPStatus.CREATED, headers=(*response.headers, ("location", location)))
