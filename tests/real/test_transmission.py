"""Transmission against transmission-daemon: what is shown is what the daemon says when asked directly."""

from contextlib import AbstractAsyncContextManager

import pytest
from dashboard_downloads.transmission import Transmission
from real_servers.torrents import MAGNET_NAME, make_torrent
from real_servers.transmission import TransmissionServer

from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, ListView, Progress, StatCard, Status

pytestmark = pytest.mark.real


def opened(server: TransmissionServer, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the server, as a user would configure it."""
    config = {"url": server.url, "username": server.username, "password": server.password, "timeout": 5.0}
    return open_app(Transmission(), config=config | changes)


async def test_speed_is_what_the_daemon_counts(transmission: TransmissionServer) -> None:
    """Rates and counts are those of ``session-stats``."""
    async with opened(transmission) as app:
        card = await app.show("speed")
    stats = transmission.rpc("session-stats")
    assert isinstance(card, StatCard)
    assert [stats[name] for name in ("downloadSpeed", "uploadSpeed", "activeTorrentCount", "pausedTorrentCount")] == [
        stat.value for stat in card.stats
    ]


async def test_transfers_are_the_incomplete_torrents(transmission: TransmissionServer) -> None:
    """The complete torrent is not there; sizes are the daemon's, and nobody knows when it ends."""
    async with opened(transmission) as app:
        progress = await app.show("transfers")
    torrents = transmission.torrents("sizeWhenDone", "leftUntilDone", "hashString")
    incomplete = torrents[transmission.incomplete]
    assert isinstance(progress, Progress)
    bars = {bar.label: bar for bar in progress.bars}
    assert {transmission.incomplete, MAGNET_NAME} == set(bars)
    bar = bars[transmission.incomplete]
    assert (incomplete["hashString"], 0, incomplete["sizeWhenDone"], None) == (
        bar.id,
        bar.value,
        bar.maximum,
        bar.time_left,
    )


async def test_a_magnet_without_metadata_is_not_complete(transmission: TransmissionServer) -> None:
    """The daemon says that nothing is left to load; what is shown does not follow it in that."""
    async with opened(transmission) as app:
        progress = await app.show("transfers")
    bar = next(bar for bar in progress.bars if bar.label == MAGNET_NAME)
    assert 0 == transmission.torrents("leftUntilDone")[MAGNET_NAME]["leftUntilDone"]
    assert (bar.value, bar.caption, bar.status) == (None, "Waiting for metadata", Status.UNKNOWN)


async def test_torrents_are_all_of_them(transmission: TransmissionServer) -> None:
    """Names, progress and times are the daemon's."""
    async with opened(transmission) as app:
        listed = await app.show("torrents")
    torrents = transmission.torrents("addedDate")
    assert isinstance(listed, ListView)
    assert {name: torrent["addedDate"] for name, torrent in torrents.items()} == {
        item.title: item.time.timestamp() for item in listed.items if item.time is not None
    }
    assert {transmission.complete: 100, transmission.incomplete: 0, MAGNET_NAME: None} == {
        item.title: item.progress for item in listed.items
    }


async def test_lost_files_are_a_problem(transmission: TransmissionServer) -> None:
    """When its files are gone, a torrent is shown with the daemon's words; when they are back, it is not."""
    content = make_torrent(transmission.complete, kibibytes=256)
    folder = transmission.state / "downloads"
    (folder / transmission.complete).unlink()
    transmission.verify(transmission.complete)
    async with opened(transmission) as app:
        banner = await app.show("problems")
        failed = transmission.torrents("errorString")[transmission.complete]
        content.write_content(folder)
        transmission.verify(transmission.complete)
        recovered = await app.show("problems")
    assert isinstance(banner, AlertBanner)
    assert [(transmission.complete, "critical", failed["errorString"])] == [
        (alert.title, alert.severity, alert.message) for alert in banner.alerts
    ]
    assert [] == list(recovered.alerts)


async def test_the_connection_test_tells_the_version(transmission: TransmissionServer) -> None:
    """The version is the one of ``session-get``."""
    async with opened(transmission) as app:
        report = (await app.test()).data
    assert report is not None
    assert (transmission.rpc("session-get")["version"], transmission.username) == (report.version, report.account)


async def test_the_address_of_the_web_interface_will_do(transmission: TransmissionServer) -> None:
    """What the browser shows can be pasted into the form, and the link leads back there."""
    async with opened(transmission, url=f"{transmission.url}/transmission/web/") as app:
        card = await app.show("speed")
    assert f"{transmission.url}/transmission/web/" == card.stats[2].link


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"username": None, "password": None}])
async def test_wrong_or_no_credentials_are_auth_failed(
    transmission: TransmissionServer, changes: dict[str, object]
) -> None:
    """The test and the card say the same."""
    async with opened(transmission, **changes) as app:
        tested, shown = (await app.test()).error, await app.failure("speed")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


async def test_a_restart_is_not_noticed(transmission: TransmissionServer) -> None:
    """The session id of before is worth nothing; a new one is taken."""
    async with opened(transmission) as app:
        await app.show("speed")
        transmission.restart()
        card = await app.show("speed")
    assert isinstance(card, StatCard)


async def test_a_stopped_daemon_is_unreachable_until_it_starts(transmission: TransmissionServer) -> None:
    """The last data stays, with the reason; the next look after the start has new data."""
    async with opened(transmission) as app:
        await app.show("speed")
        transmission.stop()
        error = await app.failure("speed")
        tested = (await app.test()).error
        transmission.start()
        card = await app.show("speed")
    assert ("unreachable", "refused") == (error.code, error.reason)
    assert tested is not None
    assert "unreachable" == tested.code
    assert isinstance(card, StatCard)


async def test_a_frozen_daemon_times_out_until_it_goes_on(transmission: TransmissionServer) -> None:
    """A connection is made and nothing answers: the configured time limit ends it."""
    async with opened(transmission, timeout=2.0) as app:
        await app.show("speed", tries=30)
        transmission.suspend()
        error = await app.failure("speed")
        transmission.resume()
        card = await app.show("speed", tries=30)
    assert "timeout" == error.code
    assert isinstance(card, StatCard)
