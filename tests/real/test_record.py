"""Recording real servers: what is replayed is what they said, without what is theirs."""

import re
from functools import partial

import pytest
from dashboard_downloads.qbittorrent import QBittorrent
from dashboard_downloads.transmission import Transmission
from real_servers.qbittorrent import QBittorrentServer
from real_servers.transmission import TransmissionServer

from dashboard_integrations import HttpIntegration
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.testing import FakeService, Recording, open_app
from dashboard_integrations.testing.recorder import Take, differences, record, refused_fields, replayed
from dashboard_integrations.testing.scrubber import Scrubbed, scrub

pytestmark = pytest.mark.real

Server = TransmissionServer | QBittorrentServer


async def taken(integration: HttpIntegration[object], server: Server) -> tuple[Take, Scrubbed]:
    """Record a server, and scrub what was recorded."""
    config = {"url": server.url, "username": server.username, "password": server.password}
    take = await record(integration, config=config)
    refused = partial(refused_fields, integration)
    return take, scrub(
        take.recording, secrets=take.secrets, users=take.users, url=take.url, also=[str(server.state)], refused=refused
    )


async def check(integration: HttpIntegration[object], server: Server) -> Recording:
    """Compare a server with its recording: as much in every view, and nothing of the server's own in the file."""
    take, scrubbed = await taken(integration, server)
    assert {} == take.failures
    replay = await replayed(scrubbed.recording, integration)
    assert ({}, []) == (replay.failures, differences(take.views, replay.views))
    assert {endpoint.id for endpoint in integration.endpoints} == set(replay.views)
    text = scrubbed.recording.to_json()
    assert text == Redactor(scrubbed.hidden, users=take.users).text(text)
    assert not {server.username, server.password, *scrubbed.hidden} & set(re.findall(r"[^\s\"=;]+", text))
    assert str(server.state) not in text
    return scrubbed.recording


async def test_transmission(transmission: TransmissionServer) -> None:
    """Its session id is asked for again in a replay, and each torrent has a hash of its own."""
    recording = await check(Transmission(), transmission)
    statuses = [exchange.response.status for exchange in recording.exchanges if exchange.during == "test"]
    assert [409, 200] == statuses
    hashes = set(re.findall(r'"hashString": "(\w+)"', recording.to_json()))
    assert len(transmission.torrents()) == len(hashes)
    assert {40} == {len(made) for made in hashes}


async def test_qbittorrent(qbittorrent: QBittorrentServer) -> None:
    """Its login is a form, and yields a cookie."""
    qbittorrent.wait_until_checked()
    recording = await check(QBittorrent(), qbittorrent)
    login = recording.exchanges[0]
    assert "username=user-1&password=recorded-password-1" == login.request.text
    assert str(login.response.headers["set-cookie"]).startswith("SID=recorded-SID-1;")


async def test_a_wrong_password_is_told_by_a_recording(qbittorrent: QBittorrentServer) -> None:
    """As by the server itself."""
    _, scrubbed = await taken(QBittorrent(), qbittorrent)
    config = {"url": qbittorrent.url, "username": qbittorrent.username, "password": "wrong"}
    async with open_app(QBittorrent(), config=config) as app:
        real = (await app.test()).error
    with FakeService() as service:
        service.replay(scrubbed.recording)
        async with open_app(QBittorrent(), config={**scrubbed.recording.config, "url": service.url}) as app:
            recorded = (await app.test(password="wrong")).error
    assert real is not None
    assert recorded is not None
    assert (real.code, "auth-failed") == (recorded.code, recorded.code)
