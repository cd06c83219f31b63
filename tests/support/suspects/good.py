"""An integration as it should be: a login, one call for one card, two for another, a list."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from dashboard_integrations import Connection, ConnectionReport, HttpIntegration, ServiceConfig, TokenLogin, endpoint
from dashboard_integrations.views import Gauge, ListItem, ListView, Stat, StatCard

__all__ = ["Good", "GoodConfig", "Level", "Tank", "Tanks", "Version"]


class GoodConfig(ServiceConfig):
    username: str = Field(title="User name", description="An account that may read.")
    password: SecretStr = Field(title="Password", description="Of that account.")


class Version(BaseModel):
    version: str


class Level(BaseModel):
    level: float


class Tank(BaseModel):
    id: int
    name: str
    filled: AwareDatetime


class Tanks(BaseModel):
    tanks: Sequence[Tank]


class Good(HttpIntegration[GoodConfig]):
    """Tanks, and how full they are."""

    id = "good"
    name = "Good"
    auth = TokenLogin("login", body={"user": "username", "pw": "password"}, token="token")

    async def test_connection(self, connection: Connection[GoodConfig]) -> ConnectionReport:
        """Return the version."""
        return ConnectionReport(version=(await connection.get_json("version", Version)).version)

    @endpoint(ttl=10)
    async def level(self, connection: Connection[GoodConfig]) -> Gauge:
        """How full they are."""
        return Gauge(label="Level", value=(await connection.get_json("level", Level)).level)

    @endpoint(ttl=10)
    async def summary(self, connection: Connection[GoodConfig]) -> StatCard:
        """How many there are, and how full."""
        level = await connection.get_json("level", Level)
        tanks = (await connection.get_json("tanks", Tanks)).tanks
        return StatCard(stats=[Stat(label="Level", value=level.level), Stat(label="Tanks", value=len(tanks))])

    @endpoint(ttl=60)
    async def tanks(self, connection: Connection[GoodConfig]) -> ListView:
        """Each tank."""
        found = (await connection.get_json("tanks", Tanks)).tanks
        items = [ListItem(id=str(tank.id), title=tank.name, time=tank.filled) for tank in found[:1_000]]
        return ListView(items=items, total=len(found))
