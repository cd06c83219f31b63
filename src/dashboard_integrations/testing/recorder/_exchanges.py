"""From the wire to a recording's words: paths below the app's URL, and the headers that say something."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urljoin, urlsplit

from dashboard_integrations.http import WireExchange
from dashboard_integrations.service_url import origin_of
from dashboard_integrations.testing.recorder._tape import TakenExchange
from dashboard_integrations.testing.recording import RecordedExchange, RecordedRequest, RecordedResponse

__all__ = ["recorded_exchange"]

# What the HTTP client sends of itself, or what is about the connection.
_REQUEST_NOISE = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
# What is about the wire, the server program, or for browsers only.
_RESPONSE_NOISE = re.compile(
    r"accept-ranges|access-control-.*|age|alt-svc|cache-control|cf-.*|connection|content-(encoding|length)"
    r"|content-security-policy.*|cross-origin-.*|date|expires|feature-policy|keep-alive|nel|permissions-policy|pragma"
    r"|referrer-policy|report-to|reporting-endpoints|server|server-timing|strict-transport-security|transfer-encoding"
    r"|vary|via|x-(content-type-options|dns-prefetch-control|frame-options|powered-by|request-id|robots-tag|ua-.*"
    r"|xss-protection)"
)


def recorded_exchange(taken: TakenExchange, *, url: str) -> RecordedExchange:
    """Return the exchange as a recording has it; ``url`` is the app's."""
    exchange = taken.exchange
    target = urlsplit(exchange.url)
    request = RecordedRequest.of(
        exchange.method,
        _below(target.path, url),
        query=_query(target.query),
        headers={name: value for name, value in exchange.headers if _says_something(name, value)},
        content=exchange.content,
    )
    response = RecordedResponse.of(
        exchange.status, headers=_response_headers(exchange, url), content=exchange.response_content
    )
    return RecordedExchange(during=taken.during, request=request, response=response)


def _below(path: str, url: str) -> str:
    """Return ``path`` without the app's own: a fake service lives at the root of its address."""
    base = urlsplit(url).path.rstrip("/")
    is_below = path == base or path.startswith(f"{base}/")
    return (path.removeprefix(base) if is_below else path) or "/"


def _query(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def _says_something(name: str, value: str) -> bool:
    return name not in _REQUEST_NOISE and (name, value) != ("accept", "*/*")


def _response_headers(exchange: WireExchange, url: str) -> dict[str, str | Sequence[str]]:
    values: dict[str, list[str]] = {}
    for name, value in exchange.response_headers:
        if not _RESPONSE_NOISE.fullmatch(name):
            told = _location(value, exchange.url, url) if name == "location" else value
            values.setdefault(name, []).append(told)
    return {name: _one(name, several) for name, several in values.items()}


def _one(name: str, values: Sequence[str]) -> str | Sequence[str]:
    if name == "set-cookie" and len(values) > 1:
        return values
    return _joined(values)


def _joined(values: Iterable[str]) -> str:
    return ", ".join(values)


def _location(location: str, asked: str, url: str) -> str:
    """Return where a redirect leads, below the app's URL when it stays with the service."""
    try:
        target = urljoin(asked, location.strip())
        if origin_of(target) != origin_of(url):
            return location
    except ValueError:
        return location
    parts = urlsplit(target)
    return f"{_below(parts.path, url)}{f'?{parts.query}' if parts.query else ''}"
