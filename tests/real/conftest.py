"""The servers of these tests: one of each for a module, started when a test first asks for it."""

from collections.abc import Iterator

import pytest
from real_servers.plugin import NewServer
from real_servers.qbittorrent import QBittorrentServer
from real_servers.transmission import TransmissionServer


@pytest.fixture(scope="module")
def transmission(new_server: NewServer[TransmissionServer]) -> Iterator[TransmissionServer]:
    """Run a seeded transmission-daemon."""
    with new_server(TransmissionServer) as server:
        yield server


@pytest.fixture(scope="module")
def qbittorrent(new_server: NewServer[QBittorrentServer]) -> Iterator[QBittorrentServer]:
    """Run a seeded qbittorrent-nox."""
    with new_server(QBittorrentServer) as server:
        yield server
