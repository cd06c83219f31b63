"""Netdata: processor, memory, load and raised alarms of the machine it watches."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import AliasPath, AwareDatetime, BaseModel, Field

from dashboard_integrations import BasicAuth, Connection, ConnectionReport, HttpIntegration, LoginConfig, endpoint
from dashboard_integrations.views import Alert, AlertBanner, Chart, ChartStyle, Series, Severity, Stat, StatCard, Status

__all__ = ["Netdata"]

_CHARTS = "system.cpu system.ram system.load system.uptime"
_SEVERITIES = {"WARNING": Severity.WARNING, "CRITICAL": Severity.CRITICAL}


class _Info(BaseModel):
    version: str
    warning: int = Field(validation_alias=AliasPath("alarms", "warning"))
    critical: int = Field(validation_alias=AliasPath("alarms", "critical"))
    mirrored_hosts: Sequence[str] = ()


class _Dimension(BaseModel):
    value: float | None = None


class _Latest(BaseModel):
    dimensions: Mapping[str, _Dimension] = {}

    def value(self, name: str) -> float | None:
        """Return the last value of a dimension; ``None`` without one."""
        return self.dimensions[name].value if name in self.dimensions else None

    def sum(self, *, without: str | None = None) -> float | None:
        """Return the sum over the dimensions; ``None`` when there is nothing to add."""
        values = [one.value for name, one in self.dimensions.items() if name != without and one.value is not None]
        return sum(values) if values else None


class _History(BaseModel):
    labels: Sequence[str]
    data: Sequence[Sequence[float | None]]


class _Alarm(BaseModel):
    name: str
    summary: str = ""
    info: str = ""
    chart: str
    status: str
    value_string: str = ""
    last_status_change: AwareDatetime
    disabled: bool = False
    silenced: bool = False


class _Alarms(BaseModel):
    alarms: Mapping[str, _Alarm]


class Netdata(HttpIntegration[LoginConfig]):
    """A machine's processor, memory, load and alarms, by a Netdata agent."""

    id = "netdata"
    name = "Netdata"
    capabilities = ("monitoring", "alerting")
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[LoginConfig]) -> ConnectionReport:
        """Return version and host."""
        info = await connection.get_json("/api/v1/info", _Info)
        details = {"host": info.mirrored_hosts[0]} if info.mirrored_hosts else {}
        return ConnectionReport(version=info.version, account=connection.config.username, details=details)

    @endpoint(ttl=5)
    async def overview(self, connection: Connection[LoginConfig]) -> StatCard:
        """Processor, memory, load, uptime and raised alarms."""
        raised = await connection.get_json("/api/v1/info", _Info)
        query = {"format": "json", "filter": _CHARTS}
        latest = await connection.get_json("/api/v1/allmetrics", dict[str, _Latest], params=query)
        cpu, ram, load, uptime = (latest.get(name, _Latest()) for name in _CHARTS.split())
        busy, used, memory = cpu.sum(without="idle"), ram.value("used"), ram.sum()
        return StatCard(
            stats=[
                # The agent's parts are rounded, and may be a little more than everything together.
                Stat(label="CPU", value=None if busy is None else min(busy, 100), unit="%"),
                Stat(label="Memory", value=100 * used / memory if used is not None and memory else None, unit="%"),
                Stat(label="Load", value=load.value("load1")),
                Stat(label="Uptime", value=uptime.value("uptime"), unit="s"),
                Stat(label="Warnings", value=raised.warning, status=Status.WARNING if raised.warning else Status.OK),
                Stat(label="Critical", value=raised.critical, status=Status.CRITICAL if raised.critical else Status.OK),
            ]
        )

    @endpoint(ttl=10)
    async def cpu(self, connection: Connection[LoginConfig]) -> Chart:
        """Processor use over the last ten minutes, by what it was spent on."""
        query = {"chart": "system.cpu", "after": "-600", "points": "120", "options": "nonzero"}
        history = await connection.get_json("/api/v1/data", _History, params=query)
        rows = sorted(history.data, key=lambda row: row[0] or 0)
        return Chart(
            times=[datetime.fromtimestamp(row[0] or 0, UTC) for row in rows],
            series=[
                Series(label=label, values=[row[column] for row in rows], style=ChartStyle.AREA, unit="%")
                for column, label in enumerate(history.labels[1:], start=1)
            ],
            stacked=True,
            minimum=0,
        )

    @endpoint(ttl=15)
    async def alerts(self, connection: Connection[LoginConfig]) -> AlertBanner:
        """Alarms that are raised now, without the silenced ones."""
        found = (await connection.get_json("/api/v1/alarms", _Alarms)).alarms
        return AlertBanner.of(
            Alert(
                id=key,
                severity=_SEVERITIES[alarm.status],
                title=alarm.summary or f"{alarm.chart}: {alarm.name}",
                message=": ".join(text for text in (alarm.info, alarm.value_string) if text) or None,
                since=alarm.last_status_change,
                link=connection.config.url,
            )
            for key, alarm in found.items()
            if alarm.status in _SEVERITIES and not alarm.disabled and not alarm.silenced
        )
