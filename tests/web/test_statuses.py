"""Every error code has one status code."""

import pytest

from dashboard_integrations.envelope import Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.web.statuses import STATUSES, status_of

EXPECTED = {
    "invalid-request": 400,
    "unknown-app": 404,
    "unknown-integration": 404,
    "unknown-endpoint": 404,
    "disabled": 409,
    "secret-unreadable": 409,
    "invalid-config": 422,
    "auth-failed": 502,
    "forbidden": 502,
    "not-found": 502,
    "tls-untrusted": 502,
    "unreachable": 502,
    "bad-response": 502,
    "unsupported-version": 502,
    "upstream-error": 502,
    "blocked-address": 502,
    "internal": 502,
    "backing-off": 503,
    "rate-limited": 503,
    "timeout": 504,
}


def test_every_code_has_a_status():
    """No error code is forgotten."""
    assert set(ErrorCode) == set(STATUSES)


@pytest.mark.parametrize(("code", "status"), EXPECTED.items())
def test_status_of_a_failure(code, status):
    """The status follows from the code alone, whoever the source is."""
    body = ErrorBody(code=ErrorCode(code), message="it does not work", source=ErrorSource.HOST)
    assert status == status_of(Envelope.failure(body))


def test_status_of_success():
    """Success is 200."""
    assert status_of(Envelope.of([])) == 200
