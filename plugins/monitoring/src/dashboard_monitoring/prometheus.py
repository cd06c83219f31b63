"""Prometheus: its targets, its firing alerts, and a query as a chart."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Literal, TypeVar

from pydantic import AliasPath, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from dashboard_integrations import BasicAuth, Connection, ConnectionReport, HttpIntegration, LoginConfig, endpoint
from dashboard_integrations.views import AlertBanner, Chart, ListItem, ListView, Stat, StatCard, Status
from dashboard_monitoring._labels import alert_of
from dashboard_monitoring._promql import PrometheusChart, Window, draw

__all__ = ["ChartParameters", "Prometheus", "PrometheusChart", "Window"]

DataT = TypeVar("DataT")

_HEALTH = {"up": Status.OK, "down": Status.CRITICAL}
_WORST_FIRST = (Status.CRITICAL, Status.UNKNOWN, Status.OK)


class ChartParameters(BaseModel):
    """What a viewer may choose: another window than the configured one. The query is for who configures."""

    window: Window | None = Field(
        default=None, title="Time range", description="How far back the chart reaches, if not as configured."
    )


class _Upstream(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Answer(_Upstream, Generic[DataT]):
    status: Literal["success"]
    data: DataT


class _Build(_Upstream):
    version: str


class _Target(_Upstream):
    labels: Mapping[str, str]
    scrape_pool: str = ""
    scrape_url: str
    health: str
    last_error: str = ""
    last_scrape: AwareDatetime
    last_scrape_duration: float | None = None


class _Targets(_Upstream):
    active_targets: Sequence[_Target]


class _Alert(_Upstream):
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = {}
    state: str
    active_at: AwareDatetime | None = None


class _Alerts(_Upstream):
    alerts: Sequence[_Alert]


class _Tsdb(BaseModel):
    series: int | None = Field(default=None, validation_alias=AliasPath("headStats", "numSeries"))


class Prometheus(HttpIntegration[LoginConfig]):
    """Metrics: targets, firing alerts, and a query of yours over time."""

    id = "prometheus"
    name = "Prometheus"
    capabilities = ("monitoring", "alerting")
    extra_config = PrometheusChart
    auth = BasicAuth("username", "password")

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    async def test_connection(self, connection: Connection[LoginConfig]) -> ConnectionReport:
        """Return the version, once the configured query was accepted."""
        build = await connection.get_json("/api/v1/status/buildinfo", _Answer[_Build])
        await draw(connection, connection.extra, window=Window.HOUR, now=self._clock())
        return ConnectionReport(version=build.data.version, account=connection.config.username)

    @endpoint(ttl=30)
    async def overview(self, connection: Connection[LoginConfig]) -> StatCard:
        """Targets, firing alerts, and series in memory."""
        healths = [target.health for target in await _targets(connection)]
        firing = len(await _firing(connection))
        head = (await connection.get_json("/api/v1/status/tsdb", _Answer[_Tsdb])).data
        down = healths.count("down")
        return StatCard(
            stats=[
                Stat(label="Targets up", value=healths.count("up")),
                Stat(label="Targets down", value=down, status=Status.CRITICAL if down else Status.OK),
                Stat(label="Firing alerts", value=firing, status=Status.WARNING if firing else Status.OK),
                Stat(label="Series", value=head.series),
            ]
        )

    @endpoint(ttl=30)
    async def targets(self, connection: Connection[LoginConfig]) -> ListView:
        """Scrape targets with their last error, the failing ones first."""
        items = [_item(target) for target in await _targets(connection)]
        items.sort(key=lambda item: _WORST_FIRST.index(item.status or Status.UNKNOWN))
        return ListView.of(items, empty_text="Prometheus has no targets")

    @endpoint(ttl=30)
    async def alerts(self, connection: Connection[LoginConfig]) -> AlertBanner:
        """Alerts of Prometheus's own rules that are firing."""
        link = f"{connection.config.url}/alerts"
        # Two rules may fire alerts with the same labels: to a person they are one.
        return AlertBanner.of(
            alert_of(alert.labels, alert.annotations, id=_fingerprint(alert.labels), since=alert.active_at, link=link)
            for alert in await _firing(connection)
        )

    @endpoint(ttl=60)
    async def query(self, connection: Connection[LoginConfig], parameters: ChartParameters) -> Chart:
        """Draw the configured query over time."""
        window = parameters.window or connection.extra.window
        return await draw(connection, connection.extra, window=window, now=self._clock())


async def _targets(connection: Connection[LoginConfig]) -> Sequence[_Target]:
    answer = await connection.get_json("/api/v1/targets", _Answer[_Targets], params={"state": "active"})
    return answer.data.active_targets


async def _firing(connection: Connection[LoginConfig]) -> Sequence[_Alert]:
    answer = await connection.get_json("/api/v1/alerts", _Answer[_Alerts])
    return [alert for alert in answer.data.alerts if alert.state == "firing"]


def _item(target: _Target) -> ListItem:
    scraped = target.last_scrape.year > 1
    return ListItem(
        id=f"{target.scrape_pool} {target.scrape_url}"[:500],
        title=target.labels.get("instance") or target.scrape_url,
        subtitle=target.labels.get("job") or target.scrape_pool or None,
        description=target.last_error or None,
        status=_HEALTH.get(target.health, Status.UNKNOWN),
        value=target.last_scrape_duration if scraped else None,
        unit="s",
        time=target.last_scrape if scraped else None,
    )


def _fingerprint(labels: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]
