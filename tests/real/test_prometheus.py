"""Prometheus against prometheus: what is shown is what the server says when asked directly."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import pytest
from dashboard_monitoring.alertmanager import Alertmanager
from dashboard_monitoring.glances import Glances
from dashboard_monitoring.netdata import Netdata
from dashboard_monitoring.prometheus import Prometheus
from real_servers.node_exporter import NodeExporterServer
from real_servers.plugin import NewServer
from real_servers.prometheus import PrometheusServer

from dashboard_integrations import HttpIntegration
from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Chart, ListView, StatCard, Status

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def prometheus(new_server: NewServer[PrometheusServer]) -> Iterator[PrometheusServer]:
    """Run a Prometheus whose targets and alerts have settled."""
    with new_server(PrometheusServer) as server:
        yield server


@pytest.fixture(scope="module")
def node_exporter(new_server: NewServer[NodeExporterServer]) -> Iterator[NodeExporterServer]:
    """Run a server that answers any path with a web page."""
    with new_server(NodeExporterServer) as server:
        yield server


def opened(server: PrometheusServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the server, as a user would configure it."""
    config = {"url": server.url, "username": server.username, "password": server.password, "window": "1h"}
    return open_app(Prometheus(), config=config | changes)


async def test_overview_counts_what_the_server_lists(prometheus: PrometheusServer) -> None:
    """One target of each health, two firing alerts, and the series in memory, which only grow."""
    before = prometheus.data("status/tsdb")["headStats"]["numSeries"]
    async with opened(prometheus) as app:
        card = await app.show("overview")
    after = prometheus.data("status/tsdb")["headStats"]["numSeries"]
    assert isinstance(card, StatCard)
    assert [1, 1, len(prometheus.firing())] == [stat.value for stat in card.stats[:3]]
    assert before <= card.stats[3].value <= after


async def test_targets_are_the_scraped_ones(prometheus: PrometheusServer) -> None:
    """The failing one comes first, with the words of the server."""
    async with opened(prometheus) as app:
        listed = await app.show("targets")
    errors = {
        target["labels"]["instance"]: target["lastError"] or None
        for target in prometheus.data("targets", {"state": "active"})["activeTargets"]
    }
    assert isinstance(listed, ListView)
    assert errors == {item.title: item.description for item in listed.items}
    assert [(prometheus.gone, Status.CRITICAL), (f"127.0.0.1:{prometheus.port}", Status.OK)] == [
        (item.title, item.status) for item in listed.items
    ]


async def test_alerts_are_those_that_fire(prometheus: PrometheusServer) -> None:
    """Severities and times are the server's; what is pending or inactive is not shown."""
    async with opened(prometheus) as app:
        banner = await app.show("alerts")
    told = {
        alert["labels"]["alertname"]: (alert["labels"]["severity"], _whole_seconds(alert["activeAt"]))
        for alert in prometheus.firing()
    }
    assert isinstance(banner, AlertBanner)
    assert told == {
        alert.title: (alert.severity, alert.since.replace(microsecond=0)) for alert in banner.alerts if alert.since
    }
    assert ["it fires\nvalue 1", f"instance={prometheus.gone}, job=gone"] == [a.message for a in banner.alerts]


async def test_query_draws_what_the_server_computes(prometheus: PrometheusServer) -> None:
    """The same samples at the same times, and gaps where there is none."""
    async with opened(prometheus, query="up") as app:
        chart = await app.show("query")
    assert isinstance(chart, Chart)
    assert chart.times is not None
    start, end = chart.times[0].timestamp(), chart.times[-1].timestamp()
    asked = {"query": "up", "start": str(start), "end": str(end), "step": "30"}
    told = {
        row["metric"]["job"]: {int(moment): float(value) for moment, value in row["values"]}
        for row in prometheus.data("query_range", asked)["result"]
    }
    drawn = {
        series.label.rpartition("job=")[2]: {
            int(moment.timestamp()): value
            for moment, value in zip(chart.times, series.values, strict=True)
            if value is not None
        }
        for series in chart.series
    }
    assert told == drawn


async def test_a_computed_query_has_a_value_at_every_time(prometheus: PrometheusServer) -> None:
    """The time itself, as a series, says that no point is moved."""
    async with opened(prometheus, query="vector(time())", window="7d") as app:
        chart = await app.show("query")
    assert [moment.timestamp() for moment in chart.times] == list(chart.series[0].values)


@pytest.mark.parametrize("query", ["vector(0) / 0", "vector(1) / 0", "-vector(1) / 0"])
async def test_what_is_not_finite_is_a_gap(prometheus: PrometheusServer, query: str) -> None:
    """The server says NaN, +Inf and -Inf."""
    async with opened(prometheus, query=query) as app:
        chart = await app.show("query")
    assert {None} == set(chart.series[0].values)


@pytest.mark.parametrize("query", ["up{", "rate(up)", 'label_replace(up, "not-a-name", "", "", "")'])
async def test_a_query_the_server_refuses(prometheus: PrometheusServer, query: str) -> None:
    """Malformed, of the wrong type, or failing when it runs: the field has the server's words."""
    async with opened(prometheus, query=query) as app:
        tested, shown = (await app.test()).error, await app.failure("query")
    told = prometheus.ask("query_range", {"query": query, "start": "0", "end": "30", "step": "30"}).json()["error"]
    assert tested is not None
    assert {"query": f"Prometheus refuses it: {told}"} == dict(tested.fields) == dict(shown.fields)


async def test_the_connection_test_tells_version_and_account(prometheus: PrometheusServer) -> None:
    """The version is the one of the build."""
    async with opened(prometheus) as app:
        report = (await app.test()).data
    assert report is not None
    version = prometheus.data("status/buildinfo")["version"]
    assert (version, prometheus.username) == (report.version, report.account)


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"username": None, "password": None}])
async def test_wrong_or_no_credentials_are_auth_failed(
    prometheus: PrometheusServer, changes: dict[str, object]
) -> None:
    """The test and the card say the same."""
    async with opened(prometheus, **changes) as app:
        tested, shown = (await app.test()).error, await app.failure("overview")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


@pytest.mark.parametrize("other", [Alertmanager, Glances, Netdata])
async def test_others_refuse_it(prometheus: PrometheusServer, other: type[HttpIntegration]) -> None:
    """Whoever gives the address of Prometheus to another integration is told to check it."""
    credentials = {"username": prometheus.username, "password": prometheus.password}
    async with open_app(other(), config={"url": prometheus.url, **credentials}) as app:
        error = (await app.test()).error
    assert error is not None
    assert error.code == "not-found"


@pytest.mark.parametrize("integration", [Alertmanager, Glances, Netdata, Prometheus])
async def test_the_node_exporter_is_refused(
    node_exporter: NodeExporterServer, integration: type[HttpIntegration]
) -> None:
    """A page with status 200 is no answer."""
    async with open_app(integration(), config={"url": node_exporter.url}) as app:
        error = (await app.test()).error
    assert error is not None
    assert ("bad-response", "html") == (error.code, error.reason)


async def test_a_stopped_server_is_unreachable_until_it_starts(prometheus: PrometheusServer) -> None:
    """The next look after the start has new data."""
    async with opened(prometheus) as app:
        await app.show("alerts")
        prometheus.stop()
        error = await app.failure("alerts")
        prometheus.start()
        prometheus.seed()
        banner = await app.show("alerts")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert isinstance(banner, AlertBanner)


async def test_a_frozen_server_times_out_until_it_goes_on(prometheus: PrometheusServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(prometheus, timeout=2.0) as app:
        await app.show("alerts", tries=30)
        prometheus.suspend()
        error = await app.failure("alerts")
        prometheus.resume()
        banner = await app.show("alerts", tries=30)
    assert error.code == "timeout"
    assert isinstance(banner, AlertBanner)


def _whole_seconds(text: str) -> datetime:
    return datetime.fromisoformat(f"{text.partition('.')[0]}+00:00")
