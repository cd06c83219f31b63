"""Alerts of all apps: those that services report, and that a service cannot be reached or shows nothing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.freshness import EndpointTrack
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._targets import Target
from dashboard_integrations.views import Alert, AlertBanner, Severity

__all__ = ["ActiveAlert", "alerts_of", "most_severe_first"]

_DOWN = frozenset({ErrorCode.UNREACHABLE, ErrorCode.TIMEOUT})
_DEFINITE = frozenset({"refused", "dns", "protocol"})
_FAILURES_FOR_AN_ALARM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlert:
    """One alert of one app. ``id`` is unique among all apps and stable while the alert lasts.

    ``endpoint_id`` is ``None`` for what we found ourselves, such as a service that cannot be reached.
    """

    id: str
    app_id: str
    app_name: str
    endpoint_id: str | None
    severity: Severity
    title: str
    message: str | None
    since: datetime | None
    link: str | None


def alerts_of(target: Target, envelope: Envelope[EndpointData], *, ledger: AppLedger) -> list[ActiveAlert]:
    """Return the alerts in one answer: what the service reports, and that it failed to."""
    found: list[ActiveAlert] = []
    track, app = ledger.endpoint(target.key), ledger.track
    if app.is_open or not math.isfinite(app.next_try):
        found.append(_of_failure(target, app.error, since=track.since or ledger.last_failure))
    elif track.error is not None and _is_alarming(track, track.error):
        found.append(_of_failure(target, track.error, since=track.since))
    if envelope.data is not None:
        payload = envelope.data.payload
        if isinstance(payload, AlertBanner):
            found.extend(_of_service(target, alert) for alert in payload.alerts)
    return found


def most_severe_first(alerts: Iterable[ActiveAlert]) -> list[ActiveAlert]:
    """Sort by severity, then by app and title; the same alert once."""
    unique = {alert.id: alert for alert in alerts}
    return sorted(unique.values(), key=lambda alert: (alert.severity.rank, alert.app_name, alert.title, alert.id))


def _is_alarming(track: EndpointTrack, error: ErrorBody) -> bool:
    """Return whether to alarm: what one lost packet or slow answer explains only when it happened again."""
    could_be_chance = error.code in _DOWN and error.reason not in _DEFINITE
    return track.failures >= (_FAILURES_FOR_AN_ALARM if could_be_chance else 1)


def _of_service(target: Target, alert: Alert) -> ActiveAlert:
    return ActiveAlert(
        id=f"{target.app.id}/{target.endpoint.id}/{alert.id}",
        app_id=target.app.id,
        app_name=target.app.name,
        endpoint_id=target.endpoint.id,
        severity=alert.severity,
        title=alert.title,
        message=alert.message,
        since=alert.since,
        link=alert.link,
    )


def _of_failure(target: Target, error: ErrorBody | None, *, since: float | None) -> ActiveAlert:
    down = error is not None and error.code in _DOWN
    return ActiveAlert(
        id=f"{target.app.id}/{'down' if down else 'failing'}",
        app_id=target.app.id,
        app_name=target.app.name,
        endpoint_id=None,
        severity=Severity.CRITICAL if down else Severity.WARNING,
        title=f"{target.app.name} cannot be reached" if down else f"{target.app.name} shows no live data",
        message=None if error is None else error.message,
        since=None if since is None else datetime.fromtimestamp(since, UTC),
        link=None,
    )
