"""The check of the cache that the workers of a dashboard share."""

import anyio

from dashboard_integrations.cli.checks import Check, Verdict

__all__ = ["cache_check"]

_PATIENCE = 3.0


def cache_check(redis: str | None) -> Check:
    """Say where snapshots are kept, and whether the server there answers."""
    if redis is None:
        return Check(name="cache", told="in the memory of the dashboard's process")
    try:
        # Its client is an extra, which who has one worker does not need.
        from dashboard_integrations.cache.redis import CacheDownError, RedisCache  # noqa: PLC0415

        cache = RedisCache(redis, timeout=_PATIENCE)
    except (ImportError, ValueError) as error:
        return Check(name="cache", told="cannot be used", verdict=Verdict.WRONG, fix=str(error))

    async def ask() -> None:
        async with cache:
            await cache.get("doctor")

    try:
        anyio.run(ask)
    except CacheDownError as error:
        fix = "start Redis, or check --redis: until then, workers call services each by itself"
        return Check(name="cache", told=str(error), verdict=Verdict.WRONG, fix=fix)
    return Check(name="cache", told=f"in {cache.address}")
