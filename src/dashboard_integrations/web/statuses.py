"""The status code of every envelope."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import ErrorCode

__all__ = ["STATUSES", "status_of"]

STATUSES: Mapping[ErrorCode, HTTPStatus] = MappingProxyType(
    {
        ErrorCode.INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
        ErrorCode.UNKNOWN_APP: HTTPStatus.NOT_FOUND,
        ErrorCode.UNKNOWN_INTEGRATION: HTTPStatus.NOT_FOUND,
        ErrorCode.UNKNOWN_ENDPOINT: HTTPStatus.NOT_FOUND,
        ErrorCode.DISABLED: HTTPStatus.CONFLICT,
        ErrorCode.SECRET_UNREADABLE: HTTPStatus.CONFLICT,
        ErrorCode.INVALID_CONFIG: HTTPStatus.UNPROCESSABLE_ENTITY,
        ErrorCode.AUTH_FAILED: HTTPStatus.BAD_GATEWAY,
        ErrorCode.FORBIDDEN: HTTPStatus.BAD_GATEWAY,
        ErrorCode.NOT_FOUND: HTTPStatus.BAD_GATEWAY,
        ErrorCode.TLS_UNTRUSTED: HTTPStatus.BAD_GATEWAY,
        ErrorCode.UNREACHABLE: HTTPStatus.BAD_GATEWAY,
        ErrorCode.BAD_RESPONSE: HTTPStatus.BAD_GATEWAY,
        ErrorCode.UNSUPPORTED_VERSION: HTTPStatus.BAD_GATEWAY,
        ErrorCode.UPSTREAM_ERROR: HTTPStatus.BAD_GATEWAY,
        ErrorCode.BLOCKED_ADDRESS: HTTPStatus.BAD_GATEWAY,
        ErrorCode.INTERNAL: HTTPStatus.BAD_GATEWAY,
        ErrorCode.BACKING_OFF: HTTPStatus.SERVICE_UNAVAILABLE,
        ErrorCode.RATE_LIMITED: HTTPStatus.SERVICE_UNAVAILABLE,
        ErrorCode.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""What a service answers us with is never our own 401, 403 or 404: the user would be signed out, the page not found."""


def status_of(envelope: Envelope[object]) -> HTTPStatus:
    """Return the status code of ``envelope``."""
    return HTTPStatus.OK if envelope.error is None else STATUSES[envelope.error.code]
