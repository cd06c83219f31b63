"""What a failed connection means: the typed error for each failure of sockets and TLS."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping

import anyio

from dashboard_integrations.errors import (
    AuthFailedError,
    IntegrationError,
    TlsUntrustedError,
    UnreachableError,
    UpstreamTimeoutError,
)

__all__ = [
    "broken_off",
    "causes",
    "connection_error",
    "mixed_up_scheme",
    "other_certificate",
    "timed_out",
    "unknown_host",
    "untrusted",
]

_NETWORK_ERRNOS = frozenset(
    {
        errno.EADDRNOTAVAIL,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.ENOTCONN,
    }
)

# Verify codes of OpenSSL (X509_V_ERR_...), which has kept them for decades.
_TLS_REASONS = {
    2: "unknown-authority",
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "unknown-authority",
    20: "unknown-authority",
    21: "unknown-authority",
    62: "hostname-mismatch",
    63: "hostname-mismatch",
    64: "hostname-mismatch",
}

_TLS_MESSAGES = {
    "expired": "has expired: renew it on the service",
    "not-yet-valid": "is not valid yet: check the clocks of both machines",
    "self-signed": "is self-signed: paste it into the app's form as CA certificate",
    "unknown-authority": "is of an authority that is not trusted here: paste that authority's certificate into the"
    " app's form as CA certificate",
    "hostname-mismatch": "is for another name: write the name it was made for into the URL",
    "untrusted": "cannot be trusted: check it on the service",
}

# The alerts (RFC 8446, 6.2) by which a service refuses the certificate that a client shows, or does not show.
_CLIENT_CERTIFICATE_REFUSED = frozenset(
    {
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)

# What OpenSSL says when the other side does not speak TLS at all.
_NOT_TLS = frozenset(
    {"HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}
)


def connection_error(error: BaseException, *, origin: str) -> IntegrationError | None:
    """Return the error that a failure of a socket or of TLS stands for, ``None`` when it is neither."""
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and not _is_of_network(error):
        return None
    # That TLS had to wait for the network is in the context of what went wrong afterwards, and is no failure.
    found = [cause for cause in causes(error) if not isinstance(cause, ssl.SSLWantReadError | ssl.SSLWantWriteError)]
    for failure in found:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return untrusted(failure, origin)
    for failure in found:
        if isinstance(failure, ssl.SSLError):
            return _tls_failed(failure, origin)
    if any(isinstance(failure, TimeoutError) for failure in found):
        return timed_out(origin)
    return _unreachable(found, origin) if any(isinstance(failure, _SOCKET_FAILURES) for failure in found) else None


def timed_out(origin: str, seconds: float | None = None) -> UpstreamTimeoutError:
    """Return the error for an answer that did not come in time."""
    limit = "in time" if seconds is None else f"within {seconds:g} seconds"
    return UpstreamTimeoutError(
        f"{origin} did not answer {limit}: check that the service is up, or give it more time in the app's form"
    )


def broken_off(origin: str) -> UnreachableError:
    """Return the error for a connection that ended in the middle."""
    message = "the connection was broken off: check that the service is well, and what stands between"
    return UnreachableError(f"{origin} cannot be reached: {message}", reason="reset")


def mixed_up_scheme(origin: str, *, spoken: str) -> UnreachableError:
    """Return the error for a URL of the wrong scheme; ``spoken`` is the one that the service understands."""
    if spoken == "https":
        message = f"{origin} expects https: change http:// to https:// in the URL"
    else:
        message = f"{origin} does not speak https: change https:// to http:// in the URL, or check the port"
    return UnreachableError(message, reason="protocol")


def unknown_host(origin: str) -> UnreachableError:
    """Return the error for a host name that leads nowhere."""
    return UnreachableError(
        f"{origin} cannot be reached: its host name is not known here: check the URL, or the name server", reason="dns"
    )


def untrusted(
    failure: ssl.SSLCertVerificationError, origin: str, *, certificate: Mapping[str, str] | None = None
) -> TlsUntrustedError:
    """Return the error for a certificate that is not trusted; ``certificate`` describes it, where it is known."""
    reason = _TLS_REASONS.get(getattr(failure, "verify_code", 0), "untrusted")
    message = f"the certificate of {origin} {_TLS_MESSAGES[reason]}"
    if certificate:
        message += (
            f"; or, to trust exactly this one: compare its SHA-256 fingerprint {certificate['sha256']} with the one"
            " that the service itself shows, and paste it into the app's form as certificate fingerprint"
        )
    return TlsUntrustedError(message, reason=reason, details=certificate)


def other_certificate(origin: str, *, certificate: Mapping[str, str]) -> TlsUntrustedError:
    """Return the error for a certificate whose fingerprint is not the one in the app's configuration."""
    shown = f", SHA-256 fingerprint {certificate['sha256']}," if certificate else ""
    return TlsUntrustedError(
        f"the certificate of {origin}{shown} is not the one whose fingerprint is in the app's form: when the service"
        " has a new one, compare it with the one that the service itself shows, and paste it into the form; otherwise"
        " somebody stands in between",
        reason="pin-mismatch",
        details=certificate,
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and everything that led to it, each once, also out of exception groups."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [cause for cause in (current.__cause__, current.__context__) if cause is not None]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


_BROKEN_OFF = (ConnectionError, anyio.BrokenResourceError, anyio.EndOfStream)
_SOCKET_FAILURES = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


def _is_of_network(error: OSError) -> bool:
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror | socket.herror):
        return True
    # Several failed attempts to connect are one OSError without a number, each attempt among its causes.
    combined = error.errno is None and isinstance(error.__cause__, OSError | BaseExceptionGroup)
    return combined or error.errno in _NETWORK_ERRNOS


def _unreachable(failures: list[BaseException], origin: str) -> UnreachableError:
    if any(isinstance(failure, socket.gaierror) for failure in failures):
        return unknown_host(origin)
    if any(isinstance(failure, ConnectionRefusedError) for failure in failures):
        message = "nothing listens there: check that the service is up, and the port"
        return UnreachableError(f"{origin} cannot be reached: {message}", reason="refused")
    if any(isinstance(failure, _BROKEN_OFF) for failure in failures):
        return broken_off(origin)
    return UnreachableError(
        f"{origin} cannot be reached: the network does not lead there; check the URL and the network", reason="network"
    )


def _tls_failed(failure: ssl.SSLError, origin: str) -> IntegrationError:
    # Only an error that OpenSSL itself raised has a reason.
    reason = getattr(failure, "reason", None)
    if reason in _NOT_TLS:
        return mixed_up_scheme(origin, spoken="http")
    if reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED":
        return AuthFailedError(
            f"{origin} asks for a client certificate: put one and its key into the app's form",
            reason="client-certificate-required",
        )
    if reason in _CLIENT_CERTIFICATE_REFUSED:
        return AuthFailedError(
            f"{origin} does not accept the client certificate: check which authority the service trusts, and the dates",
            reason="client-certificate-refused",
        )
    return UnreachableError(
        f"{origin} and this machine cannot agree on TLS: check the port and the TLS settings of the service",
        reason="protocol",
    )
