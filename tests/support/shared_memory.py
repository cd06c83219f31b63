"""A shared cache in this process, for tests of services that share one: fast, and failing when it is told to."""

import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import anyio

from dashboard_integrations.cache import Aged

__all__ = ["SharedMemory", "SharedMemoryCache"]


class SharedMemory:
    """What all workers have in common: a server. ``is_down``: it is not there. ``clock`` is its own, in seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.values: dict[str, tuple[bytes, float, float]] = {}
        self.streams: set[anyio.abc.ObjectSendStream[bytes | None]] = set()
        self.messages: list[bytes] = []
        self.is_down = False
        self.asked = 0

    def cache(self) -> "SharedMemoryCache":
        """Return one worker's cache."""
        return SharedMemoryCache(self)

    def flush(self) -> None:
        """Forget everything."""
        self.values.clear()

    def stop(self) -> None:
        """Be down, and let go of who listens."""
        self.is_down = True
        for stream in tuple(self.streams):
            stream.send_nowait(None)


class SharedMemoryCache:
    """A worker's ``SharedCacheBackend`` over a ``SharedMemory``."""

    def __init__(self, memory: SharedMemory) -> None:
        self._memory = memory
        self.is_cut_off = False

    async def get(self, key: str) -> bytes | None:
        found = self._found(key)
        return None if found is None else found.value

    async def get_aged(self, keys: Sequence[str]) -> Sequence[Aged | None]:
        await self._ask()
        return [self._found(key) for key in keys]

    async def set(self, key: str, value: bytes, *, ttl: float) -> None:
        await self._ask()
        self._put(key, value, ttl)

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        await self._ask()
        if self._found(key) is not None:
            return False
        self._put(key, value, ttl)
        return True

    async def extend(self, key: str, value: bytes, *, ttl: float) -> bool:
        await self._ask()
        found = self._found(key)
        if found is None or found.value != value:
            return False
        self._put(key, value, ttl)
        return True

    async def remove(self, key: str, value: bytes) -> bool:
        await self._ask()
        found = self._found(key)
        if found is None or found.value != value:
            return False
        del self._memory.values[key]
        return True

    async def delete(self, key: str) -> None:
        await self._ask()
        self._memory.values.pop(key, None)

    async def clear(self) -> None:
        await self._ask()
        self._memory.flush()

    async def publish(self, message: bytes) -> None:
        await self._ask()
        self._memory.messages.append(message)
        for stream in tuple(self._memory.streams):
            stream.send_nowait(message)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[bytes]]:
        await self._ask()
        send, receive = anyio.create_memory_object_stream[bytes | None](math.inf)
        self._memory.streams.add(send)
        try:
            with send, receive:
                yield _Messages(receive)
        finally:
            self._memory.streams.discard(send)

    async def _ask(self) -> None:
        self._memory.asked += 1
        await anyio.lowlevel.checkpoint()
        if self._memory.is_down or self.is_cut_off:
            raise ConnectionError("the shared memory is down")

    def _found(self, key: str) -> Aged | None:
        value, set_at, ends_at = self._memory.values.get(key, (b"", 0.0, -math.inf))
        now = self._memory.clock()
        return Aged(value, now - set_at) if now < ends_at else None

    def _put(self, key: str, value: bytes, ttl: float) -> None:
        now = self._memory.clock()
        self._memory.values[key] = (value, now, now + ttl)


class _Messages:
    """What one worker hears, until the memory goes down."""

    def __init__(self, received: AsyncIterator[bytes | None]) -> None:
        self._received = received

    def __aiter__(self) -> "_Messages":
        return self

    async def __anext__(self) -> bytes:
        message = await anext(self._received)
        if message is None:
            raise ConnectionError("the shared memory went down")
        return message
