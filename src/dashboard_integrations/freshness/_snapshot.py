"""Snapshots: an endpoint's last good data, in the form a cache keeps."""

import hashlib
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

__all__ = ["Snapshot", "snapshot_key"]

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An endpoint's last good data: the payload's JSON, and when it was fetched and expires, in epoch seconds."""

    view: str
    encoded: bytes = field(repr=False)
    fetched_at: float
    expires_at: float

    def to_bytes(self) -> bytes:
        """Return the form a cache keeps: one line of JSON about the payload, then the payload."""
        times = {"fetchedAt": self.fetched_at, "expiresAt": self.expires_at}
        head = {"v": _FORMAT, "view": self.view, **times, "check": zlib.crc32(self.encoded)}
        return json.dumps(head, separators=(",", ":")).encode() + b"\n" + self.encoded

    @classmethod
    def from_bytes(cls, value: bytes) -> Self | None:
        """Read what ``to_bytes`` made; ``None`` for another format or what is damaged, as if it were missing."""
        try:
            head, _, encoded = value.partition(b"\n")
            about = json.loads(head)
            times = float(about["fetchedAt"]), float(about["expiresAt"])
            is_whole = about["v"] == _FORMAT and about["check"] == zlib.crc32(encoded)
            if not is_whole or not all(map(math.isfinite, times)):
                return None
            return cls(view=str(about["view"]), encoded=encoded, fetched_at=times[0], expires_at=times[1])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None


def snapshot_key(app_id: str, endpoint_id: str, *, parameters: Mapping[str, object], fingerprint: str) -> str:
    """Return the cache key of an app's endpoint under one configuration: short ASCII that reveals none of its parts."""
    parts = json.dumps([app_id, endpoint_id, parameters, fingerprint], sort_keys=True, separators=(",", ":"))
    return "dashboard-integrations:snapshot:" + hashlib.sha256(parts.encode()).hexdigest()[:40]
