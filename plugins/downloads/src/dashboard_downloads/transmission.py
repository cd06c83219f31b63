"""Transmission: speed, transfers and problems of a Transmission daemon (2.40 or later)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, field_validator

from dashboard_downloads._torrent import MOST_ALERTS, Torrent, as_list, as_progress
from dashboard_integrations import (
    BasicAuth,
    Connection,
    ConnectionReport,
    ForbiddenError,
    HttpIntegration,
    HttpResponse,
    LoginConfig,
    UpstreamError,
    endpoint,
)
from dashboard_integrations.views import Alert, AlertBanner, ListView, Progress, Severity, Stat, StatCard, Status

__all__ = ["Transmission", "TransmissionConfig"]

ModelT = TypeVar("ModelT", bound=BaseModel)

_SESSION_HEADER = "x-transmission-session-id"
_LITTLE_SPACE = 1024**3

_STATES = {
    0: "Paused",
    1: "Waiting to be checked",
    2: "Checking",
    3: "Waiting to download",
    4: "Downloading",
    5: "Waiting to seed",
    6: "Seeding",
}
_RUNNING_FIRST = (4, 2, 3, 1, 6, 5, 0)
_ERROR_SEVERITIES = {1: Severity.INFO, 2: Severity.WARNING, 3: Severity.CRITICAL}
_ERROR_STATUSES = {1: Status.INFO, 2: Status.WARNING, 3: Status.CRITICAL}
_REFUSALS: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "does not let this machine in: add its address to rpc-whitelist in Transmission's"
    " settings.json, or restart Transmission after too many wrong passwords",
    HTTPStatus.MISDIRECTED_REQUEST: "does not know itself by this host name: add it to rpc-host-whitelist in"
    " Transmission's settings.json",
}


class TransmissionConfig(LoginConfig):
    """Where the daemon is; the credentials only when it asks for them."""

    @field_validator("url")
    @classmethod
    def _without_own_pages(cls, url: str) -> str:
        """Accept the address of the web interface as a browser shows it."""
        return url.removesuffix("/web").removesuffix("/rpc").removesuffix("/transmission")


class _Session(BaseModel):
    version: str
    rpc_version: int = Field(alias="rpc-version")
    download_folder: str = Field(alias="download-dir")
    free_space: int = Field(default=-1, alias="download-dir-free-space")


class _Stats(BaseModel):
    down: int = Field(alias="downloadSpeed")
    up: int = Field(alias="uploadSpeed")
    running: int = Field(alias="activeTorrentCount")
    paused: int = Field(alias="pausedTorrentCount")


class _Torrent(BaseModel):
    hash: str = Field(alias="hashString")
    name: str
    status: int
    error: int
    error_text: str = Field(alias="errorString")
    metadata: float = Field(alias="metadataPercentComplete")
    size: int = Field(alias="sizeWhenDone")
    left: int = Field(alias="leftUntilDone")
    rate: int = Field(alias="rateDownload")
    eta: int
    position: int = Field(alias="queuePosition")
    added: int = Field(alias="addedDate")

    @property
    def shown(self) -> Torrent:
        """What there is to show of it; sizes mean nothing as long as nothing is known of a magnet."""
        is_known = self.metadata >= 1
        is_measured = is_known and self.size > 0
        rank = _RUNNING_FIRST.index(self.status) if self.status in _RUNNING_FIRST else len(_RUNNING_FIRST)
        return Torrent(
            id=self.hash,
            name=self.name,
            state=self._state,
            status=self._health,
            order=(rank, self.position),
            finished=is_known and self.left == 0,
            size=self.size if is_measured else None,
            done=max(self.size - self.left, 0) if is_measured else None,
            rate=self.rate,
            time_left=self.eta if self.eta >= 0 else None,
            added=self.added,
        )

    @property
    def _state(self) -> str:
        if self.error:
            return self.error_text or "Failed"
        if self.metadata < 1 and self.status in {3, 4}:
            return "Waiting for metadata"
        return _STATES.get(self.status, f"State {self.status}")

    @property
    def _health(self) -> Status:
        if self.error or self.metadata < 1:
            return _ERROR_STATUSES.get(self.error, Status.UNKNOWN)
        return Status.OK if self.status in {4, 6} else Status.INFO


class _Torrents(BaseModel):
    torrents: Sequence[_Torrent]


class _Outcome(BaseModel):
    result: str


class _Answer(BaseModel, Generic[ModelT]):
    arguments: ModelT


class Transmission(HttpIntegration[TransmissionConfig]):
    """A BitTorrent client."""

    id = "transmission"
    name = "Transmission"
    capabilities = ("download-client",)
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[TransmissionConfig]) -> ConnectionReport:
        """Return the daemon's version."""
        session = await _call(connection, "session-get", _Session)
        details = {"RPC version": str(session.rpc_version)}
        return ConnectionReport(version=session.version, account=connection.config.username, details=details)

    @endpoint(ttl=5)
    async def speed(self, connection: Connection[TransmissionConfig]) -> StatCard:
        """Transfer rates right now."""
        stats = await _call(connection, "session-stats", _Stats)
        return StatCard(
            stats=[
                Stat(label="Down", value=stats.down, unit="B/s"),
                Stat(label="Up", value=stats.up, unit="B/s"),
                Stat(label="Running", value=stats.running, link=_web_page(connection)),
                Stat(label="Paused", value=stats.paused),
            ]
        )

    @endpoint(ttl=10)
    async def transfers(self, connection: Connection[TransmissionConfig]) -> Progress:
        """Torrents that are not complete, and how long they still take."""
        return as_progress(torrent.shown for torrent in await _torrents(connection))

    @endpoint(ttl=30)
    async def torrents(self, connection: Connection[TransmissionConfig]) -> ListView:
        """All torrents, the newest first."""
        return as_list(torrent.shown for torrent in await _torrents(connection))

    @endpoint(ttl=60)
    async def problems(self, connection: Connection[TransmissionConfig]) -> AlertBanner:
        """Torrents that failed, and a disk that is almost full."""
        page = _web_page(connection)
        session = await _call(connection, "session-get", _Session)
        failed = [
            torrent.shown.alert(_ERROR_SEVERITIES.get(torrent.error, Severity.WARNING), link=page)
            for torrent in await _torrents(connection)
            if torrent.error
        ]
        return AlertBanner.of([*_space_alerts(session, page), *failed], most=MOST_ALERTS)


async def _torrents(connection: Connection[TransmissionConfig]) -> Sequence[_Torrent]:
    fields = [field.alias or name for name, field in _Torrent.model_fields.items()]
    return (await _call(connection, "torrent-get", _Torrents, {"fields": fields})).torrents


async def _call(
    connection: Connection[TransmissionConfig],
    method: str,
    model: type[ModelT],
    arguments: Mapping[str, object] | None = None,
) -> ModelT:
    call = {"method": method, "arguments": dict(arguments or {})}
    response = await _send(connection, call, connection.state.get("session", ""))
    if response.status == HTTPStatus.CONFLICT and (session := response.headers.get(_SESSION_HEADER)):
        connection.state["session"] = session
        response = await _send(connection, call, session)
    if response.status in _REFUSALS:
        raise ForbiddenError(f"{response.url} {_REFUSALS[response.status]}", reason=f"http-{response.status}")
    if response.status == HTTPStatus.CONFLICT:
        raise UpstreamError(f"{response.url} accepts no session: is this Transmission's address?", reason="http-409")
    result = response.json(_Outcome).result
    if result != "success":
        raise UpstreamError(f"{response.url} refused {method}: {result}", reason="rpc")
    answer: _Answer[ModelT] = response.json(_Answer[model])  # type: ignore[valid-type]  # a model made at run time
    return answer.arguments


async def _send(connection: Connection[TransmissionConfig], call: object, session: str) -> HttpResponse:
    headers, accept = {_SESSION_HEADER: session}, {HTTPStatus.CONFLICT, *_REFUSALS}
    return await connection.request("POST", "/transmission/rpc", json=call, headers=headers, accept=accept)


def _space_alerts(session: _Session, page: str) -> Sequence[Alert]:
    if not 0 <= session.free_space < _LITTLE_SPACE:
        return []
    message = f"{session.free_space // 1024**2} MiB are free in {session.download_folder}."
    return [Alert(id="disk", severity=Severity.WARNING, title="Little space for downloads", message=message, link=page)]


def _web_page(connection: Connection[TransmissionConfig]) -> str:
    return f"{connection.config.url}/transmission/web/"
