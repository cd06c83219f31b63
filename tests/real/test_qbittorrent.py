"""qBittorrent against qbittorrent-nox: what is shown is what the Web API says when asked directly."""

from contextlib import AbstractAsyncContextManager

import pytest
from dashboard_downloads.qbittorrent import QBittorrent
from real_servers.qbittorrent import QBittorrentServer
from real_servers.torrents import MAGNET_NAME, make_torrent

from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, Progress, StatCard, Status

pytestmark = pytest.mark.real


def opened(server: QBittorrentServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the server, as a user would configure it."""
    config = {"url": server.url, "username": server.username, "password": server.password, "timeout": 5.0}
    return open_app(QBittorrent(), config=config | changes)


async def test_speed_is_what_the_web_api_says(qbittorrent: QBittorrentServer) -> None:
    """Rates and connection are those of ``transfer/info``, and what is active those of its filter."""
    async with opened(qbittorrent) as app:
        card = await app.show("speed")
    cookie = qbittorrent.login()
    transfer = qbittorrent.ask("/api/v2/transfer/info", cookie=cookie).json()
    active = qbittorrent.ask("/api/v2/torrents/info?filter=active", cookie=cookie).json()
    assert isinstance(card, StatCard)
    assert [
        transfer["dl_info_speed"],
        transfer["up_info_speed"],
        len(active),
        transfer["connection_status"].capitalize(),
    ] == [stat.value for stat in card.stats]


async def test_transfers_are_the_incomplete_torrents(qbittorrent: QBittorrentServer) -> None:
    """The complete torrent is not there; sizes are the program's, and nobody knows when it ends."""
    qbittorrent.wait_until_checked()
    async with opened(qbittorrent) as app:
        progress = await app.show("transfers")
    incomplete = qbittorrent.torrents(qbittorrent.login())[qbittorrent.incomplete]
    assert isinstance(progress, Progress)
    bars = {bar.label: bar for bar in progress.bars}
    assert {qbittorrent.incomplete, MAGNET_NAME} == set(bars)
    bar = bars[qbittorrent.incomplete]
    assert (incomplete["hash"], 0, incomplete["size"], None) == (bar.id, bar.value, bar.maximum, bar.time_left)


async def test_a_magnet_without_metadata_is_not_complete(qbittorrent: QBittorrentServer) -> None:
    """The program says that nothing is left to load; what is shown does not follow it in that."""
    qbittorrent.wait_until_checked()
    async with opened(qbittorrent) as app:
        progress = await app.show("transfers")
    bar = next(bar for bar in progress.bars if bar.label == MAGNET_NAME)
    assert 0 == qbittorrent.torrents(qbittorrent.login())[MAGNET_NAME]["amount_left"]
    assert (bar.value, bar.time_left, bar.status) == (None, None, Status.UNKNOWN)


async def test_torrents_are_all_of_them(qbittorrent: QBittorrentServer) -> None:
    """Names, progress and times are the program's."""
    qbittorrent.wait_until_checked()
    async with opened(qbittorrent) as app:
        listed = await app.show("torrents")
    torrents = qbittorrent.torrents(qbittorrent.login())
    assert isinstance(listed, ListView)
    assert {name: torrent["added_on"] for name, torrent in torrents.items()} == {
        item.title: item.time.timestamp() for item in listed.items if item.time is not None
    }
    assert {qbittorrent.complete: 100, qbittorrent.incomplete: 0, MAGNET_NAME: None} == {
        item.title: item.progress for item in listed.items
    }


async def test_lost_files_are_a_problem(qbittorrent: QBittorrentServer) -> None:
    """When its files are gone at a start, a torrent is a problem; when they are back at the next, it is not."""
    content = make_torrent(qbittorrent.complete, kibibytes=256)
    folder = qbittorrent.state / "downloads"
    async with opened(qbittorrent) as app:
        qbittorrent.stop()
        (folder / qbittorrent.complete).unlink()
        qbittorrent.start()
        qbittorrent.wait_until_checked()
        banner = await app.show("problems")
        qbittorrent.stop()
        content.write_content(folder)
        qbittorrent.start()
        qbittorrent.wait_until_checked()
        recovered = await app.show("problems")
    assert isinstance(banner, AlertBanner)
    assert [(qbittorrent.complete, "critical", "Files are missing")] == [
        (alert.title, alert.severity, alert.message) for alert in banner.alerts
    ]
    assert [] == list(recovered.alerts)


async def test_the_connection_test_tells_the_version(qbittorrent: QBittorrentServer) -> None:
    """The version is the one of ``app/version``."""
    async with opened(qbittorrent) as app:
        report = (await app.test()).data
    version = qbittorrent.ask("/api/v2/app/version", cookie=qbittorrent.login()).text
    assert report is not None
    assert (version.removeprefix("v"), qbittorrent.username) == (report.version, report.account)


async def test_a_wrong_password_is_auth_failed(qbittorrent: QBittorrentServer) -> None:
    """The program says so with status 200; the test and the card say the same."""
    async with opened(qbittorrent, password="wrong") as app:
        tested, shown = (await app.test()).error, await app.failure("speed")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


async def test_a_ban_is_told_and_ends_with_a_restart(qbittorrent: QBittorrentServer) -> None:
    """After five wrong passwords nobody looks at the right one."""
    for _ in range(5):
        qbittorrent.login_wrongly()
    async with opened(qbittorrent) as app:
        error = await app.failure("speed")
        qbittorrent.restart()
        card = await app.show("speed")
    assert ("auth-failed", "banned") == (error.code, error.reason)
    assert isinstance(card, StatCard)


async def test_a_restart_is_not_noticed(qbittorrent: QBittorrentServer) -> None:
    """The cookie of before is worth nothing; a second login gets a new one."""
    async with opened(qbittorrent) as app:
        await app.show("speed")
        qbittorrent.restart()
        card = await app.show("speed")
    assert isinstance(card, StatCard)


async def test_a_stopped_program_is_unreachable_until_it_starts(qbittorrent: QBittorrentServer) -> None:
    """The last data stays, with the reason; the next look after the start has new data."""
    async with opened(qbittorrent) as app:
        await app.show("speed")
        qbittorrent.stop()
        error = await app.failure("speed")
        tested = (await app.test()).error
        qbittorrent.start()
        card = await app.show("speed")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert tested is not None
    assert "unreachable" == tested.code
    assert isinstance(card, StatCard)


async def test_a_frozen_program_times_out_until_it_goes_on(qbittorrent: QBittorrentServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(qbittorrent, timeout=2.0) as app:
        await app.show("speed", tries=30)
        qbittorrent.suspend()
        error = await app.failure("speed")
        qbittorrent.resume()
        card = await app.show("speed", tries=30)
    assert "timeout" == error.code
    assert isinstance(card, StatCard)
