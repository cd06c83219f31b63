"""Integrations to show and to fail, for tests of hosts: no service stands behind them."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import anyio
from pydantic import BaseModel, Field, SecretStr

from dashboard_integrations.authoring import BaseIntegration, HttpIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import AuthFailedError
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Chart,
    ChartStyle,
    Gauge,
    ListItem,
    ListView,
    Progress,
    ProgressBar,
    Series,
    Severity,
    Stat,
    StatCard,
    Status,
    Threshold,
    Trend,
)

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Quality(StrEnum):
    LOW = "low"
    HIGH = "high"


class GalleryConfig(BaseModel):
    url: str = Field(title="URL", description="Where it is.", min_length=1)
    password: SecretStr | None = Field(default=None, title="Password")
    level: int = Field(default=3, ge=1, le=9, title="Level")
    quality: Quality = Field(default=Quality.LOW, title="Quality")
    verbose: bool = Field(default=False, title="Tell more")
    note: str | None = Field(default=None, title="Note")


class GalleryParameters(BaseModel):
    count: int


class Gallery(BaseIntegration[GalleryConfig]):
    """One view of each kind."""

    id = "gallery"
    name = "Gallery"

    async def test_connection(self, connection: Connection[GalleryConfig]) -> ConnectionReport:
        if connection.config.password is None:
            raise AuthFailedError("gallery: a password is needed")
        return ConnectionReport(version="1.2.3", account="curator")

    @endpoint(ttl=60)
    async def stats(self, connection: Connection[GalleryConfig]) -> StatCard:
        """Numbers with units."""
        return StatCard(
            stats=[
                Stat(
                    label="Down", value=1_572_864, unit="B/s", trend=Trend.UP, delta=1024, delta_label="since yesterday"
                ),
                Stat(label="Uptime", value=183_900, unit="s", status=Status.OK),
                Stat(label="Blocked", value=12.3456, unit="%"),
                Stat(label="Queries", value=1_234_567),
                Stat(label="Name", value="<b>bold & brave</b>"),
                Stat(label="Unheard of", value=None),
            ]
        )

    @endpoint(ttl=60)
    async def gauge(self, connection: Connection[GalleryConfig]) -> Gauge:
        """A needle."""
        return Gauge(
            label="Temperature",
            value=71.5,
            unit="°C",
            thresholds=[Threshold(value=70, status=Status.WARNING), Threshold(value=90, status=Status.CRITICAL)],
            caption="near the door",
        )

    @endpoint(ttl=60)
    async def rows(self, connection: Connection[GalleryConfig]) -> ListView:
        """A list."""
        return ListView(
            items=[
                ListItem(title="First", subtitle="of two", value=3, unit="GB", status=Status.OK, time=START),
                ListItem(title="Second", progress=42, link="https://example.org/second"),
            ],
            total=5,
        )

    @endpoint(ttl=60)
    async def downloads(self, connection: Connection[GalleryConfig]) -> Progress:
        """Bars."""
        return Progress(
            bars=[
                ProgressBar(
                    label="debian.iso",
                    value=1_073_741_824,
                    maximum=4_294_967_296,
                    unit="B",
                    rate=2_097_152,
                    rate_unit="B/s",
                    time_left=1536,
                ),
                ProgressBar(label="unknown", value=None, status=Status.WARNING),
            ]
        )

    @endpoint(ttl=60)
    async def troubles(self, connection: Connection[GalleryConfig]) -> AlertBanner:
        """Alerts."""
        return AlertBanner(
            alerts=[
                Alert(id="disk", severity=Severity.CRITICAL, title="Disk is full", message="Make room", since=START),
                Alert(id="new", severity=Severity.INFO, title="Version 2 is out"),
            ]
        )

    @endpoint(ttl=60)
    async def history(self, connection: Connection[GalleryConfig]) -> Chart:
        """Lines and areas over time."""
        return Chart(
            times=[START + timedelta(minutes=minute) for minute in range(8)],
            series=[
                Series(label="In", values=[1, 4, 3, None, 6, 5, 8, 7], style=ChartStyle.AREA, unit="MB"),
                Series(label="Out", values=[2, 2, 3, 5, 4, 6, 3, 2], unit="MB"),
            ],
        )

    @endpoint(ttl=60)
    async def chosen(self, connection: Connection[GalleryConfig], parameters: GalleryParameters) -> StatCard:
        """As many as are asked for."""
        return StatCard(stats=[Stat(label="Count", value=parameters.count)])


class SlowConfig(BaseModel):
    seconds: float = 60


class Slow(BaseIntegration[SlowConfig]):
    """Takes its time."""

    id = "slow"
    name = "Slow"

    @endpoint()
    async def answer(self, connection: Connection[SlowConfig]) -> StatCard:
        """Late."""
        await anyio.sleep(connection.config.seconds)
        return StatCard(stats=[Stat(label="At last", value=1)])


class KeyedConfig(ServiceConfig):
    token: SecretStr


class Keyed(HttpIntegration[KeyedConfig]):
    """Lives on the network, and tells its token in an error."""

    id = "keyed"
    name = "Keyed"

    async def test_connection(self, connection: Connection[KeyedConfig]) -> ConnectionReport:
        await connection.get_json("/", params={"token": connection.config.token.get_secret_value()})
        return ConnectionReport()

    @endpoint()
    async def status(self, connection: Connection[KeyedConfig]) -> StatCard:
        """Fails, telling what it should not."""
        await connection.get_json("/", params={"token": connection.config.token.get_secret_value()})
        raise AuthFailedError(f"the token {connection.config.token.get_secret_value()} is refused")
