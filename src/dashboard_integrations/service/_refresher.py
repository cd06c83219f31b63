"""The refresher: one call of one endpoint, from its sealed configuration to its snapshot."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio

from dashboard_integrations.apps import OpenedConfig
from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.freshness import FreshnessPolicy, Rule, Snapshot
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.service._calls import call_endpoint
from dashboard_integrations.service._classify import classify
from dashboard_integrations.service._connections import Connections
from dashboard_integrations.service._error_bodies import error_body
from dashboard_integrations.service._interrupts import is_for_the_program
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._limits import CallLimits, busy
from dashboard_integrations.service._observing import Observer
from dashboard_integrations.service._openings import Openings
from dashboard_integrations.service._supervisor import Supervisor
from dashboard_integrations.service._targets import Target

__all__ = ["Refresher"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Calls integrations within the limits, and notes in the ledger what came of it. ``deadline`` is in seconds."""

    openings: Openings
    connections: Connections
    limits: CallLimits
    supervisor: Supervisor
    policy: FreshnessPolicy
    deadline: float
    observer: Observer | None = None
    clock: Callable[[], float] = time.time
    random: Callable[[], float] = random.random

    async def refresh(self, target: Target, ledger: AppLedger, *, rule: Rule) -> Snapshot | ErrorBody:
        """Return new data or why there is none; raise nothing."""
        outcome = await self._in_place(target, ledger, rule=rule)
        if outcome is None:
            return ErrorBody.of(busy(target.app.name))
        self._note(target, ledger, outcome)
        return outcome

    async def _in_place(self, target: Target, ledger: AppLedger, *, rule: Rule) -> Snapshot | ErrorBody | None:
        """Return what came of the call, ``None`` when there was no place for it in time."""
        with anyio.move_on_after(self.deadline) as waiting:
            async with self.limits.place(target.app.id, is_suspect=ledger.track.failures > 0):
                waiting.deadline = float("inf")  # the call has a deadline of its own
                began = self.clock()
                ledger.calls += 1
                outcome = await self._call(target, rule=rule)
                ledger.latency = max(self.clock() - began, 0.0)
                return outcome
        return None

    async def _call(self, target: Target, *, rule: Rule) -> Snapshot | ErrorBody:
        redactor = Redactor(())
        try:
            opening = await self.openings.open(target.app, target.integration)
            redactor = opening.redactor
            encoded = await call_endpoint(
                target.integration,
                target.endpoint,
                self._connect(target, opening.config),
                supervisor=self.supervisor,
                deadline=self.deadline,
                redactor=redactor,
                observer=self.observer,
            )
        except IntegrationError as error:
            return error_body(error, redactor=redactor)
        except BaseException as error:
            if is_for_the_program(error):
                raise
            log_failure(logger, "refresh-failed", error, app=target.app.id, endpoint=target.endpoint.id)
            typed = classify(error, integration=target.integration.name, answered=False)
            return error_body(typed, redactor=redactor)
        now = self.clock()
        expires_at = self.policy.expires_at(now, rule=rule, random=self.random)
        return Snapshot(view=target.endpoint.view.value, encoded=encoded, fetched_at=now, expires_at=expires_at)

    def _connect(self, target: Target, opened: OpenedConfig) -> Connection[Any]:
        return self.connections.connect(
            target.link_key,
            integration=target.integration,
            opened=opened,
            app=AppInfo(target.app.id, target.app.name),
            parameters=target.parameters,
        )

    def _note(self, target: Target, ledger: AppLedger, outcome: Snapshot | ErrorBody) -> None:
        now, key = self.clock(), target.key
        if isinstance(outcome, Snapshot):
            ledger.succeeded(key, now=now, expires_at=outcome.expires_at)
            return
        ledger.failed(
            key,
            endpoint=self.policy.endpoint_failed(ledger.endpoint(key), outcome, now=now, random=self.random),
            app=self.policy.app_failed(ledger.track, outcome, now=now, random=self.random),
            error=outcome,
            now=now,
        )
