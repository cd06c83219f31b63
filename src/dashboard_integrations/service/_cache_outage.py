"""Cache outages: said once when a cache begins to fail, and once when it works again."""

import logging

__all__ = ["CacheOutage"]

logger = logging.getLogger(__name__)


class CacheOutage:
    """What a cache fails to do at present. A request that it fails goes on without it; ``count`` is of all failures."""

    def __init__(self) -> None:
        self.count = 0
        self._fails: set[str] = set()

    def failed(self, doing: str, error: Exception) -> None:
        """Note that the cache failed to do this."""
        self.count += 1
        level = logging.DEBUG if doing in self._fails else logging.WARNING
        self._fails.add(doing)
        logger.log(
            level,
            "cache-failed: %s: %s; until it works again, answers may be older or services be called more often",
            doing,
            type(error).__name__,
            extra={"event": "cache-failed", "doing": doing, "error": type(error).__name__},
        )

    def worked(self, doing: str) -> None:
        """Note that the cache did this."""
        if doing in self._fails:
            self._fails.discard(doing)
            logger.warning("cache-works-again: %s", doing, extra={"event": "cache-works-again", "doing": doing})
