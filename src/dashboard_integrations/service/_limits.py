"""Limits: how many calls are under way, of one app and of all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio

from dashboard_integrations.errors import ErrorSource, UpstreamTimeoutError

__all__ = ["CallLimits", "busy"]


class CallLimits:
    """Lends places for calls: ``per_app`` at most for one app, ``total`` for all.

    Half of the places are kept from apps whose calls failed lately, so that many slow services starve no living one.
    """

    def __init__(self, *, per_app: int, total: int) -> None:
        if per_app < 1 or total < 2:  # noqa: PLR2004  (one place for the living, one for the others)
            raise ValueError("a limit of calls is at least 1 per app and 2 in all")
        self._per_app = per_app
        self._total = anyio.CapacityLimiter(total)
        self._suspects = anyio.CapacityLimiter(total // 2)
        self._apps: dict[str, tuple[anyio.CapacityLimiter, int]] = {}

    @asynccontextmanager
    async def place(self, app_id: str, *, is_suspect: bool) -> AsyncIterator[None]:
        """Wait for a place for a call of the app, and hold it inside ``async with``."""
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._of_app(app_id))
            if is_suspect:
                await held.enter_async_context(_borrowed(self._suspects))
            await held.enter_async_context(_borrowed(self._total))
            yield

    @asynccontextmanager
    async def _of_app(self, app_id: str) -> AsyncIterator[None]:
        limiter, users = self._apps.get(app_id, (anyio.CapacityLimiter(self._per_app), 0))
        self._apps[app_id] = limiter, users + 1
        try:
            async with _borrowed(limiter):
                yield
        finally:
            limiter, users = self._apps.pop(app_id)
            if users > 1:
                self._apps[app_id] = limiter, users - 1


@asynccontextmanager
async def _borrowed(limiter: anyio.CapacityLimiter) -> AsyncIterator[None]:
    """Hold a token for each call: one task may make several."""
    borrower = object()
    await limiter.acquire_on_behalf_of(borrower)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(borrower)


def busy(name: str) -> UpstreamTimeoutError:
    """Return the error for a call that got no place in time."""
    return UpstreamTimeoutError(
        f"{name} was not called: too many calls are under way; ask again in a moment",
        reason="busy",
        source=ErrorSource.HOST,
    )
