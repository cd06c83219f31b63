"""Snapshots: an endpoint's data where it is kept, and one call for it when it is not there or not fresh."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.cache import CacheBackend
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.freshness import Freshness, FreshnessPolicy, Rule, Snapshot
from dashboard_integrations.service._cache_outage import CacheOutage
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._live import LiveData
from dashboard_integrations.service._near import NearCache
from dashboard_integrations.service._refresher import Refresher
from dashboard_integrations.service._targets import Target
from dashboard_integrations.service._upkeep import Upkeep

__all__ = ["LocalSnapshots", "Snapshots"]


class Snapshots(Protocol):
    """The snapshots of one service: its own, or those of all workers."""

    @property
    def may_repeat(self) -> bool:
        """Whether an answer may be given again without asking here, until somebody says that it is over."""
        ...

    async def read(self, target: Target, ledger: AppLedger) -> LiveData | None:
        """Return the target's data, fresh or not, and note in the ledger what else is known; raise nothing."""
        ...

    async def refresh(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Return fresh data from whoever has it, or call the service; raise nothing."""
        ...

    async def forgive(self, app: AppRecord) -> None:
        """Tell whom it concerns that a person forgave the app's failures; raise nothing."""
        ...


@dataclass(slots=True, kw_only=True)
class LocalSnapshots:
    """Snapshots in a cache that no other process has to do with."""

    cache: CacheBackend
    refresher: Refresher
    upkeep: Upkeep
    policy: FreshnessPolicy
    outage: CacheOutage = field(default_factory=CacheOutage)
    near: NearCache = field(default_factory=NearCache)
    clock: Callable[[], float] = time.time
    may_repeat: bool = True

    async def read(self, target: Target, ledger: AppLedger) -> LiveData | None:
        """Return the target's data, fresh or not."""
        try:
            value = await self.cache.get(target.key)
        except Exception as error:  # noqa: BLE001  (a failing cache is as good as an empty one)
            self.outage.failed("get", error)
            return None
        self.outage.worked("get")
        return None if value is None else self.near.read(target.key, value, endpoint_id=target.endpoint.id)

    async def refresh(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Call the service unless somebody did while this was on its way."""
        stored = await self.read(target, ledger)
        if stored is not None and self.policy.judge(stored.snapshot, rule=rule, now=self.clock()) is Freshness.FRESH:
            return stored
        return await self.call(target, ledger, rule)

    async def forgive(self, app: AppRecord) -> None:
        """There is nobody to tell."""

    async def call(
        self, target: Target, ledger: AppLedger, rule: Rule, *, stamp: object = None
    ) -> LiveData | ErrorBody:
        """Call the service, and keep what it says."""
        outcome = await self.refresher.refresh(target, ledger, rule=rule)
        is_current = await self.upkeep.is_current(target)
        if not isinstance(outcome, Snapshot):
            return outcome
        live = LiveData(target.endpoint.id, outcome)
        if is_current:
            ledger.keeps(target.key)
            value = outcome.to_bytes()
            self.near.keep(target.key, value, live, stamp=stamp)
            await self._keep(target.key, value, rule)
        return live

    async def _keep(self, key: str, value: bytes, rule: Rule) -> None:
        try:
            await self.cache.set(key, value, ttl=rule.ttl + max(self.policy.kept_for, rule.stale_for))
        except Exception as error:  # noqa: BLE001  (a failing cache costs freshness, never an answer)
            self.outage.failed("set", error)
        else:
            self.outage.worked("set")
