"""Caches: the protocols, and the backends that implement them."""

from dashboard_integrations.cache.backend import CacheBackend
from dashboard_integrations.cache.memory import MemoryCache
from dashboard_integrations.cache.shared import Aged, SharedCacheBackend

__all__ = ["Aged", "CacheBackend", "MemoryCache", "SharedCacheBackend"]
