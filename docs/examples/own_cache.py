"""Snapshots in files: a ``CacheBackend`` that several processes on one machine share."""

import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from anyio import to_thread

_SUFFIX = ".snapshot"


class FolderCache:
    """One file for each key: when it ends, then the value. Whatever fails raises, and costs freshness only."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or ``None`` when it is missing or its time is over."""
        return await to_thread.run_sync(self._get, key)

    async def set(self, key: str, value: bytes, *, ttl: float) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds, in place of what was there."""
        await to_thread.run_sync(self._set, key, value, self._clock() + ttl)

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        await to_thread.run_sync(lambda: self._file(key).unlink(missing_ok=True))

    async def clear(self) -> None:
        """Forget every key of this library and nothing of anybody else."""
        for file in self._folder.glob(f"*{_SUFFIX}"):
            file.unlink(missing_ok=True)

    def _get(self, key: str) -> bytes | None:
        try:
            ends_at, _, value = self._file(key).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        return value if self._clock() < float(ends_at) else None

    def _set(self, key: str, value: bytes, ends_at: float) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{os.urandom(8).hex()}.draft"
        draft.write_bytes(f"{ends_at}\n".encode() + value)
        draft.replace(self._file(key))  # readers see the old file or the new one, never half of it

    def _file(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()}{_SUFFIX}"
