"""Routes: which handler answers a path, and what a path and a query say."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from pydantic import BaseModel

from dashboard_integrations.errors import ErrorCode, InvalidRequestError
from dashboard_integrations.web.authorize import Action
from dashboard_integrations.web.messages import Request, Response

__all__ = ["Found", "Handler", "Route", "find_route", "query_parameters"]

_MAX_PARAMETERS = 100
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Handler = Callable[[Request, Mapping[str, str]], Awaitable[Response]]
"""Answers a request; the mapping holds what the path says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path. ``{names}`` in ``template`` stand for one segment; ``body`` is the model of its JSON.

    ``data`` is the type of the data in a success, ``errors`` are the codes that its handler may answer with.
    With ``streams`` a success is server-sent events, and no envelope. ``action=None`` makes a route public:
    ``authorize`` is not asked. Only a file that is the same for everybody can be; raise ``ValueError`` for a public
    route that takes a body, returns data or is no ``GET``.
    """

    name: str
    method: str
    template: str
    action: Action | None
    summary: str
    handler: Handler
    body: type[BaseModel] | None = None
    data: object = None
    errors: Collection[ErrorCode] = ()
    streams: bool = False

    def __post_init__(self) -> None:
        has_content = self.body is not None or self.data is not None or self.errors or self.streams
        plain = self.method == "GET" and not has_content
        if self.action is None and not plain:
            raise ValueError(f"the route {self.name!r} needs an action: only a GET without body and data is public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands at a path: a route per method, and what the path says."""

    routes: Mapping[str, Route]
    parameters: Mapping[str, str]

    def route_for(self, method: str) -> Route | None:
        """Return the route that answers ``method``; ``HEAD`` is answered as ``GET``."""
        return self.routes.get("GET" if method == "HEAD" else method)

    @property
    def allow(self) -> str:
        """The methods that are answered, as in the ``Allow`` header."""
        return ", ".join(sorted({*self.routes, *({"HEAD"} if "GET" in self.routes else ())}))

    def action(self, method: str) -> Action | None:
        """Return what ``method`` wants to do here: the most that can be done here, when it is not answered.

        ``None`` is what anybody may do.
        """
        route = self.route_for(method)
        if route is not None:
            return route.action
        return Action.MANAGE if any(item.action is Action.MANAGE for item in self.routes.values()) else Action.READ


def find_route(routes: Sequence[Route], path: str) -> Found | None:
    """Return what stands at ``path``: ``None`` for a path that is unknown, badly encoded or ends with a slash."""
    segments = _segments(path)
    if segments is None:
        return None
    for route in routes:
        parameters = _match(route.template, segments)
        if parameters is not None:
            same = {item.method: item for item in routes if item.template == route.template}
            return Found(routes=same, parameters=parameters)
    return None


def query_parameters(query: str) -> dict[str, str]:
    """Return what ``query`` says; raise ``InvalidRequestError`` for what can be read in two ways."""
    if not query:
        return {}
    if not query.isascii():
        raise InvalidRequestError("the query has characters that are not percent-encoded")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        raise InvalidRequestError(
            f"the query cannot be read: percent-encode it as UTF-8, at most {_MAX_PARAMETERS} parameters"
        ) from None
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = {name: "given more than once" for name in names if names.count(name) > 1}
        raise InvalidRequestError("a query parameter is given more than once", fields=repeated)
    return parameters


def _segments(path: str) -> list[str] | None:
    if _BAD_ESCAPE.search(path):
        return None
    try:
        segments = [unquote_to_bytes(segment).decode() for segment in path.split("/")]
    except UnicodeError:
        return None
    return None if any(map(_CONTROL.search, segments)) else segments


def _match(template: str, segments: Sequence[str]) -> dict[str, str] | None:
    expected = template.split("/")
    if len(expected) != len(segments):
        return None
    parameters: dict[str, str] = {}
    for wanted, segment in zip(expected, segments, strict=True):
        if wanted.startswith("{") and segment:
            parameters[wanted[1:-1]] = segment
        elif wanted != segment:
            return None
    return parameters
