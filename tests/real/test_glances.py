"""Glances against glances: what is shown is what the server says when asked directly."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import pytest
from dashboard_monitoring.alertmanager import Alertmanager
from dashboard_monitoring.glances import Glances
from dashboard_monitoring.netdata import Netdata
from dashboard_monitoring.prometheus import Prometheus
from real_servers.glances import GlancesServer
from real_servers.plugin import NewServer

from dashboard_integrations import HttpIntegration
from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Gauge, Progress, StatCard, Status

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def glances(new_server: NewServer[GlancesServer]) -> Iterator[GlancesServer]:
    """Run a Glances that asks for a password."""
    with new_server(GlancesServer) as server:
        yield server


READINGS = 30
"""How often to look at most until nothing changes between two readings of the server and the card between them."""


def opened(server: GlancesServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the server, as a user would configure it."""
    config = {"url": server.url, "username": server.username, "password": server.password}
    return open_app(Glances(), config=config | changes)


async def test_overview_shows_how_the_machine_is(glances: GlancesServer) -> None:
    """Once measured, the values are those of one of the readings around it."""
    glances.wait_until(lambda: glances.get("quicklook")["cpu"] > 0, what="a measured processor")
    async with opened(glances) as app:
        for _ in range(READINGS):
            before = glances.get("quicklook")
            card = await app.show("overview")
            after = glances.get("quicklook")
            if before == after:
                break
    assert isinstance(card, StatCard)
    assert ["CPU", "Memory", "Swap", "Load", "Uptime"] == [stat.label for stat in card.stats]
    for stat, name in zip(card.stats, ("cpu", "mem", "swap"), strict=False):
        assert stat.value in {before[name], after[name]}
    hours, minutes, seconds = glances.get("uptime").rpartition(", ")[2].split(":")
    clock = int(hours) * 3_600 + int(minutes) * 60 + int(seconds)
    assert card.stats[4].value % 86_400 == pytest.approx(clock, abs=5)


async def test_memory_has_the_limits_of_the_server(glances: GlancesServer) -> None:
    """The gauge's thresholds are configured there."""
    async with opened(glances) as app:
        gauge = await app.show("memory")
    limits = glances.get("mem/limits")
    assert isinstance(gauge, Gauge)
    assert [(limits["mem_warning"], Status.WARNING), (limits["mem_critical"], Status.CRITICAL)] == [
        (threshold.value, threshold.status) for threshold in gauge.thresholds
    ]
    assert gauge.value == pytest.approx(glances.get("mem")["percent"], abs=5)


async def test_disks_are_its_file_systems(glances: GlancesServer) -> None:
    """Mount points and sizes are the server's; by its limits each is a warning."""
    async with opened(glances) as app:
        progress = await app.show("disks")
    assert isinstance(progress, Progress)
    assert [(system["mnt_point"], system["size"], Status.WARNING) for system in glances.get("fs")] == [
        (bar.label, bar.maximum, bar.status) for bar in progress.bars
    ]


async def test_alerts_are_those_going_on(glances: GlancesServer) -> None:
    """Memory is always above the limits of this server."""
    glances.wait_until(lambda: "MEM" in _ongoing(glances), what="an alert about memory")
    async with opened(glances) as app:
        banner = await app.show("alerts")
    assert isinstance(banner, AlertBanner)
    alert = next(alert for alert in banner.alerts if alert.id == "MEM")
    assert alert.since is not None
    assert (_ongoing(glances)["MEM"], "warning") == (alert.since.timestamp(), alert.severity)


async def test_the_connection_test_tells_version_and_machine(glances: GlancesServer) -> None:
    """The version is the one of ``status``, the host the one of ``system``."""
    async with opened(glances) as app:
        report = (await app.test()).data
    assert report is not None
    assert (glances.get("status")["version"], glances.username, glances.get("system")["hostname"]) == (
        report.version,
        report.account,
        report.details["host"],
    )


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"username": None, "password": None}])
async def test_wrong_or_no_credentials_are_auth_failed(glances: GlancesServer, changes: dict[str, object]) -> None:
    """Though ``status`` answers everybody, the test says what the card says."""
    async with opened(glances, **changes) as app:
        tested, shown = (await app.test()).error, await app.failure("overview")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


@pytest.mark.parametrize("other", [Alertmanager, Netdata, Prometheus])
async def test_others_refuse_it(glances: GlancesServer, other: type[HttpIntegration]) -> None:
    """Whoever gives the address of Glances to another integration is told to check it."""
    credentials = {"username": glances.username, "password": glances.password}
    async with open_app(other(), config={"url": glances.url, **credentials}) as app:
        error = (await app.test()).error
    assert error is not None
    assert error.code == "not-found"


async def test_a_frozen_server_times_out_until_it_goes_on(glances: GlancesServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(glances, timeout=2.0) as app:
        await app.show("memory", tries=30)
        glances.suspend()
        error = await app.failure("memory")
        glances.resume()
        gauge = await app.show("memory", tries=30)
    assert error.code == "timeout"
    assert isinstance(gauge, Gauge)


async def test_a_stopped_server_is_unreachable_until_it_starts(glances: GlancesServer) -> None:
    """The next look after the start has new data."""
    async with opened(glances) as app:
        await app.show("disks")
        glances.stop()
        error = await app.failure("disks")
        glances.start()
        progress = await app.show("disks")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert isinstance(progress, Progress)


def _ongoing(glances: GlancesServer) -> dict[str, float]:
    """Return when each kind of alert that is going on began."""
    return {event["type"]: event["begin"] for event in glances.get("alert") if event["end"] == -1}
