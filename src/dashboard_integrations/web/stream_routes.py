"""The stream: live data as server-sent events, in the format of the HTML standard (``text/event-stream``)."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
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
_HEARTBEAT_SECONDS = 15.0
_LONGEST_SECONDS = 3_600.0
_RETRY_MILLISECONDS = 3_000
_HEADERS = (
    ("content-type", "text/event-stream"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # nginx holds back what it does not know to be a stream
    ("x-content-type-options", "nosniff"),
)


class StreamRoutes:
    """``GET …/stream?watch=appId:endpointId``; the parameters of an endpoint follow its id as a query of their own."""

    def __init__(
        self,
        service: IntegrationService,
        *,
        heartbeat: float = _HEARTBEAT_SECONDS,
        longest: float = _LONGEST_SECONDS,
    ) -> None:
        self._service = service
        self._heartbeat = heartbeat
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

        @asynccontextmanager
        async def chunks() -> AsyncGenerator[AsyncIterator[bytes], None]:
            async with watching as watch, aclosing(self._events(watch)) as events:
                yield events

        return Response(status=int(HTTPStatus.OK), headers=_HEADERS, chunks=chunks)

    async def _events(self, watch: Watch) -> AsyncGenerator[bytes, None]:
        """Yield events; a comment now and then, so that whoever stands between does not take it for dead.

        It ends after a while: the client comes back, and ``authorize`` is asked again.
        """
        ends = anyio.current_time() + self._longest
        yield b"retry: %d\n\n" % _RETRY_MILLISECONDS
        while anyio.current_time() < ends:
            event = b": still here\n\n"
            with anyio.move_on_after(self._heartbeat):
                try:
                    change = await anext(watch)
                except StopAsyncIteration:
                    return
                name = watch.last_id
                event = b"%sdata: %s\n\n" % (b"" if name is None else b"id: %s\n" % name.encode(), change.encoded)
            yield event


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
