"""Netdata, against recorded answers of version 1.37."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from dashboard_monitoring.netdata import Netdata

from dashboard_integrations.testing import FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Chart, ChartStyle, Severity, StatCard, Status

INFO, METRICS, DATA, ALARMS = (f"/api/v1/{name}" for name in ("info", "allmetrics", "data", "alarms"))

Play = Callable[[str], FakeService]


@pytest.fixture
def netdata(play: Play) -> FakeService:
    """Play Netdata with two warnings and a critical alarm."""
    return play("netdata")


def open_netdata(service: FakeService, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the service."""
    return open_app(Netdata(), config={"url": service.url, **changes})


def alarm(status: str, **changes: object) -> dict[str, object]:
    """Return an alarm as it is listed, with changes."""
    return {
        "name": "full",
        "chart": "disk.root",
        "status": status,
        "last_status_change": 1_795_491_260,
        "info": "space in use",
        "value_string": "97%",
        "disabled": False,
        "silenced": False,
    } | changes


async def test_overview_shows_how_the_machine_is(netdata: FakeService) -> None:
    """Busy is what is not idle; memory counts without caches; raised alarms have a status."""
    async with open_netdata(netdata) as app:
        card = await app.show("overview")
    assert isinstance(card, StatCard)
    assert [
        ("CPU", 46.97, "%", None),
        ("Memory", 1.1, "%", None),
        ("Load", 0.24, None, None),
        ("Uptime", 2_056.94, "s", None),
        ("Warnings", 2, None, Status.WARNING),
        ("Critical", 1, None, Status.CRITICAL),
    ] == [(stat.label, round(float(stat.value or 0), 2), stat.unit, stat.status) for stat in card.stats]


async def test_a_processor_is_not_busier_than_it_can_be(netdata: FakeService) -> None:
    """The agent's parts are rounded: under full load they are a little more than everything."""
    parts = {"user": {"value": 60.0000001}, "system": {"value": 40.0}, "idle": {"value": 0}}
    netdata.reply("GET", METRICS, json={"system.cpu": {"dimensions": parts}})
    async with open_netdata(netdata) as app:
        card = await app.show("overview")
    assert isinstance(card, StatCard)
    assert 100 == card.stats[0].value


async def test_overview_asks_for_four_charts_only(netdata: FakeService) -> None:
    """An agent has thousands of metrics."""
    async with open_netdata(netdata) as app:
        await app.show("overview")
    assert {"format": "json", "filter": "system.cpu system.ram system.load system.uptime"} == netdata.requests[-1].query


async def test_what_is_not_collected_is_not_known(netdata: FakeService) -> None:
    """A chart may be missing, a dimension too, and a value may be null."""
    metrics = {"system.cpu": {"dimensions": {"user": {"value": None}}}, "system.ram": {"dimensions": {}}}
    netdata.reply("GET", METRICS, json=metrics)
    async with open_netdata(netdata) as app:
        card = await app.show("overview")
    assert [None, None, None, None] == [stat.value for stat in card.stats[:4]]


async def test_overview_when_all_is_well(netdata: FakeService) -> None:
    """No raised alarm is fine, and said to be."""
    netdata.reply("GET", INFO, json={"version": "v2.1.0", "alarms": {"normal": 40, "warning": 0, "critical": 0}})
    async with open_netdata(netdata) as app:
        card = await app.show("overview")
    assert [(0, Status.OK), (0, Status.OK)] == [(stat.value, stat.status) for stat in card.stats[4:]]


async def test_cpu_is_a_stacked_chart_in_the_order_of_time(netdata: FakeService) -> None:
    """Netdata tells the newest row first."""
    async with open_netdata(netdata) as app:
        chart = await app.show("cpu")
    assert isinstance(chart, Chart)
    assert chart.times is not None
    assert [1_795_491_980, 1_795_491_985, 1_795_491_990, 1_795_491_995] == [t.timestamp() for t in chart.times]
    assert ["steal", "softirq", "user", "system", "nice", "iowait"] == [series.label for series in chart.series]
    user = chart.series[2]
    assert ([0.201005, 0.301005, 5.5725337, 55.167788], ChartStyle.AREA, "%", True) == (
        list(user.values),
        user.style,
        user.unit,
        chart.stacked,
    )


async def test_times_without_data_are_gaps(netdata: FakeService) -> None:
    """Before the agent started there is nothing."""
    netdata.reply("GET", DATA, json={"labels": ["time", "user"], "data": [[20, 1.5], [10, None]]})
    async with open_netdata(netdata) as app:
        chart = await app.show("cpu")
    assert [None, 1.5] == list(chart.series[0].values)


async def test_no_data_is_an_empty_chart(netdata: FakeService) -> None:
    """A chart without rows is no error."""
    netdata.reply("GET", DATA, json={"labels": ["time", "user"], "data": []})
    async with open_netdata(netdata) as app:
        chart = await app.show("cpu")
    assert ([], [[]]) == (list(chart.times or ()), [list(series.values) for series in chart.series])


async def test_alerts_are_raised_alarms(netdata: FakeService) -> None:
    """Most severe first, with what they watch and its value."""
    async with open_netdata(netdata) as app:
        banner = await app.show("alerts")
    assert isinstance(banner, AlertBanner)
    assert [
        (Severity.CRITICAL, "system.load: always_critical", "always critical: 0.2 load"),
        (Severity.WARNING, "system.clock_sync_state: system_clock_sync_state", "clock unsure: 0 state"),
        (Severity.WARNING, "system.uptime: always_warning", "always warning: 00:34:16"),
    ] == [(alert.severity, alert.title, alert.message) for alert in banner.alerts]
    assert ("system.load.always_critical", datetime.fromtimestamp(1_795_491_310, UTC), netdata.url) == (
        banner.alerts[0].id,
        banner.alerts[0].since,
        banner.alerts[0].link,
    )


async def test_alarms_that_are_cleared_or_silenced_are_not_shown(netdata: FakeService) -> None:
    """Nor are those that have no value yet, or were switched off."""
    alarms = {
        "cleared": alarm("CLEAR"),
        "undefined": alarm("UNDEFINED"),
        "silenced": alarm("CRITICAL", silenced=True),
        "disabled": alarm("CRITICAL", disabled=True),
        "raised": alarm("WARNING"),
    }
    netdata.reply("GET", ALARMS, json={"alarms": alarms})
    async with open_netdata(netdata) as app:
        banner = await app.show("alerts")
    assert [("raised", "space in use: 97%")] == [(alert.id, alert.message) for alert in banner.alerts]


async def test_newer_alarms_have_a_summary(netdata: FakeService) -> None:
    """It is the title when there is one."""
    netdata.reply("GET", ALARMS, json={"alarms": {"disk": alarm("WARNING", summary="Disk / is filling up")}})
    async with open_netdata(netdata) as app:
        banner = await app.show("alerts")
    assert ["Disk / is filling up"] == [alert.title for alert in banner.alerts]


async def test_no_alarms_is_good_news(netdata: FakeService) -> None:
    """An empty banner is an answer."""
    netdata.reply("GET", ALARMS, json={"hostname": "nas", "status": True, "alarms": {}})
    async with open_netdata(netdata) as app:
        banner = await app.show("alerts")
    assert [] == list(banner.alerts)


async def test_the_connection_test_tells_version_and_host(netdata: FakeService) -> None:
    """Both are of the information page."""
    async with open_netdata(netdata) as app:
        report = (await app.test()).data
    assert report is not None
    assert ("v1.37.1", {"host": "nas"}) == (report.version, dict(report.details))
