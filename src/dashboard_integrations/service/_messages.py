"""Messages: what the workers of a fleet tell each other, as JSON."""

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Self

__all__ = ["Message", "MessageKind"]

_FORMAT = 1


class MessageKind(Enum):
    """What happened to an app: it was ``EDITED``, a person ``FORGAVE`` its failures, a call of it ``LANDED``."""

    EDITED = "edited"
    FORGIVEN = "forgiven"
    LANDED = "landed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What happened to an app. ``sender`` is the worker's name; ``endpoint_id`` and ``key`` are of who landed."""

    kind: MessageKind
    sender: str
    app_id: str
    endpoint_id: str = ""
    key: str = ""

    def to_bytes(self) -> bytes:
        """Return its JSON."""
        return json.dumps(asdict(self) | {"kind": self.kind.value, "v": _FORMAT}, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, message: bytes) -> Self | None:
        """Read what ``to_bytes`` made; ``None`` for another format or what is none of ours."""
        try:
            parts = json.loads(message)
            if parts.pop("v") != _FORMAT:
                return None
            kind = MessageKind(parts.pop("kind"))
            return cls(kind=kind, **{name: str(part) for name, part in parts.items()})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
