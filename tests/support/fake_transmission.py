"""A Transmission that asks for a password and says how fast it is."""

import base64

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService

__all__ = ["PASSWORD", "USER", "FakeTransmission"]

USER, PASSWORD = "keeper", "correct-horse"
_RPC = "/transmission/rpc"


class FakeTransmission(FakeService):
    """Its ``down`` is the download rate in bytes per second."""

    def __init__(self) -> None:
        super().__init__()
        self.down = 1_250_000
        self.reply("POST", _RPC, self._rpc)

    def _rpc(self, request: FakeRequest) -> FakeReply:
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            return FakeReply(status=401, text="Unauthorized User")
        return FakeReply(json={"result": "success", "arguments": self._arguments(request.json()["method"])})

    def _arguments(self, method: str) -> dict[str, object]:
        return {
            "session-get": {
                "version": "4.0.6 (38c164933e)",
                "rpc-version": 17,
                "download-dir": "/srv",
                "download-dir-free-space": 84_908_683_264,
            },
            "session-stats": {
                "downloadSpeed": self.down,
                "uploadSpeed": 40_000,
                "activeTorrentCount": 2,
                "pausedTorrentCount": 1,
            },
            "torrent-get": {"torrents": []},
        }[method]
