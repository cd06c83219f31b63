"""Faults of TLS. None needs a certificate of ours: where one is needed, the caller gives a server context."""

import ssl
from collections.abc import Sequence

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing._fault import Fault, OnConnection
from dashboard_integrations.testing._line import Line

__all__ = ["TLS_FAULTS", "tls_on_plain_port", "untrusted_certificate"]

_PLAIN_ANSWER = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nBad request"
_FATAL_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"


def _answer_in_the_clear(line: Line) -> None:
    line.read()
    line.send(_PLAIN_ANSWER)


def _reset_handshake(line: Line) -> None:
    line.read()
    line.reset()


def _refuse_handshake(line: Line) -> None:
    line.read()
    line.send(_FATAL_ALERT)


def _close_handshake(line: Line) -> None:
    line.read()


def _of_handshake(name: str, act: OnConnection, *, code: ErrorCode, reason: str | None) -> Fault:
    return Fault(name=name, act=act, code=code, reason=reason, needs_tls=True)


TLS_FAULTS: Sequence[Fault] = (
    _of_handshake("tls-hang", OnConnection(Line.wait), code=ErrorCode.TIMEOUT, reason=None),
    _of_handshake("tls-reset", OnConnection(_reset_handshake), code=ErrorCode.UNREACHABLE, reason="reset"),
    _of_handshake("tls-closed", OnConnection(_close_handshake), code=ErrorCode.UNREACHABLE, reason="protocol"),
    _of_handshake("tls-refused", OnConnection(_refuse_handshake), code=ErrorCode.UNREACHABLE, reason="protocol"),
    _of_handshake(
        "plain-http-on-tls-port", OnConnection(_answer_in_the_clear), code=ErrorCode.UNREACHABLE, reason="protocol"
    ),
)


def untrusted_certificate(context: ssl.SSLContext, *, reason: str) -> Fault:
    """Return the fault of a certificate, that of ``context``, which is not trusted for ``reason``.

    Reasons are ``expired``, ``not-yet-valid``, ``hostname-mismatch``, ``self-signed``, ``unknown-authority`` and
    ``untrusted``. ``trustme`` makes certificates for tests.
    """
    return Fault(name=f"certificate-{reason}", act=context, code=ErrorCode.TLS_UNTRUSTED, reason=reason, needs_tls=True)


def tls_on_plain_port(context: ssl.SSLContext) -> Fault:
    """Return the fault of speaking TLS, with ``context``, where the URL says http."""
    return Fault(name="tls-on-plain-port", act=context, code=ErrorCode.UNREACHABLE, reason="reset")
