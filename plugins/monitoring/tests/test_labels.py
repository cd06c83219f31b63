"""What labels and annotations say."""

from datetime import UTC, datetime

import pytest
from dashboard_monitoring._labels import alert_of, severity_of

from dashboard_integrations.views import Alert, Severity


def message_of(labels: dict[str, str], annotations: dict[str, str]) -> str | None:
    """Return what the alert says below its title."""
    return alert_of(labels, annotations, id="a", since=None, link="http://nas").message


@pytest.mark.parametrize(
    ("labels", "severity"),
    [
        ({"severity": "critical"}, Severity.CRITICAL),
        ({"severity": "Page"}, Severity.CRITICAL),
        ({"severity": "warning"}, Severity.WARNING),
        ({"severity": "none"}, Severity.INFO),
        ({"severity": "ticket"}, Severity.WARNING),
        ({}, Severity.WARNING),
    ],
)
def test_severity_is_free_text(labels: dict[str, str], severity: Severity) -> None:
    """Known words count in any case; an unknown one, or none, is a warning."""
    assert severity == severity_of(labels)


def test_an_alert_is_named_by_its_rule() -> None:
    """One without a name is an alert all the same."""
    since = datetime(2026, 11, 24, tzinfo=UTC)
    named, nameless = (
        alert_of(labels, {}, id="a", since=since, link="http://nas/alerts")
        for labels in ({"alertname": "Down", "severity": "page"}, {})
    )
    assert Alert(id="a", severity=Severity.CRITICAL, title="Down", since=since, link="http://nas/alerts") == named
    assert "Alert" == nameless.title


def test_annotations_are_the_message() -> None:
    """Summary comes before description."""
    assert message_of({"job": "node"}, {"description": "for 5 minutes", "summary": "it is down"}) == (
        "it is down\nfor 5 minutes"
    )


def test_labels_are_the_message_without_annotations() -> None:
    """The name and severity are shown elsewhere already."""
    labels = {"alertname": "Down", "severity": "critical", "job": "node", "instance": "nas:9100"}
    assert message_of(labels, {"runbook_url": "https://example.org"}) == "instance=nas:9100, job=node"


def test_nothing_to_say_is_no_message() -> None:
    """An alert of a name alone has no message."""
    assert message_of({"alertname": "Watchdog"}, {}) is None
