"""Faults that a status tells: refusals, redirects, failures and limits."""

import email.utils
import time
from collections.abc import Mapping, Sequence

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing._fault import Fault
from dashboard_integrations.testing.fake_service import Answer, FakeReply, FakeRequest

__all__ = ["REDIRECT_FAULTS", "STATUS_FAULTS", "redirecting_to"]

_MEANINGS: Mapping[int, ErrorCode] = {
    400: ErrorCode.UPSTREAM_ERROR,
    401: ErrorCode.AUTH_FAILED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.UPSTREAM_ERROR,
    410: ErrorCode.NOT_FOUND,
    418: ErrorCode.UPSTREAM_ERROR,
    429: ErrorCode.RATE_LIMITED,
    500: ErrorCode.UPSTREAM_ERROR,
    502: ErrorCode.UPSTREAM_ERROR,
    503: ErrorCode.UPSTREAM_ERROR,
    504: ErrorCode.UPSTREAM_ERROR,
    999: ErrorCode.UPSTREAM_ERROR,
}
_LOCKS_ACCOUNTS = frozenset({401, 403})
_SOON = 90.0
_DAY = 86_400.0
_BILLION = "1000000000"


def _status(status: int) -> Fault:
    return Fault(
        name=f"status-{status}",
        act=FakeReply(status=status, text="the service says no"),
        code=_MEANINGS[status],
        reason=f"http-{status}",
        recovers=status not in _LOCKS_ACCOUNTS,
    )


def _wait(name: str, retry_after: str, seconds: float | None, *, status: int = 429) -> Fault:
    return Fault(
        name=f"status-{status}-retry-after-{name}",
        act=FakeReply(status=status, headers={"Retry-After": retry_after}),
        code=_MEANINGS[status],
        reason=f"http-{status}",
        retry_after=seconds,
    )


def _until_soon(_: FakeRequest) -> FakeReply:
    date = email.utils.formatdate(time.time() + _SOON, usegmt=True)
    return FakeReply(status=429, headers={"Retry-After": date})


STATUS_FAULTS: Sequence[Fault] = (
    *map(_status, _MEANINGS),
    _wait("seconds", "7", 7.0),
    _wait("seconds", "7", 7.0, status=503),
    Fault(
        name="status-429-retry-after-date",
        act=_until_soon,
        code=ErrorCode.RATE_LIMITED,
        reason="http-429",
        retry_after=_SOON,
    ),
    _wait("past-date", "Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
    _wait("far-date", "Fri, 31 Dec 9999 23:59:59 GMT", _DAY),
    _wait("huge", _BILLION, _DAY),
    _wait("nonsense", "in a while", None),
    _wait("negative", "-1", None),
)


def _redirect(name: str, answer: Answer) -> Fault:
    return Fault(name=name, act=answer, code=ErrorCode.BAD_RESPONSE, reason="redirect")


def redirecting_to(location: str, *, status: int = 302, name: str | None = None) -> Fault:
    """Return the fault of redirecting everything to ``location``: an error, as no credential goes to another server."""
    return _redirect(name or f"redirect-{status}", FakeReply(status=status, headers={"Location": location}))


def _to_https(request: FakeRequest) -> FakeReply:
    return FakeReply(status=301, headers={"Location": f"https://{request.headers['host']}{request.path}"})


def _to_itself(request: FakeRequest) -> FakeReply:
    return FakeReply(status=307, headers={"Location": request.path})


REDIRECT_FAULTS: Sequence[Fault] = (
    _redirect("redirect-loop", _to_itself),
    _redirect("redirect-to-https", _to_https),
    redirecting_to("https://sign-in.example/login?next=%2F&ticket=1", name="redirect-to-another-server"),
    redirecting_to("//sign-in.example/login", name="redirect-to-another-host"),
    redirecting_to("http://169.254.169.254/latest/meta-data/", name="redirect-to-cloud-metadata"),
    redirecting_to("file:///etc/passwd", name="redirect-to-file"),
    redirecting_to("javascript:alert(1)", name="redirect-to-script"),
    redirecting_to("http://[", name="redirect-to-nonsense"),
    _redirect("redirect-without-location", FakeReply(status=302)),
)
