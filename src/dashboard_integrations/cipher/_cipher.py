"""Sealing: AES-256-GCM with a ring of keys, bound to the app and its type.

A sealed text is ``v1.<key id>.<base64url of nonce, ciphertext and tag>``.
"""

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from dashboard_integrations.cipher._aead import aead
from dashboard_integrations.cipher._environment import keys_from_environment
from dashboard_integrations.cipher._keys import (
    KEY_COMMAND,
    InvalidKeyError,
    check_key,
    key_id,
    key_text,
    new_key,
    parse_ring,
)
from dashboard_integrations.errors import SecretUnreadableError

__all__ = ["ConfigCipher"]

_FORMAT = "v1"
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_URLSAFE = bytes.maketrans(b"-_", b"+/")
_NOT_URLSAFE = re.compile(r"[^A-Za-z0-9_-]")
_LAST_DIGITS = {1: "AQgw", 2: "AEIMQUYcgkosw048"}
"""The last digit when so many bytes are left over: with others, bits that say nothing would make a second spelling."""
_DOMAIN = "dashboard-integrations config"
_BOUND = b"".join(len(part).to_bytes(8, "big") + part.encode() for part in (_DOMAIN, _FORMAT))
_NONCE_BYTES = 12
_TAG_BYTES = 16


class ConfigCipher:
    """Seals with the first key of a ring and opens with any of them.

    What is sealed for one app and integration type does not open for another. ``random`` is the source of nonces; it
    must never give the same bytes twice.
    """

    __slots__ = ("_random", "_ring")

    def __init__(self, keys: Sequence[bytes], *, random: Callable[[int], bytes] = os.urandom) -> None:
        if not keys:
            raise InvalidKeyError(f"a cipher needs at least one key: make one with `{KEY_COMMAND}`")
        self._random = random
        self._ring = tuple((key_id(key), aead(check_key(key))) for key in dict.fromkeys(keys))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, random: Callable[[int], bytes] = os.urandom) -> Self:
        """Make one with the keys of ``INTEGRATION_ENCRYPTION_KEY``: 32 bytes each, base64url or hex, comma-separated.

        Without it, and unless ``DASHBOARD_ENV``, ``ENVIRONMENT`` or ``APP_ENV`` says production, a key is derived from
        ``JWT_SECRET``, with a warning. Raise ``InvalidKeyError``.
        """
        return cls(keys_from_environment(environ), random=random)

    @classmethod
    def from_text(cls, ring: str, *, random: Callable[[int], bytes] = os.urandom) -> Self:
        """Make one with the keys of a comma-separated text; raise ``InvalidKeyError``."""
        return cls(parse_ring(ring, where="the key ring"), random=random)

    @staticmethod
    def generate_key(*, random: Callable[[int], bytes] = os.urandom) -> str:
        """Return a new key in base64url."""
        return key_text(new_key(random))

    @property
    def key_ids(self) -> Sequence[str]:
        """The public names of the keys; the first one seals."""
        return tuple(name for name, _ in self._ring)

    def seal(self, plaintext: bytes, *, app_id: str, integration_type: str) -> str:
        """Return ``plaintext`` sealed for this app and integration type."""
        name, key = self._ring[0]
        nonce = self._random(_NONCE_BYTES)
        sealed = key.seal(nonce, plaintext, _bound_to(name, app_id, integration_type))
        return f"{_FORMAT}.{name}.{_encoded(nonce + sealed)}"

    def open(self, sealed: str, *, app_id: str, integration_type: str) -> bytes:
        """Return what was sealed for this app and integration type.

        Raise ``SecretUnreadableError`` with reason ``malformed``, ``unknown-key`` or ``damaged``.
        """
        name, data = _parsed(sealed)
        nonce, data, associated = data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(name, app_id, integration_type)
        is_known = False
        for known, key in self._ring:
            if known == name:
                is_known = True
                plaintext = key.open(nonce, data, associated)
                if plaintext is not None:
                    return plaintext
        if not is_known:
            raise SecretUnreadableError(
                f"the configuration is sealed with key {name}, and the ring has {', '.join(self.key_ids)}: add that key"
                " to INTEGRATION_ENCRYPTION_KEY, or type the secrets again and save",
                reason="unknown-key",
            )
        raise SecretUnreadableError(
            f"the configuration does not open with key {name}: it was changed, or it belongs to another app or"
            " integration type; type the secrets again and save",
            reason="damaged",
        )

    @staticmethod
    def key_id_of(sealed: str) -> str | None:
        """Return the id of the key that sealed it, or ``None`` for what is not a sealed text."""
        name, text = _parts(sealed)
        return name if name and text and not _NOT_URLSAFE.search(text) else None

    def needs_reseal(self, sealed: str) -> bool:
        """Tell whether anything but the first key sealed it."""
        return self.key_id_of(sealed) != self._ring[0][0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_ids={list(self.key_ids)})"


def _bound_to(*parts: str) -> bytes:
    """Return associated data that no other parts give: each is preceded by its length."""
    bound = _BOUND
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        bound += len(encoded).to_bytes(8, "big") + encoded
    return bound


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _parts(sealed: str) -> tuple[str, str]:
    """Return the id of a key and what is sealed, as it is written; empty where that is nothing of ours."""
    version, _, rest = sealed.partition(".")
    name, _, text = rest.partition(".")
    return (name, text) if version == _FORMAT and _KEY_ID.fullmatch(name) else ("", "")


def _parsed(sealed: str) -> tuple[str, bytes]:
    name, text = _parts(sealed)
    data = _decoded(text)
    if len(data) >= _NONCE_BYTES + _TAG_BYTES:
        return name, data
    raise SecretUnreadableError(
        "the stored configuration is not a sealed text of this version: restore it, or type the secrets again and save",
        reason="malformed",
    )


def _decoded(text: str) -> bytes:
    """Return what ``text`` is the one spelling of in base64url without padding; nothing when there is no such thing."""
    if not text.isascii() or "+" in text or "/" in text or "=" in text:
        return b""
    padded = text.encode().translate(_URLSAFE) + b"=" * (-len(text) % 4)
    try:
        data = binascii.a2b_base64(padded, strict_mode=True)
    except binascii.Error:
        return b""
    spare = len(data) % 3
    return data if not spare or text[-1] in _LAST_DIGITS[spare] else b""
