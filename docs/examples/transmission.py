"""Transmission: transfer rates of a Transmission daemon."""

from typing import Any

from pydantic import SecretStr

from dashboard_integrations import (
    BasicAuth,
    Connection,
    ConnectionReport,
    HttpIntegration,
    HttpResponse,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.views import Stat, StatCard


class TransmissionConfig(ServiceConfig):  # url, CA certificate and time limit come with it
    username: str | None = None
    password: SecretStr | None = None


class Transmission(HttpIntegration[TransmissionConfig]):
    """A BitTorrent client."""

    id = "transmission"
    name = "Transmission"
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[TransmissionConfig]) -> ConnectionReport:
        session = await rpc(connection, "session-get")
        return ConnectionReport(version=session["version"])

    @endpoint(ttl=10)
    async def speed(self, connection: Connection[TransmissionConfig]) -> StatCard:
        """Transfer rates right now."""
        stats = await rpc(connection, "session-stats")
        return StatCard(
            stats=[
                Stat(label="Down", value=stats["downloadSpeed"], unit="B/s"),
                Stat(label="Up", value=stats["uploadSpeed"], unit="B/s"),
            ]
        )


async def rpc(connection: Connection[TransmissionConfig], method: str) -> dict[str, Any]:
    response = await send(connection, method)
    if response.status == 409:  # the daemon gives every client a session id first
        connection.state["session"] = response.headers["x-transmission-session-id"]
        response = await send(connection, method)
    arguments: dict[str, Any] = response.json()["arguments"]
    return arguments


async def send(connection: Connection[TransmissionConfig], method: str) -> HttpResponse:
    headers = {"x-transmission-session-id": connection.state.get("session", "")}
    return await connection.request("POST", "transmission/rpc", json={"method": method}, headers=headers, accept={409})
