"""qBittorrent, against recorded answers of its Web API: 4.5's, and the login of 5.2."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager

import anyio
import pytest
from dashboard_downloads.qbittorrent import QBittorrent

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, Progress, StatCard, Status

API = "/api/v2"
UNKNOWN_ETA = 8_640_000
TRANSFER = {
    "connection_status": "connected",
    "dht_nodes": 0,
    "dl_info_data": 0,
    "dl_info_speed": 1_250_000,
    "dl_rate_limit": 0,
    "up_info_data": 0,
    "up_info_speed": 40_000,
    "up_rate_limit": 0,
}


def torrent(name: str, **changes: object) -> dict[str, object]:
    """Return a torrent as the Web API lists it: seeding, unless changed."""
    return {
        "added_on": 1_795_491_384,
        "amount_left": 0,
        "availability": -1,
        "category": "",
        "dlspeed": 0,
        "eta": UNKNOWN_ETA,
        "hash": f"hash of {name}",
        "name": name,
        "priority": 0,
        "progress": 1,
        "ratio": 0,
        "size": 262_144,
        "state": "stalledUP",
        "total_size": 262_144,
        "upspeed": 0,
    } | changes


SEEDING = torrent("seeding.iso", added_on=1_795_491_300)
LOADING = torrent("loading.mkv", amount_left=65_536, dlspeed=1_024, eta=64, state="downloading", priority=1)
MAGNET = torrent("magnet", size=0, total_size=-1, progress=0, state="metaDL", priority=2, added_on=1_795_491_400)

FILTERS = {
    "active": {"downloading", "uploading"},
    "errored": {"error", "missingFiles"},
}


class WebApi:
    """Answers as qBittorrent does: a cookie for a login, 403 without it."""

    def __init__(self) -> None:
        self.cookie = "SID=first"
        self.login_reply: FakeReply | None = None
        self.transfer = TRANSFER
        self.torrents: Sequence[dict[str, object]] = [SEEDING, LOADING, MAGNET]

    def serve(self, service: FakeService) -> None:
        """Declare all answers on ``service``."""
        service.reply("POST", f"{API}/auth/login", self._login)
        service.reply("GET", f"{API}/app/version", self._guarded(lambda _: FakeReply(text="v4.5.2")))
        service.reply("GET", f"{API}/app/webapiVersion", self._guarded(lambda _: FakeReply(text="2.8.19")))
        service.reply("GET", f"{API}/transfer/info", self._guarded(lambda _: FakeReply(json=self.transfer)))
        service.reply("GET", f"{API}/torrents/info", self._guarded(self._list))

    def _login(self, request: FakeRequest) -> FakeReply:
        if self.login_reply is not None:
            return self.login_reply
        if request.form() != {"username": "reader", "password": "secret & word"}:
            return FakeReply(text="Fails.")
        return FakeReply(text="Ok.", headers={"set-cookie": f"{self.cookie}; HttpOnly; SameSite=Strict; path=/"})

    def _guarded(self, answer):
        def check(request: FakeRequest) -> FakeReply:
            allowed = request.headers.get("cookie") == self.cookie
            return answer(request) if allowed else FakeReply(status=403, text="Forbidden")

        return check

    def _list(self, request: FakeRequest) -> FakeReply:
        states = FILTERS.get(request.query.get("filter", "all"))
        return FakeReply(json=[item for item in self.torrents if states is None or item["state"] in states])


@pytest.fixture
def api() -> WebApi:
    """Return what the service answers with."""
    return WebApi()


@pytest.fixture
def service(api: WebApi) -> Iterator[FakeService]:
    """Run the service."""
    with FakeService() as fake:
        api.serve(fake)
        yield fake


def open_qbittorrent(url: str, password: str = "secret & word") -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the service at this address."""
    return open_app(QBittorrent(), config={"url": url, "username": "reader", "password": password})


def logins(service: FakeService) -> int:
    """Return how often somebody logged in."""
    return sum(request.path == f"{API}/auth/login" for request in service.requests)


async def test_speed_shows_rates_activity_and_connection(service: FakeService) -> None:
    """Rates are bytes per second; the connection has a status of its own."""
    async with open_qbittorrent(service.url) as app:
        card = await app.show("speed")
    assert isinstance(card, StatCard)
    assert [(stat.label, stat.value, stat.unit, stat.status) for stat in card.stats] == [
        ("Down", 1_250_000, "B/s", None),
        ("Up", 40_000, "B/s", None),
        ("Active", 1, None, None),
        ("Connection", "Connected", None, Status.OK),
    ]


async def test_speed_links_to_the_web_interface(service: FakeService) -> None:
    """The active torrents are a click away."""
    async with open_qbittorrent(service.url) as app:
        card = await app.show("speed")
    assert f"{service.url}/" == card.stats[2].link


async def test_transfers_shows_what_is_not_complete(service: FakeService) -> None:
    """A torrent under way has its bytes, rate and time left; a finished one is not there."""
    async with open_qbittorrent(service.url) as app:
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
    async with open_qbittorrent(service.url) as app:
        progress = await app.show("transfers")
    bar = progress.bars[1]
    assert (bar.value, bar.time_left, bar.caption, bar.status) == (None, None, "Waiting for metadata", Status.UNKNOWN)


async def test_an_unknown_time_left_is_none(service: FakeService, api: WebApi) -> None:
    """A hundred days mean that nobody knows."""
    api.torrents = [LOADING | {"eta": UNKNOWN_ETA}]
    async with open_qbittorrent(service.url) as app:
        progress = await app.show("transfers")
    assert progress.bars[0].time_left is None


async def test_transfers_shows_running_ones_first(service: FakeService, api: WebApi) -> None:
    """Downloading comes before stalled, waiting and paused, whatever the queue says."""
    api.torrents = [LOADING | {"state": state} for state in ("pausedDL", "queuedDL", "stalledDL", "downloading")]
    async with open_qbittorrent(service.url) as app:
        progress = await app.show("transfers")
    assert ["Downloading", "Stalled", "Waiting to download", "Paused"] == [bar.caption for bar in progress.bars]


async def test_a_torrent_that_resumes_is_a_transfer(service: FakeService, api: WebApi) -> None:
    """After a start all torrents are checked first, and until then nobody knows how far they are."""
    api.torrents = [torrent("half", state="checkingResumeData", amount_left=262_144), SEEDING]
    async with open_qbittorrent(service.url) as app:
        progress = await app.show("transfers")
    assert [("half", None, "Checking")] == [(bar.label, bar.value, bar.caption) for bar in progress.bars]


async def test_torrents_lists_all_newest_first(service: FakeService) -> None:
    """Each torrent has its state and progress; that of a magnet without metadata is not known."""
    async with open_qbittorrent(service.url) as app:
        listed = await app.show("torrents")
    assert isinstance(listed, ListView)
    assert [
        ("magnet", "Waiting for metadata", None),
        ("loading.mkv", "Downloading", 75),
        ("seeding.iso", "Seeding", 100),
    ] == [(item.title, item.subtitle, item.progress) for item in listed.items]


async def test_a_state_nobody_knows_yet_is_shown_as_it_is(service: FakeService, api: WebApi) -> None:
    """A later qBittorrent may have more states."""
    api.torrents = [torrent("new", state="somethingNewDL")]
    async with open_qbittorrent(service.url) as app:
        listed = await app.show("torrents")
    assert (listed.items[0].subtitle, listed.items[0].status) == ("somethingNewDL", Status.UNKNOWN)


async def test_an_empty_client_has_empty_views(service: FakeService, api: WebApi) -> None:
    """No torrent is no error, and the views say so."""
    api.torrents = []
    async with open_qbittorrent(service.url) as app:
        progress, listed = await app.show("transfers"), await app.show("torrents")
    assert (0, 0, "Nothing to download") == (len(progress.bars), progress.total, progress.empty_text)
    assert (0, 0, "No torrents") == (len(listed.items), listed.total, listed.empty_text)


async def test_problems_are_failed_torrents(service: FakeService, api: WebApi) -> None:
    """An error and missing files are critical; all else is no problem."""
    api.torrents = [SEEDING, LOADING, torrent("failed", state="error"), torrent("lost", state="missingFiles")]
    async with open_qbittorrent(service.url) as app:
        banner = await app.show("problems")
    assert isinstance(banner, AlertBanner)
    assert [
        ("failed", "critical", "Failed"),
        ("lost", "critical", "Files are missing"),
    ] == [(alert.title, alert.severity, alert.message) for alert in banner.alerts]


async def test_a_filter_that_is_not_known_makes_no_problems(service: FakeService, api: WebApi) -> None:
    """A qBittorrent that does not know the filter lists everything."""
    service.reply("GET", f"{API}/torrents/info", json=[SEEDING, LOADING, MAGNET])
    async with open_qbittorrent(service.url) as app:
        banner = await app.show("problems")
    assert [] == list(banner.alerts)


@pytest.mark.parametrize(("status", "expected"), [("disconnected", ["connection"]), ("firewalled", [])])
async def test_being_disconnected_is_a_problem(
    service: FakeService, api: WebApi, status: str, expected: list[str]
) -> None:
    """A closed port only makes it slower."""
    api.transfer = TRANSFER | {"connection_status": status}
    async with open_qbittorrent(service.url) as app:
        banner = await app.show("problems")
    assert expected == [alert.id for alert in banner.alerts]


async def test_the_connection_test_tells_version_and_account(service: FakeService) -> None:
    """A test says what was found."""
    async with open_qbittorrent(service.url) as app:
        report = (await app.test()).data
    assert report is not None
    assert ("4.5.2", "reader", {"Web API": "2.8.19"}) == (report.version, report.account, report.details)


async def test_many_callers_share_one_login(service: FakeService) -> None:
    """A login is made once for all cards of a page."""
    async with open_qbittorrent(service.url) as app, anyio.create_task_group() as tasks:
        for endpoint_id in ("speed", "transfers", "torrents", "problems"):
            tasks.start_soon(app.service.fetch_data, "app", endpoint_id)
    assert 1 == logins(service)


async def test_a_lost_cookie_is_renewed(service: FakeService, api: WebApi) -> None:
    """A restart forgets all cookies; nobody notices."""
    async with open_qbittorrent(service.url) as app:
        await app.show("speed")
        api.cookie = "SID=second"
        card = await app.show("speed")
    assert 1_250_000 == card.stats[0].value


async def test_the_login_of_later_versions_works(service: FakeService, api: WebApi) -> None:
    """Since 5.2 a login is answered with 204, and the cookie's name has the port in it."""
    api.cookie = "QBT_SID_8080=first"
    api.login_reply = FakeReply(status=204, headers={"set-cookie": "QBT_SID_8080=first; HttpOnly; path=/"})
    async with open_qbittorrent(service.url) as app:
        card = await app.show("speed")
    assert 1_250_000 == card.stats[0].value


@pytest.mark.parametrize("reply", [FakeReply(text="Fails."), FakeReply(status=401, text="Unauthorized")])
async def test_a_wrong_password_is_auth_failed(service: FakeService, api: WebApi, reply: FakeReply) -> None:
    """Up to 5.1 a refusal has status 200; it means the same in the test and in the card."""
    api.login_reply = reply
    async with open_qbittorrent(service.url) as app:
        tested, shown = (await app.test()).error, await app.failure("speed")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


async def test_a_refused_login_is_made_once_per_look(service: FakeService, api: WebApi) -> None:
    """Five wrong passwords are a ban: nothing is tried twice."""
    api.login_reply = FakeReply(text="Fails.")
    async with open_qbittorrent(service.url) as app:
        await app.failure("speed")
    assert 1 == len(service.requests)


async def test_a_ban_says_what_to_do(service: FakeService, api: WebApi) -> None:
    """The password may be right by now, but nobody looks at it before the ban is over."""
    api.login_reply = FakeReply(status=403, text="Your IP address has been banned after too many failed attempts.")
    async with open_qbittorrent(service.url) as app:
        error = await app.failure("speed")
    assert ("auth-failed", "banned") == (error.code, error.reason)
    assert "restart qBittorrent" in error.message


async def test_a_login_that_is_unauthorized_may_be_the_host_header(service: FakeService, api: WebApi) -> None:
    """Behind another port or name qBittorrent says the same to a right password."""
    api.login_reply = FakeReply(status=401, text="Unauthorized")
    async with open_qbittorrent(service.url) as app:
        error = await app.failure("speed")
    assert "Host header validation" in error.message
