"""Caches: the protocol, and the backends that implement it."""

from dashboard_integrations.cache.backend import CacheBackend
from dashboard_integrations.cache.memory import MemoryCache
from dashboard_integrations.cache.shared import Aged, SharedCacheBackend

__all__ = ["Aged", "CacheBackend", "MemoryCache", "SharedCacheBackend"]
