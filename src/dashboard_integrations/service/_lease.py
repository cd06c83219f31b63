"""Leases: the right to call a service, held by one worker of a fleet, and by nobody when that worker dies."""

import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup

from dashboard_integrations.cache import SharedCacheBackend

__all__ = ["Lease"]

logger = logging.getLogger(__name__)

_RENEWALS = 3
_PATIENCE_WHEN_CANCELLED = 0.5


class Lease:
    """The right to what ``key`` stands for. It ends ``ttl`` seconds after the holder was last alive."""

    def __init__(self, backend: SharedCacheBackend, key: str, *, ttl: float) -> None:
        self._backend = backend
        self._key = key
        self._ttl = ttl
        self._token = secrets.token_bytes(16)

    async def take(self) -> bool:
        """Take it unless somebody holds it; raise what the backend raises."""
        return await self._backend.add(self._key, self._token, ttl=self._ttl)

    @asynccontextmanager
    async def held(self, tasks: TaskGroup) -> AsyncGenerator[None, None]:
        """Renew it in ``tasks`` until the end, then give it back; call this once it is taken."""
        renewing = anyio.CancelScope()
        tasks.start_soon(self._renew, renewing)
        try:
            yield
        finally:
            renewing.cancel()
            with anyio.move_on_after(_PATIENCE_WHEN_CANCELLED, shield=True):
                await self._give_back()

    async def _renew(self, scope: anyio.CancelScope) -> None:
        with scope:
            while True:
                await anyio.sleep(self._ttl / _RENEWALS)
                try:
                    if not await self._backend.extend(self._key, self._token, ttl=self._ttl):
                        await self._backend.add(self._key, self._token, ttl=self._ttl)
                except Exception as error:  # noqa: BLE001  (the call goes on; at worst another worker calls as well)
                    logger.debug("lease-not-renewed", extra={"error": type(error).__name__})

    async def _give_back(self) -> None:
        try:
            await self._backend.remove(self._key, self._token)
        except Exception as error:  # noqa: BLE001  (it ends by itself)
            logger.debug("lease-not-given-back", extra={"error": type(error).__name__})
