"""The cache that the workers of a dashboard share."""

from dashboard_integrations.cache import CacheBackend
from dashboard_integrations.host.settings import HostSettings

__all__ = ["shared_cache"]


def shared_cache(settings: HostSettings) -> CacheBackend | None:
    """Return the cache in Redis, if there is to be one: it connects when it is used.

    Raise ``ValueError`` for an address that is none, and ``ImportError`` when the extra is missing.
    """
    if settings.redis is None:
        return None
    # Its client is an extra, which who has one worker does not need.
    from dashboard_integrations.cache.redis import RedisCache  # noqa: PLC0415

    return RedisCache(settings.redis)
