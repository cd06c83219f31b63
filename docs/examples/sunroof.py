"""Sunroof: what the panels on a roof make. What its form asks for has changed twice."""

from typing import Literal

from pydantic import BaseModel, SecretStr

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Stat, StatCard


class SunroofConfig(ServiceConfig):
    """Since version 2; the first one had ``host``, ``port`` and ``key``."""

    api_key: SecretStr | None = None


class SunroofOptions(BaseModel):
    """Since version 3; the second one had ``kilowatts``, which was on or off."""

    unit: Literal["W", "kW"] = "W"


class Sunroof(HttpIntegration[SunroofConfig]):
    """Power of the panels on a roof."""

    id = "sunroof"
    name = "Sunroof"
    auth = ApiKeyHeader("X-Key", "api_key")
    extra_config = SunroofOptions
    config_version = 3

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        """Return a configuration that ``version`` saved as one of the next version."""
        match version:
            case 1:
                config["url"] = f"http://{config.pop('host')}:{config.pop('port', 80)}"
                config["api_key"] = config.pop("key", None)
            case 2:
                config["unit"] = "kW" if config.pop("kilowatts", False) else "W"
        return config

    async def test_connection(self, connection: Connection[SunroofConfig]) -> ConnectionReport:
        """Ask for the firmware of the inverter."""
        answer = await connection.get_json("/about")
        return ConnectionReport(version=answer["firmware"])

    @endpoint(ttl=30)
    async def power(self, connection: Connection[SunroofConfig]) -> StatCard:
        """Power right now."""
        watts = (await connection.get_json("/now"))["watts"]
        unit = connection.extra.unit
        return StatCard(stats=[Stat(label="Power", value=watts if unit == "W" else watts / 1_000, unit=unit)])
