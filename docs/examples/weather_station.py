"""Weather station: what an integration class of another dashboard becomes."""

from collections.abc import Sequence

from pydantic import BaseModel, Field, SecretStr

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import ListItem, ListView, Stat, StatCard, Status


class WeatherStationConfig(ServiceConfig):  # url, TLS trust and time limit come with it
    token: SecretStr | None = Field(default=None, title="Token")


class _Outside(BaseModel):
    temperature: float
    humidity: float


class _Sensor(BaseModel):
    name: str
    temperature: float | None
    state: str


class _Now(BaseModel):
    firmware: str
    uptime: int
    outside: _Outside
    sensors: Sequence[_Sensor]


class WeatherStation(HttpIntegration[WeatherStationConfig]):
    """Temperature and humidity in the garden."""

    id = "weather-station"
    name = "Weather station"
    auth = ApiKeyHeader("X-Token", "token")

    async def test_connection(self, connection: Connection[WeatherStationConfig]) -> ConnectionReport:
        now = await connection.get_json("v1/now", _Now)
        return ConnectionReport(version=now.firmware)

    @endpoint(ttl=60)
    async def now(self, connection: Connection[WeatherStationConfig]) -> StatCard:
        """What the station measures now."""
        now = await connection.get_json("v1/now", _Now)
        return StatCard(
            stats=[
                Stat(label="Temperature", value=now.outside.temperature, unit="°C"),
                Stat(label="Humidity", value=round(100 * now.outside.humidity), unit="%"),
                Stat(label="Running for", value=now.uptime, unit="s"),
            ]
        )

    @endpoint(ttl=60)
    async def sensors(self, connection: Connection[WeatherStationConfig]) -> ListView:
        """Each sensor with its temperature."""
        now = await connection.get_json("v1/now", _Now)
        status = {"good": Status.OK, "weak": Status.WARNING, "lost": Status.CRITICAL}
        return ListView(
            items=[
                ListItem(id=s.name, title=s.name, value=s.temperature, unit="°C", status=status[s.state])
                for s in now.sensors
            ]
        )
