"""Keys: reading and judging them, never showing them."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence

__all__ = ["KEY_BYTES", "KEY_COMMAND", "InvalidKeyError", "check_key", "key_id", "key_text", "new_key", "parse_ring"]

KEY_BYTES = 32
KEY_COMMAND = "dashboard-integrations keygen"
"""The command that prints a good key."""

_HEX = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"([A-Za-z0-9_-]+|[A-Za-z0-9+/]+)={0,2}")
_ID_DOMAIN = b"dashboard-integrations key id\x00"
_PRINTABLE = range(0x20, 0x7F)

# 32 random bytes hold fewer different ones, or nothing but printable ASCII, less than once in 10**13 keys.
_FEWEST_DIFFERENT_BYTES = 16


class InvalidKeyError(ValueError):
    """A key is missing, malformed or weak; the message names the command that makes a good one, never the key."""


def check_key(key: bytes, *, where: str = "the key") -> bytes:
    """Return ``key`` when it is 32 bytes that look random; else raise ``InvalidKeyError``."""
    if len(key) != KEY_BYTES:
        raise InvalidKeyError(f"{where} is {len(key)} bytes long, not {KEY_BYTES}: make one with `{KEY_COMMAND}`")
    if len(set(key)) < _FEWEST_DIFFERENT_BYTES or all(byte in _PRINTABLE for byte in key):
        raise InvalidKeyError(f"{where} is weak (repeated bytes, or words): make one with `{KEY_COMMAND}`")
    return key


def parse_ring(text: str, *, where: str) -> Sequence[bytes]:
    """Return the keys of a comma-separated ring, each in hex, base64url or base64; raise ``InvalidKeyError``.

    ``where`` says in messages where the text comes from.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise InvalidKeyError(f"{where} holds no key: make one with `{KEY_COMMAND}`")
    if len(parts) == 1:
        return (_parse_key(parts[0], where=where),)
    total = len(parts)
    return tuple(_parse_key(part, where=f"key {number} of {total} in {where}") for number, part in enumerate(parts, 1))


def key_id(key: bytes) -> str:
    """Return the public name of ``key``: the first 8 hex digits of a hash of it."""
    return hashlib.sha256(_ID_DOMAIN + key).hexdigest()[:8]


def new_key(random: Callable[[int], bytes]) -> bytes:
    """Return a new key out of ``random``."""
    return check_key(random(KEY_BYTES), where="the key made of the given randomness")


def key_text(key: bytes) -> str:
    """Return ``key`` as a configuration holds it: base64url without padding."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def _parse_key(text: str, *, where: str) -> bytes:
    if len(text) == 2 * KEY_BYTES and _HEX.fullmatch(text):
        return check_key(bytes.fromhex(text), where=where)
    if not _BASE64.fullmatch(text):
        raise InvalidKeyError(f"{where} is neither base64url nor hex: make one with `{KEY_COMMAND}`")
    digits = text.rstrip("=").replace("+", "-").replace("/", "_")
    # A last digit that stands alone, or holds bits no byte has, was never written by an encoder: text was cut or typed.
    whole = digits if len(digits) % 4 != 1 else digits[:-1]
    key = base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
    if len(key) == KEY_BYTES and key_text(key) != digits:
        raise InvalidKeyError(f"{where} is cut or mistyped: make one with `{KEY_COMMAND}`")
    return check_key(key, where=where)
