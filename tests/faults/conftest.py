"""Certificates for the faults of TLS, made once: keys take time."""

import datetime
import ssl

import pytest
import trustme

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def _context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def trusted(authority):
    """Return the context of a service that is well."""
    return _context(authority.issue_cert("127.0.0.1"))


@pytest.fixture(scope="session")
def untrusted(authority, tmp_path_factory):
    """Return contexts that are not to be trusted, by the reason why."""
    other = trustme.CA()
    self_signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    file.write_bytes(other.private_key_pem.bytes() + other.cert_pem.bytes())
    self_signed.load_cert_chain(file)
    now = datetime.datetime.now(datetime.UTC)
    return {
        "expired": _context(authority.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + DAY)),
        "not-yet-valid": _context(
            authority.issue_cert("127.0.0.1", not_before=now + 10 * DAY, not_after=now + 20 * DAY)
        ),
        "hostname-mismatch": _context(authority.issue_cert("other.example")),
        "unknown-authority": _context(other.issue_cert("127.0.0.1")),
        "self-signed": self_signed,
    }
