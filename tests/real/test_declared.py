"""Declared integrations against prometheus, glances and netdata: what is shown is what they say when asked directly."""

from collections.abc import Iterator

import pytest
from real_servers.glances import GlancesServer
from real_servers.netdata import NetdataServer
from real_servers.plugin import NewServer
from real_servers.prometheus import PrometheusServer

from dashboard_integrations.declarative import parse_integration
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import assert_code, assert_data, open_app
from dashboard_integrations.views import AlertBanner, Chart, Gauge, ListView, Progress, StatCard, Status

pytestmark = pytest.mark.real

LOGIN = """
[config.username]
required = false
[config.password]
secret = true
required = false
[auth]
scheme = "basic"
user_field = "username"
password_field = "password"
"""

PROMETHEUS = (
    """
format = 1
id = "declared-prometheus"
name = "Declared Prometheus"

[test]
request = { path = "/api/v1/status/buildinfo", expect = "status == 'success'", error = "error" }
version = "data.version"
"""
    + LOGIN
    + """
[[endpoints]]
id = "up"
request = { path = "/api/v1/query", query = { query = "sum(up)" }, expect = "status == 'success'" }
[endpoints.view]
kind = "stat-card"
[[endpoints.view.stats]]
label = "Up"
value = "to_number(data.result[0].value[1])"
status = { thresholds = [{ value = 2, status = "ok" }], below = "critical" }

[[endpoints]]
id = "targets"
request = { path = "/api/v1/targets", query = { state = "active" } }
[endpoints.view]
kind = "list"
rows = "data.activeTargets"
[endpoints.view.item]
title = "labels.instance"
subtitle = "labels.job"
status = { select = "health", map = { up = "ok", down = "critical" }, otherwise = "unknown" }
time = "lastScrape"

[[endpoints]]
id = "firing"
request = { path = "/api/v1/alerts" }
[endpoints.view]
kind = "alert-banner"
rows = "data.alerts[?state == 'firing']"
[endpoints.view.alert]
id = "join(' ', [labels.alertname, to_string(labels)])"
title = "labels.alertname"
severity = { select = "labels.severity", optional = false, otherwise = "warning" }
since = "activeAt"

[[endpoints]]
id = "query"
parameters.promql = { default = "up" }
moments.start = { ago = 3600, step = 30 }
moments.end = { step = 30 }
[endpoints.request]
path = "/api/v1/query_range"
query = { query = "{promql}", start = "{start}", end = "{end}", step = 30 }
[endpoints.view]
kind = "chart"
layout = "groups"
rows = "data.result"
label = "not_null(metric.job, metric.instance, 'value')"
points = "values"
time = { select = "[0]", format = "seconds" }
value = "to_number([1])"
"""
)

GLANCES = (
    """
format = 1
id = "declared-glances"
name = "Declared Glances"

[test]
requests = { version = { path = "/api/4/version" }, system = { path = "/api/4/system" } }
version = "version"
details = { host = "system.hostname" }
"""
    + LOGIN
    + """
[[endpoints]]
id = "memory"
request = { path = "/api/4/mem" }
[endpoints.view]
kind = "gauge"
label = "Memory"
value = { select = "percent", round = 1 }
unit = "%"
thresholds = [{ value = 70, status = "warning" }, { value = 90, status = "critical" }]

[[endpoints]]
id = "disks"
request = { path = "/api/4/fs" }
[endpoints.view]
kind = "progress"
rows = "[?size > `0`]"
bar = { label = "mnt_point", value = "used", maximum = "size", unit = "B" }
"""
)

NETDATA = """
format = 1
id = "declared-netdata"
name = "Declared Netdata"

[test]
request = { path = "/api/v1/info" }
version = "version"

[[endpoints]]
id = "processor"
parameters.points = { type = "integer", default = 5 }
request = { path = "/api/v1/data", query = { chart = "system.cpu", points = "{points}", after = -60 } }
[endpoints.view]
kind = "chart"
layout = "points"
rows = "data"
time = { select = "[0]", format = "seconds" }
series = [{ label = "Guest", value = { select = "[1]", optional = true } }]
"""


@pytest.fixture(scope="module")
def prometheus(new_server: NewServer[PrometheusServer]) -> Iterator[PrometheusServer]:
    with new_server(PrometheusServer) as server:
        yield server


@pytest.fixture(scope="module")
def glances(new_server: NewServer[GlancesServer]) -> Iterator[GlancesServer]:
    with new_server(GlancesServer) as server:
        yield server


@pytest.fixture(scope="module")
def netdata(new_server: NewServer[NetdataServer]) -> Iterator[NetdataServer]:
    with new_server(NetdataServer) as server:
        yield server


def login(server: PrometheusServer | GlancesServer) -> dict[str, object]:
    return {"url": server.url, "username": server.username, "password": server.password}


async def test_prometheus_shows_what_it_says(prometheus: PrometheusServer) -> None:
    """A query, its targets and alerts."""
    async with open_app(parse_integration(PROMETHEUS), config=login(prometheus)) as app:
        card, targets, alerts = await app.show("up"), await app.show("targets"), await app.show("firing")
        version = assert_data(await app.test()).version
    asked = prometheus.data("query", {"query": "sum(up)"})["result"][0]["value"][1]

    assert isinstance(card, StatCard)
    assert (float(asked), Status.CRITICAL) == (card.stats[0].value, card.stats[0].status)
    assert isinstance(targets, ListView)
    assert {prometheus.gone: Status.CRITICAL, f"127.0.0.1:{prometheus.port}": Status.OK} == {
        item.title: item.status for item in targets.items
    }
    assert isinstance(alerts, AlertBanner)
    assert sorted(alert["labels"]["alertname"] for alert in prometheus.firing()) == sorted(
        alert.title for alert in alerts.alerts
    )
    assert prometheus.data("status/buildinfo")["version"] == version


async def test_prometheus_draws_what_it_computes(prometheus: PrometheusServer) -> None:
    """The moments of the definition are those that were asked for; the time itself says that no point is moved."""
    async with open_app(parse_integration(PROMETHEUS), config=login(prometheus)) as app:
        chart = await app.show("query", {"promql": "vector(time())"})

    assert isinstance(chart, Chart)
    assert [moment.timestamp() for moment in chart.times or ()] == list(chart.series[0].values)
    assert 121 == len(chart.series[0].values)


async def test_prometheus_refuses_what_it_cannot_read(prometheus: PrometheusServer) -> None:
    """A query that is wrong, and a login that is."""
    async with open_app(parse_integration(PROMETHEUS), config=login(prometheus)) as app:
        wrong = await app.failure("query", {"promql": "up{"})
        refused = await app.test(password="another")

    assert_code(wrong, ErrorCode.UPSTREAM_ERROR, reason="http-400")
    assert_code(refused, ErrorCode.AUTH_FAILED)


async def test_glances_shows_what_it_says(glances: GlancesServer) -> None:
    """Two requests for one test; memory and disks."""
    async with open_app(parse_integration(GLANCES), config=login(glances)) as app:
        gauge, disks = await app.show("memory"), await app.show("disks")
        report = assert_data(await app.test())

    assert isinstance(gauge, Gauge)
    assert gauge.value == pytest.approx(glances.get("mem")["percent"], abs=5)
    assert isinstance(disks, Progress)
    assert {system["mnt_point"]: system["size"] for system in glances.get("fs")} == {
        bar.label: bar.maximum for bar in disks.bars
    }
    assert (glances.get("status")["version"], glances.get("system")["hostname"]) == (
        report.version,
        report.details["host"],
    )


async def test_netdata_draws_what_it_keeps(netdata: NetdataServer) -> None:
    """As many points as were chosen, in their order though it sends the newest first."""
    async with open_app(parse_integration(NETDATA), config={"url": netdata.url}) as app:
        chart = await app.show("processor", {"points": 3})
        report = assert_data(await app.test())

    assert isinstance(chart, Chart)
    assert 1 <= len(chart.times or ()) <= 3
    assert sorted(chart.times or ()) == list(chart.times or ())
    assert netdata.get("info")["version"] == report.version


async def test_each_refuses_the_others(prometheus: PrometheusServer, glances: GlancesServer) -> None:
    """A definition shows nothing of a service that it is not for."""
    async with open_app(parse_integration(PROMETHEUS), config=login(glances)) as app:
        assert_code(await app.failure("up"), ErrorCode.NOT_FOUND, ErrorCode.BAD_RESPONSE)
    async with open_app(parse_integration(GLANCES), config=login(prometheus)) as app:
        assert_code(await app.failure("memory"), ErrorCode.NOT_FOUND)
