"""Alertmanager against prometheus-alertmanager: what is shown is what the server says when asked directly."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import pytest
from dashboard_monitoring.alertmanager import Alertmanager
from dashboard_monitoring.glances import Glances
from dashboard_monitoring.netdata import Netdata
from dashboard_monitoring.prometheus import Prometheus
from real_servers.alertmanager import AlertmanagerServer
from real_servers.plugin import NewServer

from dashboard_integrations import HttpIntegration
from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, StatCard

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def alertmanager(new_server: NewServer[AlertmanagerServer]) -> Iterator[AlertmanagerServer]:
    """Run a seeded Alertmanager."""
    with new_server(AlertmanagerServer) as server:
        yield server


def opened(server: AlertmanagerServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the server, as a user would configure it."""
    return open_app(Alertmanager(), config={"url": server.url} | changes)


async def test_overview_counts_what_the_server_lists(alertmanager: AlertmanagerServer) -> None:
    """Alerts by their state, and the silences that hold now."""
    async with opened(alertmanager) as app:
        card = await app.show("overview")
    active, suppressed = alertmanager.alerts("active"), alertmanager.alerts("suppressed")
    silences = [silence for silence in alertmanager.get("silences") if silence["status"]["state"] == "active"]
    assert isinstance(card, StatCard)
    assert [
        ("Active", len(active)),
        ("Critical", 1),
        ("Suppressed", len(suppressed)),
        ("Silences", len(silences)),
    ] == [(stat.label, stat.value) for stat in card.stats]


async def test_alerts_are_not_the_silenced_ones(alertmanager: AlertmanagerServer) -> None:
    """Fingerprints, severities and times are the server's."""
    async with opened(alertmanager) as app:
        banner = await app.show("alerts")
    told = {
        alert["fingerprint"]: (name, alert["labels"]["severity"], datetime.fromisoformat(alert["startsAt"]))
        for name, alert in alertmanager.alerts("active").items()
    }
    assert isinstance(banner, AlertBanner)
    assert set(alertmanager.active) == {alert.title for alert in banner.alerts}
    assert told == {alert.id: (alert.title, alert.severity, alert.since) for alert in banner.alerts}
    assert ["disk full on nas", None] == [alert.message for alert in banner.alerts]


async def test_a_silence_takes_an_alert_away(alertmanager: AlertmanagerServer) -> None:
    """And its end brings it back."""
    async with opened(alertmanager) as app:
        alertmanager.post("Brief", severity="warning")
        before = await app.show("alerts")
        silence = alertmanager.silence("Brief")
        alertmanager.wait_until(lambda: "Brief" in alertmanager.alerts("suppressed"))
        during = await app.show("alerts")
        alertmanager.end_silence(silence)
        alertmanager.wait_until(lambda: "Brief" in alertmanager.alerts("active"))
        after = await app.show("alerts")
        alertmanager.post("Brief", severity="warning", resolved=True)
    assert [True, False, True] == [
        "Brief" in [alert.title for alert in banner.alerts] for banner in (before, during, after)
    ]


async def test_silences_are_those_that_hold_or_will(alertmanager: AlertmanagerServer) -> None:
    """Their ids and ends are the server's; what is over is left out."""
    async with opened(alertmanager) as app:
        listed = await app.show("silences")
    told = {
        silence["id"]: (silence["status"]["state"], datetime.fromisoformat(silence["endsAt"]))
        for silence in alertmanager.get("silences")
        if silence["status"]["state"] != "expired"
    }
    assert isinstance(listed, ListView)
    assert told == {item.id: (item.value, item.time) for item in listed.items}
    assert [('alertname="Noisy"', "known"), ('alertname="Planned"', None)] == [
        (item.title, item.description) for item in listed.items
    ]


async def test_the_connection_test_tells_version_and_cluster(alertmanager: AlertmanagerServer) -> None:
    """Both are of the status."""
    async with opened(alertmanager) as app:
        report = (await app.test()).data
    status = alertmanager.get("status")
    assert report is not None
    assert (status["versionInfo"]["version"], status["cluster"]["status"]) == (
        report.version,
        report.details["cluster"],
    )


@pytest.mark.parametrize("other", [Glances, Netdata, Prometheus])
async def test_others_refuse_it(alertmanager: AlertmanagerServer, other: type[HttpIntegration]) -> None:
    """Whoever gives the address of Alertmanager to another integration is told to check it."""
    async with open_app(other(), config={"url": alertmanager.url}) as app:
        error = (await app.test()).error
    assert error is not None
    assert error.code == "not-found"


async def test_a_stopped_server_is_unreachable_until_it_starts(alertmanager: AlertmanagerServer) -> None:
    """Silences are kept over the restart, and the next look has them."""
    async with opened(alertmanager) as app:
        before = await app.show("silences")
        alertmanager.stop()
        error = await app.failure("silences")
        alertmanager.start()
        alertmanager.raise_alerts()
        after = await app.show("silences")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert [item.id for item in before.items] == [item.id for item in after.items]


async def test_a_frozen_server_times_out_until_it_goes_on(alertmanager: AlertmanagerServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(alertmanager, timeout=2.0) as app:
        await app.show("overview", tries=30)
        alertmanager.suspend()
        error = await app.failure("overview")
        alertmanager.resume()
        card = await app.show("overview", tries=30)
    assert error.code == "timeout"
    assert isinstance(card, StatCard)
