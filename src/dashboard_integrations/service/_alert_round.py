"""A round of alerts: every app is asked what is wrong."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.service._alerts import ActiveAlert, alerts_of, most_severe_first
from dashboard_integrations.service._fetcher import Fetcher
from dashboard_integrations.service._gather import gather
from dashboard_integrations.service._interrupts import is_for_the_program
from dashboard_integrations.service._ledger import Ledger
from dashboard_integrations.service._targets import Target, Targets

__all__ = ["AlertRound"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRound:
    """Collects the alerts of apps; an app that cannot be asked is logged and left out. ``patience`` is in seconds."""

    targets: Targets
    fetcher: Fetcher
    ledger: Ledger
    patience: float

    async def of(self, apps: Sequence[AppRecord]) -> Sequence[ActiveAlert]:
        """Return the active alerts of the apps that are enabled, most severe first."""
        targets = [target for found in await gather(self._targets_of, apps) for target in found]
        found = await gather(self._alerts_of, targets)
        return most_severe_first(alert for alerts in found for alert in alerts)

    async def _targets_of(self, app: AppRecord) -> Sequence[Target]:
        if app.integration_type is None or not app.integration_enabled:
            return ()
        try:
            return await self.targets.of_alerts(app)
        except BaseException as error:
            if is_for_the_program(error):
                raise
            _log_lost(app, error)
            return ()

    async def _alerts_of(self, target: Target) -> list[ActiveAlert]:
        try:
            envelope = await self.fetcher.fetch(target, patience=self.patience)
            return alerts_of(target, envelope, ledger=self.ledger.of(target))
        except Exception as error:  # noqa: BLE001  (a host's rules, or a cached view of another version)
            _log_lost(target.app, error)
            return []


def _log_lost(app: AppRecord, error: BaseException) -> None:
    if isinstance(error, IntegrationError):
        logger.warning("alerts-without-app", extra={"app": app.id, "code": error.code})
    else:
        log_failure(logger, "alerts-without-app", error, app=app.id)
