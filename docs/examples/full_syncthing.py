"""Syncthing: devices, folders and problems of a Syncthing device."""

from collections.abc import Mapping, Sequence

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from dashboard_integrations import (
    ApiKeyHeader,
    Connection,
    ConnectionReport,
    HttpIntegration,
    NotFoundError,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.views import Alert, AlertBanner, Gauge, ListItem, ListView, Severity, Stat, StatCard, Status

__all__ = ["Syncthing", "SyncthingConfig", "SyncthingOptions"]


class SyncthingConfig(ServiceConfig):
    """Where Syncthing is; address, certificate and time limit come from ``ServiceConfig``."""

    api_key: SecretStr = Field(title="API key", description="In Syncthing under Actions, Settings, General.")


class SyncthingOptions(BaseModel):
    """What to show."""

    with_paused: bool = Field(default=True, title="Paused folders", description="Show folders that are paused.")


class FolderParameters(BaseModel):
    """Which folder a card is about."""

    folder: str = Field(default="default", title="Folder", description="Its ID in Syncthing.")


class _Version(BaseModel):
    version: str


class _Device(BaseModel):
    connected: bool
    paused: bool


class _Total(BaseModel):
    received: int = Field(alias="inBytesTotal")
    sent: int = Field(alias="outBytesTotal")


class _Connections(BaseModel):
    connections: Mapping[str, _Device]
    total: _Total


class _Folder(BaseModel):
    id: str
    label: str
    path: str
    paused: bool


class _Completion(BaseModel):
    completion: float


class _Problem(BaseModel):
    when: AwareDatetime
    message: str


class _Problems(BaseModel):
    errors: Sequence[_Problem] | None


class Syncthing(HttpIntegration[SyncthingConfig]):
    """Keeps folders the same on several machines."""

    id = "syncthing"
    name = "Syncthing"
    icon = "syncthing"
    auth = ApiKeyHeader("X-API-Key", "api_key")
    extra_config = SyncthingOptions

    async def test_connection(self, connection: Connection[SyncthingConfig]) -> ConnectionReport:
        """Return the version; it is not told to anybody without a key."""
        answer = await connection.get_json("rest/system/version", _Version)
        return ConnectionReport(version=answer.version)

    @endpoint(ttl=10)
    async def devices(self, connection: Connection[SyncthingConfig]) -> StatCard:
        """Devices that are connected, and what went to and fro."""
        answer = await connection.get_json("rest/system/connections", _Connections)
        connected = [device for device in answer.connections.values() if device.connected]
        return StatCard(
            stats=[
                Stat(label="Connected", value=len(connected)),
                Stat(label="Received", value=answer.total.received, unit="B"),
                Stat(label="Sent", value=answer.total.sent, unit="B"),
            ]
        )

    @endpoint(ttl=60)
    async def folders(self, connection: Connection[SyncthingConfig]) -> ListView:
        """The folders of this device."""
        options: SyncthingOptions = connection.extra
        found = await connection.get_json("rest/config/folders", list[_Folder])
        shown = [folder for folder in found if options.with_paused or not folder.paused]
        return ListView(items=[_item(folder) for folder in shown[:100]], total=len(shown), empty_text="No folders")

    @endpoint(ttl=30)
    async def completion(self, connection: Connection[SyncthingConfig], parameters: FolderParameters) -> Gauge:
        """How much of one folder is here."""
        response = await connection.request(
            "GET", "rest/db/completion", params={"folder": parameters.folder}, accept={404}
        )
        if response.status == 404:
            raise NotFoundError(f"Syncthing has no folder {parameters.folder!r}: look up its ID there")
        answer: _Completion = response.json(_Completion)
        return Gauge(label=parameters.folder, value=answer.completion, unit="%")

    @endpoint(ttl=60)
    async def problems(self, connection: Connection[SyncthingConfig]) -> AlertBanner:
        """What Syncthing reports as an error."""
        answer = await connection.get_json("rest/system/error", _Problems)
        latest = {problem.message[:500]: problem for problem in answer.errors or ()}
        return AlertBanner(
            alerts=[
                Alert(id=text, severity=Severity.WARNING, title=text, since=problem.when)
                for text, problem in list(latest.items())[-20:]
            ]
        )


def _item(folder: _Folder) -> ListItem:
    return ListItem(
        id=folder.id,
        title=folder.label or folder.id,
        subtitle=folder.path,
        status=Status.INFO if folder.paused else Status.OK,
    )
