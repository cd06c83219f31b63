"""A cache in this process: bounded by entries and by bytes, least recently used out first."""

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["MemoryCache"]

_ENTRY_OVERHEAD = 200
"""Bytes an entry costs beside its key and value, about; so that empty values are not free."""


class MemoryCache:
    """A ``CacheBackend`` for one process. A value larger than ``max_bytes`` is not kept."""

    def __init__(
        self,
        *,
        max_entries: int = 10_000,
        max_bytes: int = 64 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise ValueError("max_entries and max_bytes must be at least 1")
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._entries: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0

    @property
    def entries(self) -> int:
        """How many entries it holds, those included whose time is over and that nobody asked for since."""
        return len(self._entries)

    @property
    def size(self) -> int:
        """How many bytes its entries take, about."""
        return self._bytes

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or ``None`` when it is missing or its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        value, ends_at = entry
        if self._clock() >= ends_at:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, *, ttl: float) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds, and drop the least recently used to make room."""
        if not ttl > 0:
            raise ValueError(f"ttl must be more than 0 seconds, not {ttl}")
        self._drop(key)
        cost = _cost(key, value)
        if cost > self._max_bytes:
            return
        self._entries[key] = bytes(value), self._clock() + ttl
        self._bytes += cost
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self._drop(next(iter(self._entries)))

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        self._drop(key)

    async def clear(self) -> None:
        """Forget every key."""
        self._entries.clear()
        self._bytes = 0

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _cost(key, entry[0])


def _cost(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_OVERHEAD
