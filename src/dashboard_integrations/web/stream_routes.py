"""The stream: live data as server-sent events, in the format of the HTML standard (``text/event-stream``)."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Self
from urllib.parse import parse_qsl

import anyio

from dashboard_integrations.errors import ErrorCode, ErrorSource, InvalidRequestError, NotFoundError
from dashboard_integrations.service import DataRequest, IntegrationService, Watch
from dashboard_integrations.web.answers import refuse
from dashboard_integrations.web.authorize import Action
from dashboard_integrations.web.messages import Request, Response
from dashboard_integrations.web.routing import Route, query_parameters

__all__ = ["StreamRoutes", "watched_requests"]

_MOST_WATCHED = 100
_LONGEST_NAME = 255
_LONGEST_SECONDS = 3_600.0
_RETRY = b"retry: 3000\n\n"
_STILL_HERE = b": still here\n\n"
_HEADERS = (
    ("content-type", "text/event-stream"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # nginx holds back what it does not know to be a stream
    ("x-content-type-options", "nosniff"),
)


class StreamRoutes:
    """``GET …/stream?watch=appId:endpointId``; the parameters of an endpoint follow its id as a query of their own."""

    def __init__(self, service: IntegrationService, *, longest: float = _LONGEST_SECONDS) -> None:
        self._service = service
        self._longest = longest

    def route(self, base_path: str) -> Route:
        """Return the route."""
        return Route(
            name="stream",
            method="GET",
            template=f"{base_path}/stream",
            action=Action.READ,
            summary="Watch live data as server-sent events",
            handler=self._stream,
            errors=(ErrorCode.INVALID_REQUEST,),
            streams=True,
        )

    async def _stream(self, request: Request, path: Mapping[str, str]) -> Response:
        if not request.can_stream:
            told = "this dashboard has no stream: ask for the data of many endpoints at once, with POST"
            return refuse(NotFoundError(told, source=ErrorSource.HOST), HTTPStatus.NOT_IMPLEMENTED)
        # Of the service as it runs now: it may be left before the first chunk is sent.
        watching = self._service.watch(watched_requests(request.query), after=request.headers.get("last-event-id"))
        return Response(
            status=int(HTTPStatus.OK), headers=_HEADERS, chunks=lambda: _Events(watching, longest=self._longest)
        )


class _Events:
    """The events of a watch; a comment now and then, so that whoever stands between does not take it for dead.

    It ends after a while: the client comes back, and ``authorize`` is asked again. No generator: thousands are open.
    """

    __slots__ = ("_ends", "_longest", "_watch", "_watching")

    def __init__(self, watching: AbstractAsyncContextManager[Watch], *, longest: float) -> None:
        self._watching = watching
        self._longest = longest
        self._watch: Watch | None = None
        self._ends: float | None = None

    async def __aenter__(self) -> Self:
        self._watch = await self._watching.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._watching.__aexit__(None, None, None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._ends is None:
            self._ends = anyio.current_time() + self._longest
            return _RETRY
        if self._watch is None or anyio.current_time() >= self._ends:
            raise StopAsyncIteration
        change = await self._watch.change_or_beat()
        if change is None:
            return _STILL_HERE
        name = self._watch.last_id
        return b"%sdata: %s\n\n" % (b"" if name is None else b"id: %s\n" % name.encode(), change.encoded)


def watched_requests(query: str) -> Sequence[DataRequest]:
    """Return what a query wants to watch; raise ``InvalidRequestError``."""
    if not query.isascii():
        raise InvalidRequestError("the query has characters that are not percent-encoded")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_WATCHED)
    except ValueError:
        told = f"the query cannot be read: percent-encode it as UTF-8, at most {_MOST_WATCHED} times watch"
        raise InvalidRequestError(told) from None
    unknown = {name: "is not watch" for name, _ in pairs if name != "watch"}
    if unknown or not pairs:
        raise InvalidRequestError("say what to watch: ?watch=appId:endpointId, once for each", fields=unknown)
    return [_request(value) for _, value in pairs]


def _request(value: str) -> DataRequest:
    app_id, colon, rest = value.partition(":")
    endpoint_id, _, parameters = rest.partition("?")
    if not (colon and app_id and endpoint_id) or len(app_id) > _LONGEST_NAME or len(endpoint_id) > _LONGEST_NAME:
        raise InvalidRequestError(
            f"{value[:60]!r} cannot be watched: write appId:endpointId", fields={"watch": "write appId:endpointId"}
        )
    return DataRequest(app_id=app_id, endpoint_id=endpoint_id, parameters=query_parameters(parameters))
