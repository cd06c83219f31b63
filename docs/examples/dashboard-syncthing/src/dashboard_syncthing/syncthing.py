"""Live data from Syncthing."""

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Alert, AlertBanner, Severity, Stat, StatCard
from pydantic import Field, SecretStr

from dashboard_syncthing import answers

__all__ = ["Syncthing", "SyncthingConfig"]


class SyncthingConfig(ServiceConfig):
    """Where the service is, and how to sign in; address, certificate and time limit come from ``ServiceConfig``."""

    api_key: SecretStr = Field(title="API key", description="In Syncthing under Actions, Settings, General.")


class Syncthing(HttpIntegration[SyncthingConfig]):
    """Keeps folders the same on several machines."""

    id = "syncthing"
    name = "Syncthing"
    auth = ApiKeyHeader("X-API-Key", "api_key")

    async def test_connection(self, connection: Connection[SyncthingConfig]) -> ConnectionReport:
        """Return the version; it is not told to anybody without a key."""
        answer = await connection.get_json("rest/system/version", answers.Version)
        return ConnectionReport(version=answer.version)

    @endpoint(ttl=30)
    async def overview(self, connection: Connection[SyncthingConfig]) -> StatCard:
        """How much of what is shared is here."""
        answer = await connection.get_json("rest/db/completion", answers.Completion)
        return StatCard(
            stats=[
                Stat(label="Complete", value=answer.completion, unit="%"),
                Stat(label="Shared", value=answer.global_bytes, unit="B"),
                Stat(label="Missing", value=answer.need_bytes, unit="B"),
            ],
        )

    @endpoint(ttl=60)
    async def problems(self, connection: Connection[SyncthingConfig]) -> AlertBanner:
        """What Syncthing reports as an error."""
        answer = await connection.get_json("rest/system/error", answers.Problems)
        latest = {problem.message[:500]: problem for problem in answer.errors or ()}
        return AlertBanner(
            alerts=[
                Alert(id=text, severity=Severity.WARNING, title=text, since=problem.when)
                for text, problem in list(latest.items())[-20:]
            ],
        )
