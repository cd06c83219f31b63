"""qBittorrent: the contract, from what a real server answered."""

from dashboard_downloads.qbittorrent import QBittorrent

from dashboard_integrations.testing.conformance import IntegrationContract


class TestQBittorrent(IntegrationContract):
    integration = QBittorrent
    recordings = ("recordings/qbittorrent.json",)
