"""qbittorrent-nox with three torrents: one it seeds, one it waits for, one magnet without metadata."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from real_servers._base import RealServer
from real_servers._raw import RawAnswer, ask
from real_servers.torrents import MAGNET, Torrent, make_torrent

__all__ = ["QBittorrentServer"]

_SALT = b"sixteen bytes !!"
_BOUNDARY = "----torrents"
_SEEDED = 3

_CONFIGURATION = """\
[LegalNotice]
Accepted=true

[BitTorrent]
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
Session\\Interface=lo
Session\\InterfaceAddress=127.0.0.1
Session\\Port={peer_port}
Session\\DefaultSavePath={downloads}

[Network]
PortForwardingEnabled=false

[Preferences]
WebUI\\Address=127.0.0.1
WebUI\\Port={port}
WebUI\\LocalHostAuth=true
WebUI\\UseUPnP=false
WebUI\\Username={username}
WebUI\\Password_PBKDF2="@ByteArray({password})"
"""


class QBittorrentServer(RealServer):
    """A client that talks with nobody but its Web API; five wrong passwords ban an address until a restart."""

    name = "qbittorrent"
    executable = "qbittorrent-nox"
    packages = ("qbittorrent-nox",)
    port_count = 2
    ready_path = "/api/v2/app/version"

    username: ClassVar[str] = "reader"
    password: ClassVar[str] = "correct horse: battery & staple"
    complete: ClassVar[str] = "complete.iso"
    incomplete: ClassVar[str] = "incomplete.mkv"

    def configure(self) -> None:
        """Write qBittorrent.conf, once: the program keeps its own state in it."""
        digest = hashlib.pbkdf2_hmac("sha512", self.password.encode(), _SALT, 100_000)
        folder = self.state / "qBittorrent" / "config"
        folder.mkdir(parents=True)
        (folder / "qBittorrent.conf").write_text(
            _CONFIGURATION.format(
                port=self.port,
                peer_port=self.ports[1],
                downloads=self.state / "downloads",
                username=self.username,
                password=f"{b64encode(_SALT).decode()}:{b64encode(digest).decode()}",
            )
        )

    def command(self) -> Sequence[str]:
        """Run in the foreground with the state below one folder."""
        return [self.program, f"--profile={self.state}", f"--webui-port={self.port}"]

    def seed(self) -> None:
        """Add the three torrents and wait until they are checked."""
        complete = make_torrent(self.complete, kibibytes=256)
        complete.write_content(self.state / "downloads")
        cookie = self.login()
        for torrent in (complete, make_torrent(self.incomplete, kibibytes=128)):
            assert self._upload(torrent, cookie).text == "Ok."
        added = self.ask("/api/v2/torrents/add", cookie=cookie, form={"urls": MAGNET})
        assert added.text == "Ok."
        self.wait_until_checked()

    def login(self) -> str:
        """Log in directly and return the cookie."""
        credentials = {"username": self.username, "password": self.password}
        answer = ask(self.port, "/api/v2/auth/login", form=credentials)
        assert answer.text == "Ok.", answer
        return answer.headers["set-cookie"].partition(";")[0]

    def ask(self, path: str, *, cookie: str, form: Mapping[str, str] | None = None) -> RawAnswer:
        """Ask the Web API directly, with the cookie of a login."""
        return ask(self.port, path, form=form, headers={"Cookie": cookie})

    def torrents(self, cookie: str) -> dict[str, dict[str, Any]]:
        """Return all that is told of each torrent, by its name."""
        found = self.ask("/api/v2/torrents/info", cookie=cookie).json()
        return {torrent["name"]: torrent for torrent in found}

    def login_wrongly(self) -> RawAnswer:
        """Give a wrong password."""
        return ask(self.port, "/api/v2/auth/login", form={"username": self.username, "password": "wrong"})

    def wait_until_checked(self) -> None:
        """Wait until the files of all torrents are checked: after a start nothing is known of them at first."""
        cookie = self.login()
        self.wait_until(lambda: self._is_checked(cookie), what="the torrents to be checked")

    def _upload(self, torrent: Torrent, cookie: str) -> RawAnswer:
        disposition = f'Content-Disposition: form-data; name="torrents"; filename="{torrent.name}.torrent"'
        head = f"--{_BOUNDARY}\r\n{disposition}\r\nContent-Type: application/x-bittorrent\r\n\r\n"
        return ask(
            self.port,
            "/api/v2/torrents/add",
            content=head.encode() + torrent.metainfo + f"\r\n--{_BOUNDARY}--\r\n".encode(),
            headers={"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
        )

    def _is_checked(self, cookie: str) -> bool:
        states = [torrent["state"] for torrent in self.torrents(cookie).values()]
        return len(states) == _SEEDED and not any(state.startswith("checking") for state in states)
