"""The certificate by which a service recognises this dashboard."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from dashboard_integrations.errors import InvalidConfigError

__all__ = ["load_client_certificate", "memory_file", "temporary_file"]

_DESCRIPTORS = Path("/proc/self/fd")
_WEAK = frozenset({"CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "EE_KEY_TOO_SMALL"})


class _PassphraseNeededError(Exception):
    """The key is encrypted."""


def load_client_certificate(context: ssl.SSLContext, *, certificate: str, key: str) -> None:
    """Let ``context`` show the certificate (PEM, with its chain); raise ``InvalidConfigError`` naming the field."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificate)
    except (ssl.SSLError, ValueError):
        raise _invalid("client_certificate", "this is not a certificate in PEM form: paste it whole") from None
    try:
        with _file(f"{certificate}\n{key}\n".encode()) as path:
            context.load_cert_chain(path, password=_refuse)
    except _PassphraseNeededError:
        raise _invalid("client_key", "the key is encrypted: give it without a passphrase") from None
    except (ssl.SSLError, ValueError) as error:
        raise _refused(getattr(error, "reason", None)) from None


@contextmanager
def memory_file(content: bytes) -> Iterator[str]:
    """Lend the path of a file that is nowhere but in memory, and gone when this process is, however it ends."""
    descriptor = os.memfd_create("client-certificate")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        yield str(_DESCRIPTORS / str(descriptor))


@contextmanager
def temporary_file(content: bytes) -> Iterator[str]:
    """Lend the path of a file that nobody else can read, and delete it at once."""
    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield path
    finally:
        Path(path).unlink()


def _file(content: bytes) -> AbstractContextManager[str]:
    # Python's ssl reads a private key from a path only.
    has_memory_files = hasattr(os, "memfd_create") and _DESCRIPTORS.is_dir()
    return memory_file(content) if has_memory_files else temporary_file(content)


def _refuse() -> str:
    # Without this OpenSSL would ask for the passphrase on the terminal, and wait.
    raise _PassphraseNeededError


def _refused(reason: str | None) -> InvalidConfigError:
    if reason == "KEY_VALUES_MISMATCH":
        return _invalid("client_key", "this is not the key of the client certificate")
    if reason in _WEAK:
        return _invalid("client_certificate", "its key or signature is too weak: make one with RSA 2048, or better")
    return _invalid("client_key", "this is not a private key in PEM form: paste it whole")


def _invalid(field: str, problem: str) -> InvalidConfigError:
    return InvalidConfigError(f"the {field.replace('_', ' ')}: {problem}", fields={field: problem})
