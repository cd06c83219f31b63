"""The client certificate: read from memory, and never left on a disk."""

import ssl
import stat
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.http._client_certificate import load_client_certificate, memory_file, temporary_file


@pytest.fixture(scope="module")
def leaf():
    return trustme.CA().issue_cert("a@nas.test")


@pytest.fixture(scope="module")
def certificate(leaf):
    return leaf.cert_chain_pems[0].bytes().decode()


@pytest.fixture(scope="module")
def key(leaf):
    return leaf.private_key_pem.bytes().decode()


def _context():
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _problem(certificate, key):
    with pytest.raises(InvalidConfigError) as caught:
        load_client_certificate(_context(), certificate=certificate, key=key)
    return dict(caught.value.fields)


@pytest.mark.parametrize("lend", [memory_file, temporary_file])
def test_python_can_load_from_it(lend, leaf):
    """Both ways give a path that holds everything."""
    with lend(leaf.private_key_and_cert_chain_pem.bytes()) as path:
        _context().load_cert_chain(path)


@pytest.mark.parametrize("lend", [memory_file, temporary_file])
def test_nothing_is_left(lend):
    """Whatever happens inside, the path leads nowhere afterwards."""
    with pytest.raises(RuntimeError), lend(b"key") as path:
        raise RuntimeError
    assert not Path(path).exists()


@pytest.mark.parametrize("lend", [memory_file, temporary_file])
def test_nobody_else_reads_it(lend):
    """A file with a key is its owner's."""
    with lend(b"key") as path:
        mode = stat.S_IMODE(Path(path).stat().st_mode)
        content = Path(path).read_bytes()
    assert (b"key", 0) == (content, mode & 0o077 if lend is temporary_file else 0)


def test_loading_writes_no_file(certificate, key, monkeypatch, tmp_path):
    """Where the system has files in memory, the disk is not touched."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    load_client_certificate(_context(), certificate=certificate, key=key)


def test_an_encrypted_key_does_not_ask_the_terminal(certificate, key):
    """It is an error at its field; OpenSSL on its own would wait for somebody to type."""
    private = load_pem_private_key(key.encode(), None)
    encrypted = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    assert _problem(certificate, encrypted.decode()) == {
        "client_key": "the key is encrypted: give it without a passphrase"
    }


@pytest.mark.parametrize("label", ["PRIVATE KEY", "NONSENSE"])
def test_what_is_no_key_is_said_at_the_key(certificate, label):
    """The text itself is not repeated."""
    problem = _problem(certificate, f"-----BEGIN {label}-----\nY2FuYXJ5\n-----END {label}-----\n")
    assert problem == {"client_key": "this is not a private key in PEM form: paste it whole"}


def test_what_is_no_certificate_is_said_at_the_certificate(key):
    """A key that is fine does not get the blame."""
    problem = _problem("-----BEGIN CERTIFICATE-----\nY2FuYXJ5\n-----END CERTIFICATE-----\n", key)
    assert problem == {"client_certificate": "this is not a certificate in PEM form: paste it whole"}
