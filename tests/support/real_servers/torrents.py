"""Torrents to seed a download client with: made here, of content made here, with a tracker that nobody answers on."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_PIECE = 65_536

MAGNET_HASH = "0123456789abcdef0123456789abcdef01234567"
MAGNET_NAME = "never-found"
MAGNET = f"magnet:?xt=urn:btih:{MAGNET_HASH}&dn={MAGNET_NAME}"
"""A magnet whose metadata nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Torrent:
    """A private single-file torrent and the bytes it describes."""

    name: str
    content: bytes
    metainfo: bytes

    def write_content(self, folder: Path) -> None:
        """Put the content where a client will find it complete."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.name).write_bytes(self.content)


def make_torrent(name: str, *, kibibytes: int) -> Torrent:
    """Make a torrent whose content follows from its name."""
    content = b"".join(hashlib.sha256(f"{name} {block}".encode()).digest() * 32 for block in range(kibibytes))
    pieces = b"".join(
        hashlib.sha1(content[start : start + _PIECE], usedforsecurity=False).digest()
        for start in range(0, len(content), _PIECE)
    )
    info = {"name": name, "piece length": _PIECE, "length": len(content), "private": 1, "pieces": pieces}
    metainfo = {"announce": "http://127.0.0.1:9/announce", "creation date": 1_700_000_000, "info": info}
    return Torrent(name=name, content=content, metainfo=_bencoded(metainfo))


def _bencoded(value: object) -> bytes:
    match value:
        case int():
            return b"i%de" % value
        case str():
            return _bencoded(value.encode())
        case bytes():
            return b"%d:%s" % (len(value), value)
        case dict():
            return b"d" + b"".join(_bencoded(key) + _bencoded(value[key]) for key in sorted(value)) + b"e"
        case _:
            raise TypeError(f"{type(value).__name__} cannot be bencoded")
