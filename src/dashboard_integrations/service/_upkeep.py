"""Upkeep: clears away what is left of apps that were deleted or have another configuration now."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from anyio.abc import TaskGroup

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cache import CacheBackend
from dashboard_integrations.errors import UnknownAppError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.service._connections import Connections
from dashboard_integrations.service._interrupts import ends_the_task
from dashboard_integrations.service._ledger import AppLedger, Ledger
from dashboard_integrations.service._targets import Target, link_key

__all__ = ["Upkeep"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Forgets connections, logins and snapshots, in the background and without failing anybody."""

    apps: AppService
    cache: CacheBackend
    connections: Connections
    ledger: Ledger
    tasks: TaskGroup

    def clear(self) -> None:
        """Forget what retired ledgers name."""
        if self.ledger.retired:
            self.tasks.start_soon(self._clear)

    def keep_only(self, apps: Iterable[AppRecord]) -> None:
        """Forget all apps but these, as they are configured now."""
        self.ledger.retire_others(apps)
        self.clear()

    def forget(self, app_id: str) -> None:
        """Forget an app that is gone."""
        self.ledger.retire(app_id)
        self.clear()

    async def is_current(self, target: Target) -> bool:
        """Tell whether the app still has the target's configuration, and forget that one otherwise.

        It may have been edited or deleted, by another process too, while a call was under way.
        """
        try:
            app = await self.apps.get(target.app.id)
        except UnknownAppError:
            app = None
        except Exception as error:  # noqa: BLE001  (a host's repository; what we have is as good as we know)
            logger.warning("app-not-read", extra={"app": target.app.id, "error": type(error).__name__})
            return True
        fingerprint = target.fingerprint
        if app is not None and AppService.fingerprint(app) == fingerprint:
            return True
        known = self.ledger.known(target.app.id)
        if known is not None and known.fingerprint == fingerprint:
            self.forget(target.app.id)
        await self.connections.discard(target.link_key)
        return False

    async def _clear(self) -> None:
        while self.ledger.retired:
            gone = self.ledger.retired.pop()
            try:
                await self._forget(gone)
            except BaseException as error:
                if ends_the_task(error):
                    raise
                log_failure(logger, "app-not-forgotten", error, app=gone.app_id)

    async def _forget(self, gone: AppLedger) -> None:
        await self.connections.discard(link_key(gone.app_id, gone.fingerprint))
        for key in gone.kept:
            await self.cache.delete(key)
