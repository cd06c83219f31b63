"""Prometheus, against recorded answers of version 2.42."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from dashboard_monitoring.prometheus import Prometheus

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Chart, ListView, Severity, StatCard, Status

NOW = 1_795_492_801.5
"""The next multiple of 30 s before it is one and a half seconds ago."""

TARGETS, ALERTS, TSDB = "/api/v1/targets", "/api/v1/alerts", "/api/v1/status/tsdb"
BUILD, RANGE = "/api/v1/status/buildinfo", "/api/v1/query_range"

Play = Callable[[str], FakeService]


@pytest.fixture
def prometheus(play: Play) -> FakeService:
    """Play Prometheus with a target that is down and two alerts."""
    service = play("prometheus")
    service.reply("GET", RANGE, matrix([({"job": "node"}, {})]))
    return service


def open_prometheus(service: FakeService, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app with an hour's chart, on a clock that stands."""
    return open_app(Prometheus(clock=lambda: NOW), config={"url": service.url, "window": "1h"} | changes)


def success(data: object) -> dict[str, object]:
    """Wrap data as Prometheus does."""
    return {"status": "success", "data": data}


def matrix(rows: list[tuple[dict[str, str], dict[int, str]]]) -> FakeReply:
    """Return an answer of series, each with samples by their time."""
    result = [{"metric": metric, "values": [*map(list, samples.items())]} for metric, samples in rows]
    return FakeReply(json=success({"resultType": "matrix", "result": result}))


def target(**changes: object) -> dict[str, object]:
    """Return a healthy target, with changes."""
    return {
        "labels": {"instance": "nas:9100", "job": "node"},
        "scrapePool": "node",
        "scrapeUrl": "http://nas:9100/metrics",
        "lastError": "",
        "lastScrape": "2026-11-24T03:46:32.620333001Z",
        "lastScrapeDuration": 0.01,
        "health": "up",
    } | changes


async def shown_chart(service: FakeService, *rows: tuple[dict[str, str], dict[int, str]], **changes: object) -> Chart:
    """Return the chart of these series."""
    service.reply("GET", RANGE, matrix([*rows]))
    async with open_prometheus(service, **changes) as app:
        chart = await app.show("query")
    assert isinstance(chart, Chart)
    return chart


async def test_overview_counts(prometheus: FakeService) -> None:
    """A target that is down is critical, a firing alert a warning; pending alerts are not counted."""
    async with open_prometheus(prometheus) as app:
        card = await app.show("overview")
    assert isinstance(card, StatCard)
    assert [
        ("Targets up", 2, None),
        ("Targets down", 1, Status.CRITICAL),
        ("Firing alerts", 2, Status.WARNING),
        ("Series", 1_169, None),
    ] == [(stat.label, stat.value, stat.status) for stat in card.stats]


async def test_overview_of_a_server_without_head_statistics(prometheus: FakeService) -> None:
    """What speaks the same API need not keep series in memory: how many there are is not known."""
    prometheus.reply("GET", TSDB, json=success({}))
    async with open_prometheus(prometheus) as app:
        card = await app.show("overview")
    assert card.stats[3].value is None


async def test_targets_show_the_failing_one_first(prometheus: FakeService) -> None:
    """A failing target has its last error, a healthy one no description."""
    async with open_prometheus(prometheus) as app:
        listed = await app.show("targets")
    assert isinstance(listed, ListView)
    assert [
        ("127.0.0.1:9", "dead", Status.CRITICAL, "connection refused"),
        ("127.0.0.1:9100", "node", Status.OK, ""),
        ("127.0.0.1:9090", "prometheus", Status.OK, ""),
    ] == [
        (item.title, item.subtitle, item.status, (item.description or "").rpartition(": ")[2]) for item in listed.items
    ]


async def test_a_target_that_was_never_scraped_is_unknown(prometheus: FakeService) -> None:
    """The year 1 is Prometheus's word for never."""
    new = target(health="unknown", lastScrape="0001-01-01T00:00:00Z", lastScrapeDuration=0)
    prometheus.reply("GET", TARGETS, json=success({"activeTargets": [new]}))
    async with open_prometheus(prometheus) as app:
        listed = await app.show("targets")
    item = listed.items[0]
    assert (Status.UNKNOWN, None, None) == (item.status, item.time, item.value)


async def test_no_targets(prometheus: FakeService) -> None:
    """An empty list says what it is empty of."""
    prometheus.reply("GET", TARGETS, json=success({"activeTargets": []}))
    async with open_prometheus(prometheus) as app:
        listed = await app.show("targets")
    assert ([], 0, "Prometheus has no targets") == (list(listed.items), listed.total, listed.empty_text)


async def test_alerts_are_those_that_fire(prometheus: FakeService) -> None:
    """Most severe first, with their severity, text and time; pending ones are not there."""
    async with open_prometheus(prometheus) as app:
        banner = await app.show("alerts")
    assert isinstance(banner, AlertBanner)
    assert [
        (Severity.CRITICAL, "AlwaysFiring", "fires at once\nvalue 1"),
        (Severity.WARNING, "TargetDown", "dead is down"),
    ] == [(alert.severity, alert.title, alert.message) for alert in banner.alerts]
    assert datetime(2026, 11, 24, 3, 34, 11, 12_128, UTC) == banner.alerts[0].since
    assert f"{prometheus.url}/alerts" == banner.alerts[0].link


async def test_alert_ids_are_of_the_labels(prometheus: FakeService) -> None:
    """An alert keeps its id over refreshes, and two rules that fire the same labels make one alert."""
    alert = {"labels": {"alertname": "Down", "job": "node"}, "state": "firing", "activeAt": "2026-11-24T03:34:11Z"}
    later = alert | {"labels": {"job": "node", "alertname": "Down"}, "activeAt": "2026-11-24T04:00:00Z"}
    async with open_prometheus(prometheus) as app:
        prometheus.reply("GET", ALERTS, json=success({"alerts": [alert]}))
        before = await app.show("alerts")
        prometheus.reply("GET", ALERTS, json=success({"alerts": [alert, later]}))
        after = await app.show("alerts")
    assert [alert.id for alert in before.alerts] == [alert.id for alert in after.alerts]


async def test_no_alerts_is_good_news(prometheus: FakeService) -> None:
    """An empty banner is an answer."""
    prometheus.reply("GET", ALERTS, json=success({"alerts": []}))
    async with open_prometheus(prometheus) as app:
        banner = await app.show("alerts")
    assert [] == list(banner.alerts)


async def test_query_asks_for_steps_of_the_window(prometheus: FakeService) -> None:
    """The last point is on a multiple of the step, so that a refresh does not move the points before."""
    async with open_prometheus(prometheus, query="node_load1") as app:
        await app.show("query")
    assert {"query": "node_load1", "start": "1795489200", "end": "1795492800", "step": "30"} == (
        prometheus.requests[-1].query
    )


async def test_query_with_another_window(prometheus: FakeService) -> None:
    """A viewer chooses how far back, not what is asked."""
    async with open_prometheus(prometheus) as app:
        await app.service.fetch_data("app", "query", parameters={"window": "7d"})
    query = prometheus.requests[-1].query
    assert ("up", 7 * 86_400) == (query["query"], int(query["end"]) - int(query["start"]))


async def test_query_takes_no_query_of_a_viewer(prometheus: FakeService) -> None:
    """What is asked of Prometheus is for who configures the app."""
    async with open_prometheus(prometheus) as app:
        envelope = await app.service.fetch_data("app", "query", parameters={"query": "secrets"})
    assert envelope.error is not None
    assert ("invalid-request", []) == (envelope.error.code, prometheus.requests)


async def test_missing_samples_are_gaps(prometheus: FakeService) -> None:
    """The axis is the whole window; a time without a sample is not known."""
    chart = await shown_chart(prometheus, ({"job": "node"}, {1_795_492_740: "1", 1_795_492_800: "2.5e+00"}))
    assert chart.times is not None
    assert (121, datetime.fromtimestamp(1_795_492_800, UTC)) == (len(chart.times), chart.times[-1])
    assert [None, 1, None, 2.5] == list(chart.series[0].values)[-4:]


async def test_samples_that_are_not_finite_are_gaps(prometheus: FakeService) -> None:
    """NaN and infinities are no values to draw."""
    chart = await shown_chart(
        prometheus, ({}, {1_795_492_710: "NaN", 1_795_492_740: "+Inf", 1_795_492_770: "-Inf", 1_795_492_800: "0"})
    )
    assert [None, None, None, 0] == list(chart.series[0].values)[-4:]


async def test_series_are_named_by_what_tells_them_apart(prometheus: FakeService) -> None:
    """What all have in common is left out."""
    chart = await shown_chart(
        prometheus,
        ({"__name__": "up", "job": "node", "instance": "nas:9100"}, {}),
        ({"__name__": "up", "job": "node", "instance": "pi:9100"}, {}),
    )
    assert ["nas:9100", "pi:9100"] == [series.label for series in chart.series]


async def test_series_that_differ_in_more_than_one_label(prometheus: FakeService) -> None:
    """Then each value says whose it is."""
    chart = await shown_chart(
        prometheus, ({"job": "node", "instance": "nas:9100"}, {}), ({"job": "web", "instance": "nas:80"}, {}), ({}, {})
    )
    assert ["instance=nas:9100, job=node", "instance=nas:80, job=web", "up"] == [s.label for s in chart.series]


async def test_a_single_series_is_named_by_its_labels(prometheus: FakeService) -> None:
    """Without labels it is named by its metric, and without that by the query."""
    named = await shown_chart(prometheus, ({"__name__": "up", "job": "node"}, {}))
    bare = await shown_chart(prometheus, ({"__name__": "up"}, {}))
    computed = await shown_chart(prometheus, ({}, {}), query="1 + 1")
    assert ["job=node", "up", "1 + 1"] == [chart.series[0].label for chart in (named, bare, computed)]


async def test_the_unit_is_the_configured_one(prometheus: FakeService) -> None:
    """Prometheus does not know units."""
    chart = await shown_chart(prometheus, ({}, {}), unit="B/s")
    assert chart.series[0].unit == "B/s"


async def test_an_empty_result_is_an_empty_chart(prometheus: FakeService) -> None:
    """A metric that nobody exports has no series; that is no error."""
    chart = await shown_chart(prometheus)
    assert [] == list(chart.series)


async def test_a_query_that_prometheus_refuses(prometheus: FakeService) -> None:
    """Its words stand at the field, in the test of the connection and in the card."""
    words = "1:4: parse error: unexpected end of input inside braces"
    refusal = {"status": "error", "errorType": "bad_data", "error": words}
    prometheus.reply("GET", RANGE, json=refusal, status=400)
    async with open_prometheus(prometheus, query="up{") as app:
        tested, shown = (await app.test()).error, await app.failure("query")
    assert tested is not None
    assert ("invalid-config", "invalid-config") == (tested.code, shown.code)
    assert {"query": f"Prometheus refuses it: {words}"} == dict(tested.fields)


async def test_a_400_of_something_else_is_no_refusal(prometheus: FakeService) -> None:
    """A proxy says it in a page of its own, and the query may be right."""
    prometheus.reply("GET", RANGE, text="<html><title>400 Bad Request</title></html>", status=400)
    async with open_prometheus(prometheus) as app:
        error = await app.failure("query")
    assert "upstream-error" == error.code


async def test_an_error_in_a_200_is_no_data(prometheus: FakeService) -> None:
    """It is the status inside of the answer that counts."""
    prometheus.reply("GET", TARGETS, json={"status": "error", "data": {"activeTargets": []}})
    async with open_prometheus(prometheus) as app:
        error = await app.failure("targets")
    assert ("bad-response", "shape") == (error.code, error.reason)


async def test_a_query_with_too_many_series(prometheus: FakeService) -> None:
    """Nobody can read a chart of 51 lines, and it is not cut silently."""
    prometheus.reply("GET", RANGE, matrix([({"cpu": str(number)}, {}) for number in range(51)]))
    async with open_prometheus(prometheus) as app:
        error = await app.failure("query")
    assert {"query": "it has 51 series and a chart shows 50: try topk(10, …)"} == dict(error.fields)


async def test_the_connection_test_tells_the_version(prometheus: FakeService) -> None:
    """The version is the one of the build."""
    async with open_prometheus(prometheus) as app:
        report = (await app.test()).data
    assert report is not None
    assert report.version == "2.42.0+ds"


async def test_credentials_are_sent_and_reported(prometheus: FakeService) -> None:
    """They are HTTP Basic; the account is shown, the password is not."""
    expected = "Basic " + b64encode(b"reader:s3cret: word").decode()

    def build(request: FakeRequest) -> FakeReply:
        is_right = request.headers.get("authorization") == expected
        return FakeReply(json=success({"version": "3.0"})) if is_right else FakeReply(status=401, text="Unauthorized")

    prometheus.reply("GET", BUILD, build)
    async with open_prometheus(prometheus, username="reader", password="s3cret: word") as app:
        accepted, refused = await app.test(), await app.test(password="wrong")
    assert accepted.data is not None
    assert accepted.data.account == "reader"
    assert refused.error is not None
    assert refused.error.code == "auth-failed"
