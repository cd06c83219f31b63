"""Certificates: what a person needs to recognise one."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from cryptography import x509

__all__ = ["describe_certificate", "fingerprint"]

_LONGEST = 300
_MOST_NAMES = 10


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of the certificate in lower-case hex."""
    return hashlib.sha256(der).hexdigest()


def describe_certificate(der: bytes) -> Mapping[str, str]:
    """Return ``sha256``, and as far as they can be read ``subject issuer names notBefore notAfter``.

    The dates are in ISO 8601, UTC. The texts are whatever a stranger wrote: they are cut to a length and to printable
    characters.
    """
    described = {"sha256": fingerprint(der)}
    try:
        certificate = x509.load_der_x509_certificate(der)
        described["subject"] = _shown(certificate.subject.rfc4514_string())
        described["issuer"] = _shown(certificate.issuer.rfc4514_string())
        described["notBefore"] = _moment(certificate.not_valid_before_utc)
        described["notAfter"] = _moment(certificate.not_valid_after_utc)
        names = list(_names(certificate))
        if names:
            described["names"] = _shown(", ".join(names[:_MOST_NAMES]))
    except Exception:  # noqa: BLE001  (a stranger's bytes: what cannot be read is left out, the fingerprint stays)
        return described
    return described


def _names(certificate: x509.Certificate) -> Iterator[str]:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            yield from extension.value.get_values_for_type(x509.DNSName)
            yield from map(str, extension.value.get_values_for_type(x509.IPAddress))


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:_LONGEST])
