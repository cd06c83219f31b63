"""Alertmanager, against recorded answers of version 0.25."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from dashboard_monitoring.alertmanager import Alertmanager

from dashboard_integrations.testing import FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, Severity, StatCard, Status

STATUS, ALERTS, SILENCES = "/api/v2/status", "/api/v2/alerts", "/api/v2/silences"

Play = Callable[[str], FakeService]


@pytest.fixture
def alertmanager(play: Play) -> FakeService:
    """Play Alertmanager with alerts of which one is silenced."""
    return play("alertmanager")


def open_alertmanager(service: FakeService, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the service."""
    return open_app(Alertmanager(), config={"url": service.url, **changes})


def alert(state: str = "active", **changes: object) -> dict[str, object]:
    """Return an alert as it is listed, with changes."""
    return {
        "fingerprint": "2e6feafa75c7eef9",
        "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "nas:9100"},
        "annotations": {},
        "startsAt": "2026-11-24T03:00:00.000Z",
        "endsAt": "2026-11-24T05:00:00.000Z",
        "updatedAt": "2026-11-24T04:00:00.000Z",
        "status": {"inhibitedBy": [], "silencedBy": [], "state": state},
    } | changes


def silence(state: str = "active", **changes: object) -> dict[str, object]:
    """Return a silence as it is listed, with changes."""
    return {
        "id": f"silence, {state}",
        "status": {"state": state},
        "matchers": [{"isEqual": True, "isRegex": False, "name": "alertname", "value": "Noisy"}],
        "createdBy": "admin",
        "comment": "",
        "endsAt": "2026-11-25T03:34:10.000Z",
    } | changes


async def test_overview_counts(alertmanager: FakeService) -> None:
    """Active alerts are a warning, critical ones among them critical; what is suppressed is only counted."""
    async with open_alertmanager(alertmanager) as app:
        card = await app.show("overview")
    assert isinstance(card, StatCard)
    assert [
        ("Active", 3, Status.WARNING),
        ("Critical", 2, Status.CRITICAL),
        ("Suppressed", 1, None),
        ("Silences", 1, None),
    ] == [(stat.label, stat.value, stat.status) for stat in card.stats]


async def test_overview_when_all_is_well(alertmanager: FakeService) -> None:
    """No alert is fine, and said to be."""
    alertmanager.reply("GET", ALERTS, json=[])
    async with open_alertmanager(alertmanager) as app:
        card = await app.show("overview")
    assert [(0, Status.OK), (0, Status.OK)] == [(stat.value, stat.status) for stat in card.stats[:2]]


async def test_alerts_are_not_the_silenced_ones(alertmanager: FakeService) -> None:
    """Most severe first, with the fingerprint as their id."""
    async with open_alertmanager(alertmanager) as app:
        banner = await app.show("alerts")
    assert isinstance(banner, AlertBanner)
    assert [
        ("2e6feafa75c7eef9", Severity.CRITICAL, "DiskFull", "disk full on nas"),
        ("66489f46534baaef", Severity.CRITICAL, "AlwaysFiring", "fires at once\nvalue 1"),
        ("820717750236007d", Severity.WARNING, "TargetDown", "dead is down"),
    ] == [(alert.id, alert.severity, alert.title, alert.message) for alert in banner.alerts]


async def test_an_alert_that_was_not_processed_yet_is_shown(alertmanager: FakeService) -> None:
    """For a moment Alertmanager does not know whether it is silenced."""
    alertmanager.reply("GET", ALERTS, json=[alert("unprocessed")])
    async with open_alertmanager(alertmanager) as app:
        banner = await app.show("alerts")
    assert [(datetime(2026, 11, 24, 3, tzinfo=UTC), "instance=nas:9100", f"{alertmanager.url}/#/alerts")] == [
        (alert.since, alert.message, alert.link) for alert in banner.alerts
    ]


async def test_an_alert_does_not_begin_in_the_future(alertmanager: FakeService) -> None:
    """An alert that was sent with an end and no start has its end as its start."""
    alertmanager.reply("GET", ALERTS, json=[alert(startsAt="2026-11-24T05:00:00.000Z")])
    async with open_alertmanager(alertmanager) as app:
        banner = await app.show("alerts")
    assert banner.alerts[0].since is None


async def test_silences_show_what_and_until_when(alertmanager: FakeService) -> None:
    """The end is the time of the row; whoever made it is named."""
    async with open_alertmanager(alertmanager) as app:
        listed = await app.show("silences")
    assert isinstance(listed, ListView)
    assert [('alertname="Noisy"', "admin", "known", "active", datetime(2026, 11, 25, 3, 34, 10, tzinfo=UTC))] == [
        (item.title, item.subtitle, item.description, item.value, item.time) for item in listed.items
    ]


async def test_silences_that_are_over_are_left_out(alertmanager: FakeService) -> None:
    """Those that will begin are there; the next to end comes first."""
    coming = silence("pending", endsAt="2026-11-26T00:00:00Z")
    alertmanager.reply("GET", SILENCES, json=[coming, silence("expired"), silence()])
    async with open_alertmanager(alertmanager) as app:
        listed = await app.show("silences")
    assert ["silence, active", "silence, pending"] == [item.id for item in listed.items]


@pytest.mark.parametrize(
    ("matcher", "text"),
    [
        ({"isRegex": False, "isEqual": False}, 'job!="node"'),
        ({"isRegex": True, "isEqual": True}, 'job=~"node"'),
        ({"isRegex": True, "isEqual": False}, 'job!~"node"'),
        ({"isRegex": False}, 'job="node"'),
    ],
)
async def test_matchers_are_written_as_in_alertmanager(
    alertmanager: FakeService, matcher: dict[str, bool], text: str
) -> None:
    """Before version 0.22 there was no ``isEqual``."""
    alertmanager.reply("GET", SILENCES, json=[silence(matchers=[{"name": "job", "value": "node", **matcher}])])
    async with open_alertmanager(alertmanager) as app:
        listed = await app.show("silences")
    assert [text] == [item.title for item in listed.items]


async def test_nothing_is_silenced(alertmanager: FakeService) -> None:
    """An empty list says so."""
    alertmanager.reply("GET", SILENCES, json=[])
    async with open_alertmanager(alertmanager) as app:
        listed = await app.show("silences")
    assert ([], "Nothing is silenced") == (list(listed.items), listed.empty_text)


async def test_the_connection_test_tells_version_and_cluster(alertmanager: FakeService) -> None:
    """Both are of the status."""
    async with open_alertmanager(alertmanager) as app:
        report = (await app.test()).data
    assert report is not None
    assert ("0.25.0", {"cluster": "disabled"}) == (report.version, dict(report.details))
