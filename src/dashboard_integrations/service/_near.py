"""The near cache: snapshots as they were read last, so that what did not change is not parsed again."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from dashboard_integrations.freshness import Snapshot
from dashboard_integrations.service._live import LiveData

__all__ = ["NearCache", "NearEntry"]

_MOST = 10_000
_MOST_BYTES = 32 * 1024 * 1024
_MOST_SKEW = 2.0
"""How far apart, in seconds, writing and reading may say that data was fetched, before clocks are said to differ."""


@dataclass(frozen=True, slots=True)
class NearEntry:
    """What a cache held: ``value``, and the live data in it, if any. ``stamp`` says when it was read."""

    value: bytes
    live: LiveData | None
    stamp: object


class NearCache:
    """Entries by the key of their snapshot, least recently used out first; bounded by entries and by bytes."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, NearEntry] = OrderedDict()
        self._bytes = 0

    def known(self, key: str) -> NearEntry | None:
        """Return what was read or kept last."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def read(
        self, key: str, value: bytes | None, *, endpoint_id: str, stamp: object = None, set_at: float | None = None
    ) -> LiveData | None:
        """Return what ``value``, found in a cache under ``key``, says; ``None`` when it is no snapshot.

        ``set_at`` is when it was set, by the clock of who reads: where that is not when it says that it was fetched,
        the clock of who wrote it differs, and its times are moved.
        """
        known = self._entries.get(key)
        if known is not None and known.value == value:
            if known.stamp != stamp:
                self._entries[key] = replace(known, stamp=stamp)
            self._entries.move_to_end(key)
            return known.live
        snapshot = None if value is None else Snapshot.from_bytes(value)
        live = None if snapshot is None else _live(endpoint_id, snapshot, set_at)
        self.keep(key, value or b"", live, stamp=stamp)
        return live

    def keep(self, key: str, value: bytes, live: LiveData | None, *, stamp: object = None) -> None:
        """Keep what was read, or written, under ``key``."""
        known = self._entries.pop(key, None)
        if known is not None:
            self._bytes -= len(known.value)
        self._entries[key] = NearEntry(value, live, stamp)
        self._bytes += len(value)
        while len(self._entries) > _MOST or self._bytes > _MOST_BYTES:
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= len(dropped.value)


def _live(endpoint_id: str, snapshot: Snapshot, set_at: float | None) -> LiveData:
    skew = 0.0 if set_at is None else set_at - snapshot.fetched_at
    if abs(skew) <= _MOST_SKEW:
        return LiveData(endpoint_id, snapshot)
    moved = replace(snapshot, fetched_at=snapshot.fetched_at + skew, expires_at=snapshot.expires_at + skew)
    return LiveData(endpoint_id, moved, named_at=snapshot.fetched_at)
