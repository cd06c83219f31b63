"""Each HTTP status has one typed error."""

import time

import pytest

from dashboard_integrations.exchange import HttpResponse
from dashboard_integrations.status import error_for_status, retry_after_seconds


def response(status, **headers):
    return HttpResponse(status=status, headers=headers, content=b"", url="http://nas/api")


@pytest.mark.parametrize("status", [200, 201, 204, 206])
def test_success(status):
    """A 2xx is no error."""
    assert error_for_status(response(status)) is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (302, "bad-response"),
        (304, "bad-response"),
        (400, "upstream-error"),
        (401, "auth-failed"),
        (403, "forbidden"),
        (404, "not-found"),
        (410, "not-found"),
        (418, "upstream-error"),
        (429, "rate-limited"),
        (500, "upstream-error"),
        (503, "upstream-error"),
    ],
)
def test_codes(status, code):
    """The status decides the code."""
    error = error_for_status(response(status))
    assert error is not None
    assert error.code == code


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 5 ", 5.0),
        ("99999999999999999999", 86_400.0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 24 Nov 2028 11:00:00 GMT", 86_400.0),
        ("soon", None),
        ("-3", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after(value, seconds):
    """Retry-After is read as seconds or as a date, a day at most, and ignored when it is neither."""
    noon = 1_795_521_600.0
    assert retry_after_seconds(response(429, **{"retry-after": value}), now=noon) == seconds


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a system that changes its zone")
def test_a_date_without_a_zone_is_in_utc(monkeypatch):
    """The oldest form of a date (asctime) names none, and is not of the machine's own zone."""
    noon = 1_795_521_600.0
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        found = retry_after_seconds(response(503, **{"retry-after": "Tue Nov 24 12:01:00 2026"}), now=noon)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found == 60.0
