"""The protocol of caches that several processes share: what a fleet of workers needs beside ``CacheBackend``."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from dashboard_integrations.cache.backend import CacheBackend

__all__ = ["Aged", "SharedCacheBackend"]


@dataclass(frozen=True, slots=True)
class Aged:
    """A value, and the seconds since it was set, by the clock of the backend: no worker's clock counts."""

    value: bytes = field(repr=False)
    age: float


@runtime_checkable
class SharedCacheBackend(CacheBackend, Protocol):
    """A ``CacheBackend`` of which every worker has its own, all of them over the same keys.

    Failing is as ordinary as it is there, and takes a second or so at most: who calls goes on alone.
    """

    async def get_aged(self, keys: Sequence[str]) -> Sequence[Aged | None]:
        """Return what is kept under each key, in one exchange."""
        ...

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        """Keep ``value`` for ``ttl`` seconds unless there is one; return whether it is ours that is kept. Atomic."""
        ...

    async def extend(self, key: str, value: bytes, *, ttl: float) -> bool:
        """Keep ``value`` for ``ttl`` seconds from now if it is what is kept; return whether it is. Atomic."""
        ...

    async def remove(self, key: str, value: bytes) -> bool:
        """Forget ``key`` if ``value`` is what is kept; return whether it was. Atomic."""
        ...

    async def publish(self, message: bytes) -> None:
        """Send ``message`` to everybody who listens now, the sender included; who does not listen never gets it."""
        ...

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Yield the messages published once it is entered, in their order.

        Entering raises when there is no connection. The iteration raises when messages may have been lost (the
        connection broke, too many came at once); it never ends by itself and never passes over a message in silence.
        """
        ...
