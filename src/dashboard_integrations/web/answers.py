"""Answers: from an envelope to a response, its headers included."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.web.messages import Request, Response
from dashboard_integrations.web.statuses import status_of

__all__ = ["answer", "answer_data", "knows", "refuse", "without_body"]

_RETRYABLE = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})
_OPAQUE_TAG = re.compile(r'"([^"]*)"')

_HEADERS_REMEMBERED = 2_000

_JSON = ("content-type", "application/json")
_NO_STORE = ("cache-control", "no-store")
_REVALIDATE = ("cache-control", "private, no-cache")
_NO_SNIFF = ("x-content-type-options", "nosniff")


def answer(envelope: Envelope[object]) -> Response:
    """Return ``envelope`` as a response that nobody keeps."""
    return _respond(status_of(envelope), envelope, (_NO_STORE,))


def refuse(error: IntegrationError, status: HTTPStatus, *, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """Return ``error`` as a response with a status of its own."""
    return _respond(status, Envelope.failure(error), (_NO_STORE, *headers))


def answer_data(envelope: Envelope[EndpointData], request: Request) -> Response:
    """Return live data as a response, or 304 when the client has this very snapshot already."""
    tag = envelope.tag
    if tag is None:
        return answer(envelope)
    known = request.headers.get("if-none-match")
    if known is not None and knows(known, tag):
        return Response(status=304, headers=_not_modified(tag))
    body = envelope.to_json()
    return Response(status=200, headers=_data_headers(tag, len(body)), body=body)


def knows(if_none_match: str, tag: str) -> bool:
    """Tell whether a client that sent this ``If-None-Match`` has what ``tag`` names."""
    if tag in if_none_match:
        return tag in _OPAQUE_TAG.findall(if_none_match)
    return if_none_match.strip() == "*"


def without_body(response: Response) -> Response:
    """Return the answer to ``HEAD``: the same headers alone."""
    return Response(status=response.status, headers=response.headers)


def _respond(status: HTTPStatus, envelope: Envelope[object], headers: Sequence[tuple[str, str]]) -> Response:
    body = envelope.to_json()
    return Response(
        status=int(status),
        headers=(
            _JSON,
            ("content-length", str(len(body))),
            *headers,
            *_retry_after(status, envelope),
            _NO_SNIFF,
        ),
        body=body,
    )


def _retry_after(status: HTTPStatus, envelope: Envelope[object]) -> Sequence[tuple[str, str]]:
    seconds = envelope.error.retry_after if envelope.error else None
    if status not in _RETRYABLE or seconds is None or not math.isfinite(seconds):
        return ()
    return (("retry-after", str(max(math.ceil(seconds), 0))),)


@lru_cache(_HEADERS_REMEMBERED)
def _data_headers(tag: str, length: int) -> Sequence[tuple[str, str]]:
    return (_JSON, ("content-length", str(length)), _REVALIDATE, ("etag", f'W/"{tag}"'), _NO_SNIFF)


@lru_cache(_HEADERS_REMEMBERED)
def _not_modified(tag: str) -> Sequence[tuple[str, str]]:
    return (_REVALIDATE, ("etag", f'W/"{tag}"'), _NO_SNIFF)
