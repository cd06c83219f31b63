"""Tables of routes, a row each."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from dashboard_integrations.web import Action
from dashboard_integrations.web.routing import Handler, Route

__all__ = ["Row", "route_table"]

Row = tuple[str, str, str, str, Handler, type[BaseModel] | None]
"""Name, method, template, summary, handler, and the model of the body."""


def route_table(rows: Iterable[Row], *, reading: Action = Action.READ) -> Sequence[Route]:
    """Return the routes of ``rows``; ``reading`` is the right that their ``GET`` asks for."""
    return [
        Route(
            name=name,
            method=method,
            template=template,
            action=reading if method == "GET" else Action.MANAGE,
            summary=summary,
            handler=handler,
            body=body,
        )
        for name, method, template, summary, handler, body in rows
    ]
