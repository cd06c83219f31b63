"""What the labels and annotations of Prometheus's world say to a person."""

from collections.abc import Mapping
from datetime import datetime

from dashboard_integrations.views import Alert, Severity

__all__ = ["alert_of", "severity_of", "told"]

_CRITICAL = frozenset({"critical", "crit", "page", "error", "fatal", "emergency", "high"})
_INFO = frozenset({"info", "information", "informational", "notice", "none", "low", "debug"})
_SAID_ELSEWHERE = frozenset({"__name__", "alertname", "severity"})


def alert_of(
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    id: str,  # noqa: A002  (the word of the view)
    since: datetime | None,
    link: str,
) -> Alert:
    """Return an alert whose message is what its annotations say, or else which labels it has."""
    texts = (annotations.get(name, "").strip() for name in ("summary", "description", "message"))
    return Alert(
        id=id,
        severity=severity_of(labels),
        title=labels.get("alertname", "Alert"),
        message="\n".join(text for text in texts if text) or told(labels) or None,
        since=since,
        link=link,
    )


def severity_of(labels: Mapping[str, str]) -> Severity:
    """Return how much an alert matters: its ``severity`` label is free text, and anything unknown is a warning."""
    word = labels.get("severity", "").lower()
    if word in _CRITICAL:
        return Severity.CRITICAL
    return Severity.INFO if word in _INFO else Severity.WARNING


def told(labels: Mapping[str, str]) -> str:
    """Return labels as text, without those that are said elsewhere."""
    return ", ".join(f"{name}={value}" for name, value in sorted(labels.items()) if name not in _SAID_ELSEWHERE)
