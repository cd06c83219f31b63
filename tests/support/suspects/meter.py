"""The smallest integration that is as it should be: others make one mistake each."""

from pydantic import BaseModel, Field, SecretStr

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Gauge

__all__ = ["Level", "Meter", "MeterConfig", "Version"]


class MeterConfig(ServiceConfig):
    api_key: SecretStr = Field(title="API key", description="From its settings.")


class Version(BaseModel):
    version: str


class Level(BaseModel):
    name: str
    level: float


class Meter(HttpIntegration[MeterConfig]):
    """Measures a level."""

    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Api-Key", "api_key")

    async def test_connection(self, connection: Connection[MeterConfig]) -> ConnectionReport:
        """Return the version."""
        return ConnectionReport(version=(await connection.get_json("version", Version)).version)

    @endpoint(ttl=10)
    async def level(self, connection: Connection[MeterConfig]) -> Gauge:
        """How high it is."""
        found = await connection.get_json("level", Level)
        return Gauge(label=found.name, value=found.level)
