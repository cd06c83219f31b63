"""AES-GCM, by cryptography."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["AesGcm"]


class AesGcm:
    """An ``Aead``."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def seal(self, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Return ciphertext and tag."""
        return self._key.encrypt(nonce, plaintext, associated)

    def open(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
        """Return the plaintext, ``None`` when it is not what was sealed."""
        try:
            return self._key.decrypt(nonce, sealed, associated)
        except InvalidTag:
            return None
