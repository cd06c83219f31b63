"""Describing certificates: what can be read is told, and nothing that a stranger wrote does harm."""

import datetime
import hashlib
import ssl

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.cipher.certificates import describe_certificate, fingerprint


def _certificate(common_name, *, names=()):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2036, 1, 2, 3, 4, 5, tzinfo=datetime.UTC))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_certificate_is_described():
    """Who, by whom, for which names, from when and until when, and the fingerprint."""
    der = _certificate("nas.test", names=["nas.test", "nas.lan"])
    assert describe_certificate(der) == {
        "sha256": hashlib.sha256(der).hexdigest(),
        "subject": "CN=nas.test",
        "issuer": "CN=nas.test",
        "notBefore": "2026-01-02T03:04:05Z",
        "notAfter": "2036-01-02T03:04:05Z",
        "names": "nas.test, nas.lan",
    }


def test_the_fingerprint_is_what_openssl_prints():
    """SHA-256 of the whole certificate, in lower-case hex."""
    der = ssl.PEM_cert_to_DER_cert(trustme.CA().cert_pem.bytes().decode())
    assert fingerprint(der) == x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256()).hex()


def test_what_a_stranger_wrote_is_bounded_and_printable():
    """Neither a terminal's control codes nor text that reads backwards gets through."""
    described = describe_certificate(_certificate("a\x1b[2J\u202eb", names=[f"{'n' * 60}{i}" for i in range(50)]))
    assert (described["subject"], len(described["names"])) == ("CN=a?[2J?b", 300)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"not a certificate"])
def test_what_cannot_be_read_has_a_fingerprint_still(der):
    """A broken certificate can be told by its fingerprint."""
    assert describe_certificate(der) == {"sha256": hashlib.sha256(der).hexdigest()}


@given(st.data())
def test_no_bytes_do_harm(data):
    """A certificate with any byte changed is described or left out, and never an error."""
    broken = bytearray(_BASE)
    for position in data.draw(st.lists(st.integers(0, len(_BASE) - 1), max_size=4)):
        broken[position] = data.draw(st.integers(0, 255))
    described = describe_certificate(bytes(broken))
    assert described["sha256"] == hashlib.sha256(broken).hexdigest()
    assert all(text.isprintable() for text in described.values())


_BASE = _certificate("nas.test", names=["nas.test"])
