"""Alertmanager: what is firing, and what is silenced."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from pydantic import AliasPath, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from dashboard_integrations import BasicAuth, Connection, ConnectionReport, HttpIntegration, LoginConfig, endpoint
from dashboard_integrations.views import AlertBanner, ListItem, ListView, Severity, Stat, StatCard, Status
from dashboard_monitoring._labels import alert_of, severity_of

__all__ = ["Alertmanager"]

_OPERATORS = {(True, False): "=", (False, False): "!=", (True, True): "=~", (False, True): "!~"}


class _Upstream(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Status(_Upstream):
    version: str = Field(validation_alias=AliasPath("versionInfo", "version"))
    cluster: str = Field(validation_alias=AliasPath("cluster", "status"))


class _Alert(_Upstream):
    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = {}
    state: str = Field(validation_alias=AliasPath("status", "state"))
    starts_at: AwareDatetime
    updated_at: AwareDatetime


class _Matcher(_Upstream):
    name: str
    value: str
    is_regex: bool
    is_equal: bool = True

    def __str__(self) -> str:
        return f'{self.name}{_OPERATORS[self.is_equal, self.is_regex]}"{self.value}"'


class _Silence(_Upstream):
    id: str
    state: str = Field(validation_alias=AliasPath("status", "state"))
    matchers: Sequence[_Matcher]
    created_by: str = ""
    comment: str = ""
    ends_at: AwareDatetime


class Alertmanager(HttpIntegration[LoginConfig]):
    """Alerts that Prometheus and others have sent, and the silences."""

    id = "alertmanager"
    name = "Alertmanager"
    capabilities = ("monitoring", "alerting")
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[LoginConfig]) -> ConnectionReport:
        """Return the version and the state of the cluster."""
        status = await connection.get_json("/api/v2/status", _Status)
        details = {"cluster": status.cluster}
        return ConnectionReport(version=status.version, account=connection.config.username, details=details)

    @endpoint(ttl=30)
    async def overview(self, connection: Connection[LoginConfig]) -> StatCard:
        """Count of active, critical and suppressed alerts, and of silences."""
        alerts = await connection.get_json("/api/v2/alerts", list[_Alert])
        silences = await connection.get_json("/api/v2/silences", list[_Silence])
        active = [alert for alert in alerts if alert.state == "active"]
        critical = sum(severity_of(alert.labels) is Severity.CRITICAL for alert in active)
        return StatCard(
            stats=[
                Stat(label="Active", value=len(active), status=Status.WARNING if active else Status.OK),
                Stat(label="Critical", value=critical, status=Status.CRITICAL if critical else Status.OK),
                Stat(label="Suppressed", value=sum(alert.state == "suppressed" for alert in alerts)),
                Stat(label="Silences", value=sum(silence.state == "active" for silence in silences)),
            ]
        )

    @endpoint(ttl=15)
    async def alerts(self, connection: Connection[LoginConfig]) -> AlertBanner:
        """Active alerts, without those that are silenced or inhibited."""
        link = f"{connection.config.url}/#/alerts"
        return AlertBanner.of(
            # Whoever sends an end without a start gets the end as its start.
            alert_of(
                alert.labels,
                alert.annotations,
                id=alert.fingerprint,
                since=alert.starts_at if alert.starts_at <= alert.updated_at else None,
                link=link,
            )
            for alert in await connection.get_json("/api/v2/alerts", list[_Alert])
            if alert.state != "suppressed"
        )

    @endpoint(ttl=60)
    async def silences(self, connection: Connection[LoginConfig]) -> ListView:
        """Silences that hold or will hold, with the time of their end; the next to end comes first."""
        silences = await connection.get_json("/api/v2/silences", list[_Silence])
        return ListView.of(
            [
                ListItem(
                    id=silence.id,
                    title=", ".join(map(str, silence.matchers)) or "everything",
                    subtitle=silence.created_by or None,
                    description=silence.comment or None,
                    status=Status.INFO,
                    value=silence.state,
                    time=silence.ends_at,
                    link=f"{connection.config.url}/#/silences/{quote(silence.id, safe='')}",
                )
                for silence in sorted(silences, key=lambda silence: silence.ends_at)
                if silence.state != "expired"
            ],
            empty_text="Nothing is silenced",
        )
