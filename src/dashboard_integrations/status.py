"""What an HTTP status of a service means: the typed error for each, decided in one place."""

import email.utils
import time
from collections.abc import Mapping
from datetime import UTC
from urllib.parse import urljoin, urlsplit

from dashboard_integrations.errors import (
    AuthFailedError,
    BadResponseError,
    ForbiddenError,
    IntegrationError,
    NotFoundError,
    RateLimitedError,
    UpstreamError,
)
from dashboard_integrations.exchange import HttpResponse

__all__ = ["error_for_status", "retry_after_seconds"]

_LONGEST_WAIT = 86_400.0
_LONGEST_ORIGIN = 200

_MEANINGS: Mapping[int, tuple[type[IntegrationError], str]] = {
    401: (AuthFailedError, "does not accept the credentials: check them in the app's form"),
    403: (ForbiddenError, "does not allow this: check the credentials, and what the account or key may do"),
    404: (NotFoundError, "does not exist: check the URL and the version of the service"),
    410: (NotFoundError, "does not exist any more: check the version of the service"),
    429: (RateLimitedError, "asks for fewer calls"),
}


def error_for_status(response: HttpResponse) -> IntegrationError | None:
    """Return the error that the status stands for, or ``None`` for a 2xx."""
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004
        return None
    if 300 <= status < 400:  # noqa: PLR2004
        return BadResponseError(f"{response.url} {_redirection(response)}", reason="redirect")
    kind, message = _MEANINGS.get(status, (UpstreamError, f"answered with status {status}"))
    return kind(
        f"{response.url} {message}",
        reason=f"http-{status}",
        retry_after=retry_after_seconds(response, now=time.time()),
    )


def _redirection(response: HttpResponse) -> str:
    """Say where a redirect leads, by its origin only: the rest of it may hold a token."""
    try:
        target = urlsplit(urljoin(response.url, response.headers.get("location", "")))
        origin = f"{target.scheme}://{target.netloc.rpartition('@')[2]}"[:_LONGEST_ORIGIN]
    except ValueError:
        return "redirects instead of answering, to an address that cannot be read: check the URL"
    here = urlsplit(response.url)
    if not origin or not origin.isprintable() or (target.scheme, target.netloc) == (here.scheme, here.netloc):
        return "redirects to another path instead of answering: check the URL, and put that path into it"
    if target.hostname == here.hostname:
        return f"redirects to {origin}: put that into the URL"
    return f"redirects to {origin}, another server: if the service is there, put that into the URL"


def retry_after_seconds(response: HttpResponse, *, now: float) -> float | None:
    """Return how long ``Retry-After`` asks to wait (RFC 9110, 10.2.3: seconds or a date), a day at most."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        # The oldest of the three forms of a date (asctime) names no zone: all are in UTC.
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(aware.timestamp() - now, 0.0), _LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None
