"""Caches: the protocol, and the backends that implement it."""

from dashboard_integrations.cache.backend import CacheBackend
from dashboard_integrations.cache.memory import MemoryCache

__all__ = ["CacheBackend", "MemoryCache"]
