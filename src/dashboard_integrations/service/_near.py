"""The near cache: snapshots as they were read last, so that what did not change is not parsed again."""

from collections import OrderedDict

from dashboard_integrations.freshness import Snapshot
from dashboard_integrations.service._live import LiveData

__all__ = ["NearCache"]

_MOST = 10_000
_MOST_BYTES = 32 * 1024 * 1024


class NearCache:
    """Live data by the key of its snapshot, least recently used out first; bounded by entries and by bytes."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[bytes, LiveData]] = OrderedDict()
        self._bytes = 0

    def read(self, key: str, value: bytes, *, endpoint_id: str) -> LiveData | None:
        """Return what ``value``, found in a cache under ``key``, says; ``None`` when it is no snapshot."""
        known = self._entries.get(key)
        if known is not None and known[0] == value:
            self._entries.move_to_end(key)
            return known[1]
        snapshot = Snapshot.from_bytes(value)
        if snapshot is None:
            return None
        live = LiveData(endpoint_id, snapshot)
        self._keep(key, value, live)
        return live

    def drop(self, key: str) -> None:
        """Forget what is known of ``key``."""
        known = self._entries.pop(key, None)
        if known is not None:
            self._bytes -= len(known[0])

    def _keep(self, key: str, value: bytes, live: LiveData) -> None:
        self.drop(key)
        self._entries[key] = value, live
        self._bytes += len(value)
        while len(self._entries) > _MOST or self._bytes > _MOST_BYTES:
            self.drop(next(iter(self._entries)))
