"""transmission-daemon with three torrents: one it seeds, one it waits for, one magnet without metadata."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from real_servers._base import RealServer
from real_servers._raw import ask
from real_servers.torrents import MAGNET, make_torrent

__all__ = ["TransmissionServer"]


class TransmissionServer(RealServer):
    """A daemon that talks with nobody but its RPC clients; both credentials are needed."""

    name = "transmission"
    executable = "transmission-daemon"
    packages = ("transmission-daemon",)
    port_count = 2
    ready_path = "/transmission/rpc"

    username: ClassVar[str] = "reader"
    password: ClassVar[str] = "correct horse: battery"
    complete: ClassVar[str] = "complete.iso"
    incomplete: ClassVar[str] = "incomplete.mkv"

    def configure(self) -> None:
        """Write settings.json, once: the daemon keeps its own state in it."""
        (self.state / "settings.json").write_text(
            json.dumps(
                {
                    "bind-address-ipv4": "127.0.0.1",
                    "bind-address-ipv6": "::1",
                    "dht-enabled": False,
                    "download-dir": str(self.state / "downloads"),
                    "lpd-enabled": False,
                    "peer-port": self.ports[1],
                    "pex-enabled": False,
                    "port-forwarding-enabled": False,
                    "rpc-authentication-required": True,
                    "rpc-bind-address": "127.0.0.1",
                    "rpc-password": self.password,
                    "rpc-port": self.port,
                    "rpc-username": self.username,
                    "utp-enabled": False,
                }
            )
        )

    def command(self) -> Sequence[str]:
        """Run in the foreground with the state below one folder."""
        return [self.program, "--foreground", "--config-dir", str(self.state)]

    def seed(self) -> None:
        """Add the three torrents and wait until their files are checked."""
        complete = make_torrent(self.complete, kibibytes=256)
        complete.write_content(self.state / "downloads")
        for torrent in (complete, make_torrent(self.incomplete, kibibytes=128)):
            self.rpc("torrent-add", {"metainfo": b64encode(torrent.metainfo).decode()})
        self.rpc("torrent-add", {"filename": MAGNET})
        self.wait_until(self._is_checked, what="the torrents to be checked")

    def rpc(self, method: str, arguments: Mapping[str, object] | None = None) -> Any:
        """Call the daemon directly and return the arguments of its answer."""
        basic = (self.username, self.password)
        session = ask(self.port, self.ready_path, basic=basic).headers["x-transmission-session-id"]
        answer = ask(
            self.port,
            self.ready_path,
            json={"method": method, "arguments": dict(arguments or {})},
            headers={"X-Transmission-Session-Id": session},
            basic=basic,
        ).json()
        assert answer["result"] == "success", answer
        return answer["arguments"]

    def torrents(self, *fields: str) -> dict[str, dict[str, Any]]:
        """Return these fields of each torrent, by its name."""
        found = self.rpc("torrent-get", {"fields": ["name", *fields]})["torrents"]
        return {torrent["name"]: torrent for torrent in found}

    def verify(self, name: str) -> None:
        """Let the daemon check a torrent's files, start it, and wait until it either runs or has failed."""
        number = self.torrents("id")[name]["id"]
        self.rpc("torrent-verify", {"ids": [number]})
        self.wait_until(lambda: self._is_settled(name), what=f"{name} to be checked")
        self.rpc("torrent-start", {"ids": [number]})
        self.wait_until(lambda: self._is_settled(name), what=f"{name} to be started")

    def _is_settled(self, name: str) -> bool:
        return self.torrents("status")[name]["status"] in {0, 4, 6}

    def _is_checked(self) -> bool:
        names = self.torrents("percentDone")
        return names[self.complete]["percentDone"] == 1 and all(self._is_settled(name) for name in names)
