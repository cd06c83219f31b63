"""The cache protocol: four methods over bytes."""

from typing import Protocol, runtime_checkable

__all__ = ["CacheBackend"]


@runtime_checkable
class CacheBackend(Protocol):
    """Keeps bytes for a while, at its own discretion.

    *Missing* is ordinary: a backend may forget any key at any time (evicted, expired, restarted), and then ``get``
    returns ``None``. *Failing* is ordinary too: any method may raise any ``Exception``; callers treat a failing ``get``
    as missing and a failing ``set``, ``delete`` or ``clear`` as not done, so that a failing backend costs freshness and
    never an answer. Values come back exactly as they were set or not at all. Keys are printable ASCII of at most 250
    characters. Every method may be called by many tasks at once.
    """

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or ``None`` when it is missing or its time is over."""
        ...

    async def set(self, key: str, value: bytes, *, ttl: float) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds (more than 0), in place of what was there."""
        ...

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        ...

    async def clear(self) -> None:
        """Forget every key of this library and nothing of anybody else."""
        ...
