"""Netdata against netdata: what is shown is what the agent says when asked directly."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import anyio
import pytest
from dashboard_monitoring.alertmanager import Alertmanager
from dashboard_monitoring.glances import Glances
from dashboard_monitoring.netdata import Netdata
from dashboard_monitoring.prometheus import Prometheus
from real_servers.netdata import NetdataServer
from real_servers.plugin import NewServer

from dashboard_integrations import HttpIntegration
from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Chart, StatCard

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def netdata(new_server: NewServer[NetdataServer]) -> Iterator[NetdataServer]:
    """Run an agent with a warning and a critical alarm."""
    with new_server(NetdataServer) as server:
        yield server


READINGS = 30
"""How often to look at most until nothing changes between two readings of the agent and the card between them."""


def opened(server: NetdataServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the agent, as a user would configure it."""
    return open_app(Netdata(), config={"url": server.url} | changes)


async def test_overview_shows_how_the_machine_is(netdata: NetdataServer) -> None:
    """Load, uptime and counts are the agent's; shares are between 0 and 100."""
    async with opened(netdata) as app:
        for _ in range(READINGS):
            before = netdata.latest("system.load")["load1"]
            card = await app.show("overview")
            after = netdata.latest("system.load")["load1"]
            if before == after:
                break
    counts = netdata.get("info")["alarms"]
    assert isinstance(card, StatCard)
    values = {stat.label: stat.value for stat in card.stats}
    assert 0 <= values["CPU"] <= 100
    assert values["Load"] in {before, after}
    assert (counts["warning"], counts["critical"]) == (values["Warnings"], values["Critical"])
    assert values["Uptime"] == pytest.approx(netdata.latest("system.uptime")["uptime"], abs=5)
    memory = netdata.latest("system.ram")
    assert values["Memory"] == pytest.approx(100 * memory["used"] / sum(memory.values()), abs=3)


async def test_cpu_draws_what_the_agent_recorded(netdata: NetdataServer) -> None:
    """At each time the value is that of a reading before or after; the newest is still being filled up."""
    async with opened(netdata) as app:
        for _ in range(READINGS):
            before = netdata.history("user")
            chart = await app.show("cpu")
            after = netdata.history("user")
            assert isinstance(chart, Chart)
            user = next(series for series in chart.series if series.label == "user")
            drawn = {int(time.timestamp()): value for time, value in zip(chart.times or (), user.values, strict=True)}
            told = [time for time in drawn if time in before and time in after]
            assert all(drawn[time] in {before[time], after[time]} for time in told)
            if any(drawn[time] is not None for time in told):
                break
            await anyio.sleep(1)  # an agent that has just started has recorded too little
        else:
            pytest.fail("no time that both know of has a value")


async def test_alerts_are_raised_alarms(netdata: NetdataServer) -> None:
    """Ids, severities and times are the agent's; what never happens is not shown."""
    async with opened(netdata) as app:
        banner = await app.show("alerts")
    told = {
        key: (alarm["status"].lower(), alarm["last_status_change"])
        for key, alarm in netdata.get("alarms")["alarms"].items()
    }
    assert isinstance(banner, AlertBanner)
    assert told == {alert.id: (alert.severity, alert.since.timestamp()) for alert in banner.alerts if alert.since}
    assert ["system.load: always_critical", "system.uptime: always_warning"] == [a.title for a in banner.alerts]


async def test_text_is_shown_as_it_was_written(netdata: NetdataServer) -> None:
    """The agent escapes some of its texts for HTML, and not this one."""
    async with opened(netdata) as app:
        banner = await app.show("alerts")
    assert (banner.alerts[1].message or "").startswith("more than 0 & less than <infinity>: ")


async def test_the_connection_test_tells_version_and_host(netdata: NetdataServer) -> None:
    """Both are of the information page."""
    async with opened(netdata) as app:
        report = (await app.test()).data
    info = netdata.get("info")
    assert report is not None
    assert (info["version"], info["mirrored_hosts"][0]) == (report.version, report.details["host"])


@pytest.mark.parametrize("other", [Alertmanager, Glances, Prometheus])
async def test_others_refuse_it(netdata: NetdataServer, other: type[HttpIntegration]) -> None:
    """Whoever gives the address of Netdata to another integration is told to check it."""
    async with open_app(other(), config={"url": netdata.url}) as app:
        error = (await app.test()).error
    assert error is not None
    assert error.code == "not-found"


async def test_a_frozen_agent_times_out_until_it_goes_on(netdata: NetdataServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(netdata, timeout=2.0) as app:
        await app.show("overview", tries=30)
        netdata.suspend()
        error = await app.failure("overview")
        netdata.resume()
        card = await app.show("overview", tries=30)
    assert error.code == "timeout"
    assert isinstance(card, StatCard)


async def test_a_stopped_agent_is_unreachable_until_it_starts(netdata: NetdataServer) -> None:
    """The next look after the start has new data."""
    async with opened(netdata) as app:
        await app.show("cpu")
        netdata.stop()
        error = await app.failure("cpu")
        netdata.start()
        netdata.seed()
        chart = await app.show("cpu")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert isinstance(chart, Chart)
