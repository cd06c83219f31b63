"""The errors of this library: one tree, two axes.

The class says what is wrong (``code``) and what to do about it (``kind``); ``source`` says whose it is::

    IntegrationError
    ├── NeedsConfigurationError        kind "configure": a person has to change the app's configuration
    │   ├── InvalidConfigError         invalid-config
    │   ├── AuthFailedError            auth-failed
    │   ├── ForbiddenError             forbidden
    │   ├── NotFoundError              not-found
    │   ├── TlsUntrustedError          tls-untrusted
    │   ├── BlockedAddressError        blocked-address
    │   ├── UnsupportedVersionError    unsupported-version
    │   └── SecretUnreadableError      secret-unreadable
    ├── TransientError                 kind "retry": it may pass by itself
    │   ├── UnreachableError           unreachable
    │   ├── UpstreamTimeoutError       timeout
    │   ├── RateLimitedError           rate-limited
    │   ├── UpstreamError              upstream-error
    │   └── BackingOffError            backing-off
    ├── DefectError                    kind "report": somebody's code is wrong; tell its author
    │   ├── BadResponseError           bad-response
    │   └── InternalError              internal
    └── RequestError                   kind "request": the caller asked for what is not there
        ├── InvalidRequestError        invalid-request
        ├── UnknownAppError            unknown-app
        ├── UnknownIntegrationError    unknown-integration
        ├── UnknownEndpointError       unknown-endpoint
        └── DisabledError              disabled
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

__all__ = [
    "AuthFailedError",
    "BackingOffError",
    "BadResponseError",
    "BlockedAddressError",
    "DefectError",
    "DisabledError",
    "ErrorCode",
    "ErrorKind",
    "ErrorSource",
    "ForbiddenError",
    "IntegrationError",
    "InternalError",
    "InvalidConfigError",
    "InvalidRequestError",
    "NeedsConfigurationError",
    "NotFoundError",
    "RateLimitedError",
    "RequestError",
    "SecretUnreadableError",
    "TlsUntrustedError",
    "TransientError",
    "UnknownAppError",
    "UnknownEndpointError",
    "UnknownIntegrationError",
    "UnreachableError",
    "UnsupportedVersionError",
    "UpstreamError",
    "UpstreamTimeoutError",
]


class ErrorCode(StrEnum):
    """What is wrong: stable, for programs."""

    INVALID_CONFIG = "invalid-config"
    AUTH_FAILED = "auth-failed"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    RATE_LIMITED = "rate-limited"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS_UNTRUSTED = "tls-untrusted"
    BAD_RESPONSE = "bad-response"
    UNSUPPORTED_VERSION = "unsupported-version"
    UPSTREAM_ERROR = "upstream-error"
    BLOCKED_ADDRESS = "blocked-address"
    DISABLED = "disabled"
    UNKNOWN_APP = "unknown-app"
    UNKNOWN_INTEGRATION = "unknown-integration"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    SECRET_UNREADABLE = "secret-unreadable"  # noqa: S105  (a code, not a secret)
    BACKING_OFF = "backing-off"
    INVALID_REQUEST = "invalid-request"
    INTERNAL = "internal"


class ErrorSource(StrEnum):
    """Whose error it is."""

    CONFIG = "config"
    UPSTREAM = "upstream"
    INTEGRATION = "integration"
    HOST = "host"


class ErrorKind(StrEnum):
    """What to do about it."""

    CONFIGURE = "configure"
    RETRY = "retry"
    REPORT = "report"
    REQUEST = "request"


class IntegrationError(Exception):
    """Base of every foreseeable failure; raise one of the subclasses.

    ``message`` says what, which and what to do next, for a person. ``reason`` is a stable word below the code, such
    as ``refused`` below ``unreachable``. ``fields`` maps names of config fields to what is wrong with them.
    ``details`` are facts for a program to show or use, such as the fingerprint of a certificate. ``retry_after`` is in
    seconds.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL
    kind: ClassVar[ErrorKind] = ErrorKind.REPORT
    default_source: ClassVar[ErrorSource] = ErrorSource.UPSTREAM

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        source: ErrorSource | None = None,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.source = source or self.default_source
        self.fields: Mapping[str, str] = MappingProxyType(dict(fields or {}))
        self.details: Mapping[str, str] = MappingProxyType(dict(details or {}))
        self.retry_after = retry_after


class NeedsConfigurationError(IntegrationError):
    """A person has to change the app's configuration."""

    kind = ErrorKind.CONFIGURE


class InvalidConfigError(NeedsConfigurationError):
    """The configuration does not fit the integration's schema; ``fields`` says where."""

    code = ErrorCode.INVALID_CONFIG
    default_source = ErrorSource.CONFIG


class AuthFailedError(NeedsConfigurationError):
    """The service does not accept the credentials."""

    code = ErrorCode.AUTH_FAILED


class ForbiddenError(NeedsConfigurationError):
    """The service knows the account but does not allow this."""

    code = ErrorCode.FORBIDDEN


class NotFoundError(NeedsConfigurationError):
    """The service has nothing at this path: usually a wrong URL, or another version of the service."""

    code = ErrorCode.NOT_FOUND


class TlsUntrustedError(NeedsConfigurationError):
    """The service's certificate is not trusted; reason ``expired``, ``hostname-mismatch``, ``self-signed``, …."""

    code = ErrorCode.TLS_UNTRUSTED


class BlockedAddressError(NeedsConfigurationError):
    """The host's network policy refuses the address."""

    code = ErrorCode.BLOCKED_ADDRESS
    default_source = ErrorSource.HOST


class UnsupportedVersionError(NeedsConfigurationError):
    """The service is of a version that the integration does not know."""

    code = ErrorCode.UNSUPPORTED_VERSION


class SecretUnreadableError(NeedsConfigurationError):
    """A sealed configuration cannot be opened with the keys at hand."""

    code = ErrorCode.SECRET_UNREADABLE
    default_source = ErrorSource.HOST


class TransientError(IntegrationError):
    """It may pass by itself."""

    kind = ErrorKind.RETRY


class UnreachableError(TransientError):
    """No connection; reason ``dns``, ``refused``, ``reset``, ``protocol`` or ``network``."""

    code = ErrorCode.UNREACHABLE


class UpstreamTimeoutError(TransientError):
    """The service did not answer in time."""

    code = ErrorCode.TIMEOUT


class RateLimitedError(TransientError):
    """The service asks for fewer calls, or as many as we allow ourselves were made; ``retry_after`` when known."""

    code = ErrorCode.RATE_LIMITED


class UpstreamError(TransientError):
    """The service reports a failure of its own."""

    code = ErrorCode.UPSTREAM_ERROR


class BackingOffError(TransientError):
    """Not called: the service failed a moment ago and ``retry_after`` has not passed."""

    code = ErrorCode.BACKING_OFF
    default_source = ErrorSource.HOST


class DefectError(IntegrationError):
    """Somebody's code is wrong; tell its author."""

    kind = ErrorKind.REPORT


class BadResponseError(DefectError):
    """The answer is not what the integration expects; reason ``html``, ``empty``, ``too-large``, ``redirect``, …."""

    code = ErrorCode.BAD_RESPONSE


class InternalError(DefectError):
    """An integration or the host failed in a way nobody foresaw."""

    code = ErrorCode.INTERNAL
    default_source = ErrorSource.INTEGRATION


class RequestError(IntegrationError):
    """The caller asked for what is not there."""

    kind = ErrorKind.REQUEST
    default_source = ErrorSource.HOST


class InvalidRequestError(RequestError):
    """The request is malformed."""

    code = ErrorCode.INVALID_REQUEST


class UnknownAppError(RequestError):
    """No app has this id."""

    code = ErrorCode.UNKNOWN_APP


class UnknownIntegrationError(RequestError):
    """No usable integration has this id."""

    code = ErrorCode.UNKNOWN_INTEGRATION


class UnknownEndpointError(RequestError):
    """The integration has no such endpoint."""

    code = ErrorCode.UNKNOWN_ENDPOINT


class DisabledError(RequestError):
    """The app exists, and its integration is switched off."""

    code = ErrorCode.DISABLED
