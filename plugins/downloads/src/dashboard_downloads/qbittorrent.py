"""qBittorrent: speed, transfers and problems of a qBittorrent with its web interface switched on (4.1 or later)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel

from dashboard_downloads._torrent import MOST_ALERTS, Torrent, as_list, as_progress
from dashboard_integrations import (
    AuthFailedError,
    Connection,
    ConnectionReport,
    CookieLogin,
    HttpIntegration,
    HttpResponse,
    LoginConfig,
    endpoint,
)
from dashboard_integrations.views import Alert, AlertBanner, ListView, Progress, Severity, Stat, StatCard, Status

__all__ = ["QBittorrent"]

_API = "/api/v2"
_UNKNOWN_ETA = 8_640_000
_WITHOUT_METADATA = {"metaDL", "forcedMetaDL"}

_STATES = {
    "allocating": ("Allocating space", Status.INFO),
    "checkingDL": ("Checking", Status.INFO),
    "checkingResumeData": ("Checking", Status.INFO),
    "checkingUP": ("Checking", Status.INFO),
    "downloading": ("Downloading", Status.OK),
    "error": ("Failed", Status.CRITICAL),
    "forcedDL": ("Downloading", Status.OK),
    "forcedMetaDL": ("Waiting for metadata", Status.UNKNOWN),
    "forcedUP": ("Seeding", Status.OK),
    "metaDL": ("Waiting for metadata", Status.UNKNOWN),
    "missingFiles": ("Files are missing", Status.CRITICAL),
    "moving": ("Moving", Status.INFO),
    "pausedDL": ("Paused", Status.INFO),
    "pausedUP": ("Finished", Status.INFO),
    "queuedDL": ("Waiting to download", Status.INFO),
    "queuedUP": ("Waiting to seed", Status.INFO),
    "stalledDL": ("Stalled", Status.WARNING),
    "stalledUP": ("Seeding", Status.OK),
    "stoppedDL": ("Paused", Status.INFO),
    "stoppedUP": ("Finished", Status.INFO),
    "uploading": ("Seeding", Status.OK),
}
_RUNNING_FIRST = ("downloading", "forcedDL", "stalledDL", "metaDL", "forcedMetaDL", "checkingDL", "queuedDL")
_CONNECTION_STATUSES = {"connected": Status.OK, "firewalled": Status.WARNING, "disconnected": Status.CRITICAL}
_REFUSALS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "does not accept this login: check the credentials in the app's form; when they are right,"
    ' qBittorrent\'s option "Enable Host header validation" does not fit the host and port of this URL',
    HTTPStatus.FORBIDDEN: "has banned this machine after too many wrong passwords: correct the password in the app's"
    " form, then wait for the end of the ban (an hour) or restart qBittorrent",
}


class _Transfer(BaseModel):
    dl_info_speed: int
    up_info_speed: int
    connection_status: str


class _Torrent(BaseModel):
    hash: str
    name: str
    state: str
    size: int
    amount_left: int
    dlspeed: int
    eta: int
    priority: int
    added_on: int

    @property
    def shown(self) -> Torrent:
        """What there is to show of it; ``amount_left`` means nothing of a magnet, nor just after a start."""
        is_sized = self.size > 0 and self.state not in _WITHOUT_METADATA
        is_measured = is_sized and self.state != "checkingResumeData"
        state, status = _STATES.get(self.state, (self.state, Status.UNKNOWN))
        rank = _RUNNING_FIRST.index(self.state) if self.state in _RUNNING_FIRST else len(_RUNNING_FIRST)
        return Torrent(
            id=self.hash,
            name=self.name,
            state=state,
            status=status,
            order=(rank, self.priority),
            finished=self.state.endswith("UP") or (is_measured and self.amount_left == 0),
            size=self.size if is_sized else None,
            done=max(self.size - self.amount_left, 0) if is_measured else None,
            rate=self.dlspeed,
            time_left=self.eta if 0 <= self.eta < _UNKNOWN_ETA else None,
            added=self.added_on,
        )


def _refused(response: HttpResponse) -> bool:
    if response.status in _REFUSALS:
        reason = "banned" if response.status == HTTPStatus.FORBIDDEN else "refused"
        raise AuthFailedError(f"{response.url} {_REFUSALS[response.status]}", reason=reason)
    return response.text.strip() == "Fails."


class QBittorrent(HttpIntegration[LoginConfig]):
    """A BitTorrent client."""

    id = "qbittorrent"
    name = "qBittorrent"
    capabilities = ("download-client",)
    auth = CookieLogin(f"{_API}/auth/login", form={"username": "username", "password": "password"}, refused=_refused)
    max_response_bytes = 32 * 1024 * 1024  # a torrent takes 1 KB, and its fields cannot be chosen

    async def test_connection(self, connection: Connection[LoginConfig]) -> ConnectionReport:
        """Return the program's version."""
        version = await connection.get_text(f"{_API}/app/version")
        web_api = await connection.get_text(f"{_API}/app/webapiVersion")
        return ConnectionReport(
            version=version.strip().removeprefix("v"),
            account=connection.config.username,
            details={"Web API": web_api.strip()},
        )

    @endpoint(ttl=5)
    async def speed(self, connection: Connection[LoginConfig]) -> StatCard:
        """Transfer rates right now."""
        transfer = await connection.get_json(f"{_API}/transfer/info", _Transfer)
        active = await _torrents(connection, {"filter": "active"})
        return StatCard(
            stats=[
                Stat(label="Down", value=transfer.dl_info_speed, unit="B/s"),
                Stat(label="Up", value=transfer.up_info_speed, unit="B/s"),
                Stat(label="Active", value=len(active), link=_web_page(connection)),
                Stat(
                    label="Connection",
                    value=transfer.connection_status.capitalize(),
                    status=_CONNECTION_STATUSES.get(transfer.connection_status, Status.UNKNOWN),
                ),
            ]
        )

    @endpoint(ttl=10)
    async def transfers(self, connection: Connection[LoginConfig]) -> Progress:
        """Torrents that are not complete, and how long they still take."""
        # Not the filter "downloading": while resuming after a start, and when moving, a torrent is in none.
        return as_progress(torrent.shown for torrent in await _torrents(connection))

    @endpoint(ttl=30)
    async def torrents(self, connection: Connection[LoginConfig]) -> ListView:
        """All torrents, the newest first."""
        return as_list(torrent.shown for torrent in await _torrents(connection))

    @endpoint(ttl=60)
    async def problems(self, connection: Connection[LoginConfig]) -> AlertBanner:
        """Torrents that failed, and no way to reach peers."""
        page = _web_page(connection)
        transfer = await connection.get_json(f"{_API}/transfer/info", _Transfer)
        errored = [torrent.shown for torrent in await _torrents(connection, {"filter": "errored"})]
        failed = [
            torrent.alert(Severity.CRITICAL, link=page) for torrent in errored if torrent.status is Status.CRITICAL
        ]
        return AlertBanner.of([*_connection_alerts(transfer, page), *failed], most=MOST_ALERTS)


async def _torrents(connection: Connection[LoginConfig], params: Mapping[str, str] | None = None) -> Sequence[_Torrent]:
    return await connection.get_json(f"{_API}/torrents/info", list[_Torrent], params=params)


def _connection_alerts(transfer: _Transfer, page: str) -> Sequence[Alert]:
    if transfer.connection_status != "disconnected":
        return []
    return [
        Alert(
            id="connection",
            severity=Severity.CRITICAL,
            title="qBittorrent is disconnected",
            message="It reaches no peers: check its network interface and port.",
            link=page,
        )
    ]


def _web_page(connection: Connection[LoginConfig]) -> str:
    return f"{connection.config.url}/"
