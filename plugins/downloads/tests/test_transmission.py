"""Transmission, against recorded answers of a daemon."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import anyio
import pytest
from dashboard_downloads.transmission import Transmission, TransmissionConfig
from pydantic import SecretStr

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, Progress, StatCard, Status

RPC = "/transmission/rpc"
HTML_401 = "<h1>401: Unauthorized</h1><p>Unauthorized User. 1 unsuccessful login attempts.</p>"
HTML_403 = "<h1>403: Forbidden</h1><p>Unauthorized IP Address.</p>"
HTML_409 = "<h1>409: Conflict</h1><p>Your request had an invalid session-id header.</p>"

SESSION = {
    "version": "3.00 (bb6b5a062e)",
    "rpc-version": 16,
    "download-dir": "/srv/downloads",
    "download-dir-free-space": 84_908_683_264,
}
STATS = {
    "activeTorrentCount": 2,
    "cumulative-stats": {"downloadedBytes": 0, "filesAdded": 0, "secondsActive": 1},
    "downloadSpeed": 1_250_000,
    "pausedTorrentCount": 1,
    "torrentCount": 3,
    "uploadSpeed": 40_000,
}


def torrent(name: str, **changes: object) -> dict[str, object]:
    """Return a torrent as the daemon lists it: seeding, unless changed."""
    return {
        "hashString": f"hash of {name}",
        "name": name,
        "status": 6,
        "error": 0,
        "errorString": "",
        "metadataPercentComplete": 1,
        "sizeWhenDone": 262_144,
        "leftUntilDone": 0,
        "rateDownload": 0,
        "eta": -1,
        "queuePosition": 0,
        "addedDate": 1_795_491_376,
    } | changes


SEEDING = torrent("seeding.iso", queuePosition=0, addedDate=1_795_491_300)
LOADING = torrent(
    "loading.mkv", status=4, leftUntilDone=65_536, rateDownload=1_024, eta=64, queuePosition=1, addedDate=1_795_491_376
)
MAGNET = torrent(
    "magnet", status=4, metadataPercentComplete=0, sizeWhenDone=0, eta=-2, queuePosition=2, addedDate=1_795_491_400
)


class Daemon:
    """Answers as transmission-daemon does: credentials first, then the session id, then the call."""

    def __init__(self) -> None:
        self.session = "first"
        self.results: dict[str, object] = {"session-get": SESSION, "session-stats": STATS}
        self.torrents = [SEEDING, LOADING, MAGNET]
        self.refusal: str | None = None

    def __call__(self, request: FakeRequest) -> FakeReply:
        if "authorization" not in request.headers:
            return FakeReply(status=401, text=HTML_401, headers={"www-authenticate": 'Basic realm="Transmission"'})
        if request.headers.get("x-transmission-session-id") != self.session:
            return FakeReply(status=409, text=HTML_409, headers={"X-Transmission-Session-Id": self.session})
        if self.refusal is not None:
            return FakeReply(json={"arguments": {}, "result": self.refusal})
        call = request.json()
        results = {**self.results, "torrent-get": {"torrents": self._listed(call)}}
        return FakeReply(json={"arguments": results[call["method"]], "result": "success"})

    def _listed(self, call: dict[str, dict[str, list[str]]]) -> list[dict[str, object]]:
        fields = call["arguments"].get("fields", [])
        return [{field: item[field] for field in fields} for item in self.torrents]


@pytest.fixture
def daemon() -> Daemon:
    """Return what the service answers with."""
    return Daemon()


@pytest.fixture
def service(daemon: Daemon) -> Iterator[FakeService]:
    """Run the service."""
    with FakeService() as fake:
        fake.reply("POST", RPC, daemon)
        yield fake


def open_transmission(url: str, password: str = "secret word") -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the service at this address."""
    return open_app(Transmission(), config={"url": url, "username": "reader", "password": password})


async def test_speed_shows_rates_and_counts(service: FakeService) -> None:
    """Rates are bytes per second; running and paused torrents are counted."""
    async with open_transmission(service.url) as app:
        card = await app.show("speed")
    assert isinstance(card, StatCard)
    assert [
        ("Down", 1_250_000, "B/s"),
        ("Up", 40_000, "B/s"),
        ("Running", 2, None),
        ("Paused", 1, None),
    ] == [(stat.label, stat.value, stat.unit) for stat in card.stats]


async def test_speed_links_to_the_web_interface(service: FakeService) -> None:
    """The running torrents are a click away."""
    async with open_transmission(service.url) as app:
        card = await app.show("speed")
    assert f"{service.url}/transmission/web/" == card.stats[2].link


async def test_transfers_shows_what_is_not_complete(service: FakeService) -> None:
    """A torrent under way has its bytes, rate and time left; a finished one is not there."""
    async with open_transmission(service.url) as app:
        progress = await app.show("transfers")
    assert isinstance(progress, Progress)
    assert ["loading.mkv", "magnet"] == [bar.label for bar in progress.bars]
    bar = progress.bars[0]
    assert (196_608, 262_144, "B", 1_024, "B/s", 64) == (
        bar.value,
        bar.maximum,
        bar.unit,
        bar.rate,
        bar.rate_unit,
        bar.time_left,
    )


async def test_a_magnet_without_metadata_is_not_complete(service: FakeService) -> None:
    """Nothing is left to load of what nothing is known of: how far it is, is not known."""
    async with open_transmission(service.url) as app:
        progress = await app.show("transfers")
    bar = progress.bars[1]
    assert (bar.value, bar.time_left, bar.caption, bar.status) == (None, None, "Waiting for metadata", Status.UNKNOWN)


async def test_an_unknown_time_left_is_none(service: FakeService, daemon: Daemon) -> None:
    """The daemon says -1 for "not available" and -2 for "unknown"."""
    daemon.torrents = [LOADING | {"eta": -1}]
    async with open_transmission(service.url) as app:
        progress = await app.show("transfers")
    assert progress.bars[0].time_left is None


async def test_transfers_shows_running_ones_first(service: FakeService, daemon: Daemon) -> None:
    """Downloading comes before checking, waiting and paused, whatever the queue says."""
    daemon.torrents = [LOADING | {"name": str(status), "status": status} for status in (0, 3, 2, 4)]
    async with open_transmission(service.url) as app:
        progress = await app.show("transfers")
    assert ["Downloading", "Checking", "Waiting to download", "Paused"] == [bar.caption for bar in progress.bars]


async def test_torrents_lists_all_newest_first(service: FakeService) -> None:
    """Each torrent has its state and progress; that of a magnet without metadata is not known."""
    async with open_transmission(service.url) as app:
        listed = await app.show("torrents")
    assert isinstance(listed, ListView)
    assert [
        ("magnet", "Waiting for metadata", None),
        ("loading.mkv", "Downloading", 75),
        ("seeding.iso", "Seeding", 100),
    ] == [(item.title, item.subtitle, item.progress) for item in listed.items]


async def test_a_state_nobody_knows_yet_is_shown_by_its_number(service: FakeService, daemon: Daemon) -> None:
    """A later daemon may have more states."""
    daemon.torrents = [torrent("new", status=9)]
    async with open_transmission(service.url) as app:
        listed = await app.show("torrents")
    assert "State 9" == listed.items[0].subtitle


async def test_an_empty_daemon_has_empty_views(service: FakeService, daemon: Daemon) -> None:
    """No torrent is no error, and the views say so."""
    daemon.torrents = []
    async with open_transmission(service.url) as app:
        progress, listed = await app.show("transfers"), await app.show("torrents")
    assert (0, 0, "Nothing to download") == (len(progress.bars), progress.total, progress.empty_text)
    assert (0, 0, "No torrents") == (len(listed.items), listed.total, listed.empty_text)


async def test_hundreds_of_torrents_are_bounded(service: FakeService, daemon: Daemon) -> None:
    """A hundred are shown, and the views say how many there are."""
    daemon.torrents = [torrent(f"torrent {number}", leftUntilDone=1) for number in range(640)]
    async with open_transmission(service.url) as app:
        progress, listed = await app.show("transfers"), await app.show("torrents")
    assert (100, 640) == (len(progress.bars), progress.total)
    assert (100, 640) == (len(listed.items), listed.total)


async def test_problems_are_failed_torrents_most_severe_first(service: FakeService, daemon: Daemon) -> None:
    """A local error is critical, a tracker's error is a warning; the daemon's words are the message."""
    daemon.torrents = [
        SEEDING,
        torrent("tracked", error=2, errorString="Tracker gave an error"),
        torrent("lost", status=0, error=3, errorString="No data found!"),
    ]
    async with open_transmission(service.url) as app:
        banner = await app.show("problems")
    assert isinstance(banner, AlertBanner)
    assert [
        ("lost", "critical", "No data found!"),
        ("tracked", "warning", "Tracker gave an error"),
    ] == [(alert.title, alert.severity, alert.message) for alert in banner.alerts]


async def test_no_problem_is_no_alert(service: FakeService) -> None:
    """Good news is an empty banner."""
    async with open_transmission(service.url) as app:
        banner = await app.show("problems")
    assert [] == list(banner.alerts)


async def test_hundreds_of_problems_are_counted(service: FakeService, daemon: Daemon) -> None:
    """Twenty alerts at most: the last one counts the others."""
    daemon.torrents = [torrent(f"torrent {number}", error=2, errorString="Gone") for number in range(300)]
    async with open_transmission(service.url) as app:
        banner = await app.show("problems")
    assert (20, "281 more problems") == (len(banner.alerts), banner.alerts[-1].title)


@pytest.mark.parametrize(("free", "expected"), [(523 * 1024**2, ["disk"]), (2 * 1024**3, []), (-1, [])])
async def test_a_disk_that_is_almost_full_is_a_problem(
    service: FakeService, daemon: Daemon, free: int, expected: list[str]
) -> None:
    """Less than 1 GiB is little; -1 means that the daemon does not know."""
    daemon.results["session-get"] = SESSION | {"download-dir-free-space": free}
    async with open_transmission(service.url) as app:
        banner = await app.show("problems")
    assert expected == [alert.id for alert in banner.alerts]


async def test_the_connection_test_tells_version_and_account(service: FakeService) -> None:
    """A test says what was found."""
    async with open_transmission(service.url) as app:
        report = (await app.test()).data
    assert report is not None
    assert ("3.00 (bb6b5a062e)", "reader", {"RPC version": "16"}) == (report.version, report.account, report.details)


async def test_the_session_id_is_remembered(service: FakeService) -> None:
    """The daemon's 409 is seen once, not with every call."""
    async with open_transmission(service.url) as app:
        for _ in range(3):
            await app.show("speed")
    assert 4 == len(service.requests)


async def test_the_session_id_is_renewed_after_a_restart(service: FakeService, daemon: Daemon) -> None:
    """An id dies with its daemon; nobody notices."""
    async with open_transmission(service.url) as app:
        await app.show("speed")
        daemon.session = "second"
        card = await app.show("speed")
    assert 1_250_000 == card.stats[0].value


async def test_many_callers_renew_the_session_id_at_once(service: FakeService, daemon: Daemon) -> None:
    """Concurrent callers do not take the id from each other."""
    shown: list[str] = []

    async def look(endpoint_id: str) -> None:
        envelope = await app.service.fetch_data("app", endpoint_id)
        assert envelope.success, envelope.error
        shown.append(endpoint_id)

    async with open_transmission(service.url) as app, anyio.create_task_group() as tasks:
        for endpoint_id in ("speed", "transfers", "torrents", "problems"):
            tasks.start_soon(look, endpoint_id)
    assert {"speed", "transfers", "torrents", "problems"} == set(shown)


@pytest.mark.parametrize(("status", "setting"), [(403, "rpc-whitelist"), (421, "rpc-host-whitelist")])
async def test_an_address_the_daemon_does_not_allow_is_forbidden(
    service: FakeService, status: int, setting: str
) -> None:
    """The message names the daemon's setting, as the credentials may be right."""
    service.reply("POST", RPC, status=status, text=HTML_403)
    async with open_transmission(service.url) as app:
        error = await app.failure("speed")
    assert "forbidden" == error.code
    assert setting in error.message


async def test_a_result_other_than_success_is_an_error(service: FakeService, daemon: Daemon) -> None:
    """The daemon says no with status 200."""
    daemon.refusal = "method name not recognized"
    async with open_transmission(service.url) as app:
        error = await app.failure("speed")
    assert "upstream-error" == error.code
    assert "method name not recognized" in error.message


async def test_a_conflict_without_a_session_id_is_an_error(service: FakeService) -> None:
    """Some other service may answer 409 for ever."""
    service.reply("POST", RPC, status=409, text="conflict")
    async with open_transmission(service.url) as app:
        error = await app.failure("speed")
    assert ("upstream-error", 1) == (error.code, len(service.requests))


@pytest.mark.parametrize("typed", ["", "/", "/transmission", "/transmission/web/", "/transmission/rpc"])
def test_the_address_of_the_web_interface_will_do(typed: str) -> None:
    """What a browser shows can be pasted."""
    config = TransmissionConfig(url=f"http://nas.local:9091{typed}", password=SecretStr("secret word"))
    assert "http://nas.local:9091" == config.url


def test_a_path_of_a_proxy_stays() -> None:
    """Only the daemon's own paths are taken off."""
    assert "https://nas.local/web-apps" == TransmissionConfig(url="https://nas.local/web-apps/transmission/web").url
