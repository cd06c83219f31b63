"""What loads cryptography: only when a cipher is made, or a key is derived."""

from typing import Protocol

__all__ = ["Aead", "aead", "derived"]


class Aead(Protocol):
    """Authenticated encryption with one key."""

    def seal(self, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Return ciphertext and tag."""
        ...

    def open(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
        """Return the plaintext, ``None`` when key, nonce, text or associated data are not those it was sealed with."""
        ...


def aead(key: bytes) -> Aead:
    """Return AES-GCM with ``key``."""
    from dashboard_integrations.cipher._aes_gcm import AesGcm  # noqa: PLC0415

    return AesGcm(key)


def derived(secret: bytes, *, length: int, info: bytes) -> bytes:
    """Return a key of ``length`` bytes made of ``secret`` (RFC 5869, with SHA-256 and no salt)."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)
