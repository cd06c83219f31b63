"""JSON Web Tokens (RFC 7519): a stand-in says nothing of whom it is, and ends when the original does."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Jwt", "parsed_jwt"]

_JWT = re.compile(r"(eyJ[\w-]+)\.(eyJ[\w-]+)\.[\w-]*")
_SAID = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwt:
    """The two parts of a token that say something."""

    head: Mapping[str, Any]
    payload: Mapping[str, Any]

    def made(self, number: int) -> str:
        """Return a stand-in: numbers as they are, texts gone, and a signature of nobody's."""
        head = {name: value for name, value in self.head.items() if name in {"alg", "typ"}}
        return f"{_encoded(head)}.{_encoded(_anonymous(self.payload))}.recorded-{number}"


def parsed_jwt(text: str) -> Jwt | None:
    """Return the token that ``text`` is, if it is one."""
    match = _JWT.fullmatch(text)
    if match is None:
        return None
    try:
        head, payload = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in match.groups())
    except (binascii.Error, ValueError):
        return None
    return Jwt(head=head, payload=payload) if isinstance(head, dict) and isinstance(payload, dict) else None


def _anonymous(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _anonymous(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_anonymous(item) for item in value]
    return _SAID if isinstance(value, str) else value


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")
