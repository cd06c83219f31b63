"""The files that a browser loads: joined modules and themes, each with what HTTP says of it."""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import MappingProxyType

from dashboard_integrations.ui.bundles import bundle

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "ENTRIES",
    "UI_PATH",
    "Asset",
    "Assets",
    "elements_path",
    "forms_path",
    "packaged_assets",
    "theme_path",
]

UI_PATH = "/api/integrations/ui"
"""What the paths of all assets begin with, below whatever the routes are mounted under."""

CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
"""All that a page has to allow for the elements, as the value of the header ``Content-Security-Policy``.

``style-src`` is for a theme, ``img-src`` for icons that the host maps; a page without them can leave these out.
"""

ENTRIES = ("elements.js", "forms.js")
"""The modules that pages load, the second for the sake of its name. The others are joined to the first."""

_CONTENT_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_Encoders = Mapping[str, Callable[[bytes], bytes]]  # by the name that HTTP has for it, the best first
_FOLDERS = ("elements", "themes")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; ``tag`` names its content."""

    name: str
    content_type: str
    body: bytes = field(repr=False)
    encoded: Mapping[str, bytes] = field(repr=False)
    """The body compressed, by the name that HTTP has for how, the best first."""
    tag: str

    @classmethod
    def of(cls, name: str, body: bytes, *, encoders: _Encoders | None = None) -> "Asset":
        """Return the asset of a file; raise ``KeyError`` for one that no browser loads."""
        content_type = _CONTENT_TYPES[_suffix(name)]
        tag = hashlib.sha256(body).hexdigest()[:32]
        encode = _encoders() if encoders is None else encoders
        return cls(name, content_type, body, {coding: shorten(body) for coding, shorten in encode.items()}, tag)


class Assets:
    """Files by name, read when the first one is asked for."""

    def __init__(
        self,
        folders: Iterable[Traversable],
        *,
        entries: Sequence[str] = ENTRIES,
        encoders: _Encoders | None = None,
    ) -> None:
        self._folders = tuple(folders)
        self._entries = entries
        self._encoders = encoders

    @property
    def are_read(self) -> bool:
        """Whether the files are at hand; to read them takes a moment."""
        return "files" in vars(self)

    @cached_property
    def files(self) -> Mapping[str, Asset]:
        """All of them, sorted by name."""
        codes = sorted(self._codes())
        return MappingProxyType({name: Asset.of(name, code.encode(), encoders=self._encoders) for name, code in codes})

    def _codes(self) -> Iterator[tuple[str, str]]:
        yield from bundle(dict(self._read(".js")), self._entries).items()
        for name, code in self._read(".css"):
            yield name, _COMMENT.sub("", code)

    def _read(self, suffix: str) -> Iterator[tuple[str, str]]:
        for folder in self._folders:
            for item in sorted(folder.iterdir(), key=lambda item: item.name):
                if _suffix(item.name) == suffix:
                    yield item.name, item.read_text("utf-8")

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with every name and every byte."""
        told = "".join(f"{asset.name}\0{asset.tag}\n" for asset in self.files.values())
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def path(self, name: str, *, prefix: str = "") -> str:
        """Return where a file is served, for ever the same bytes; raise ``LookupError`` for an unknown one."""
        if name not in self.files:
            raise LookupError(f"there is no asset {name!r}; there are {', '.join(self.files)}")
        return f"{prefix}{UI_PATH}/{self.version}/{name}"


@cache
def packaged_assets() -> Assets:
    """Return those that come with this package."""
    return Assets(files("dashboard_integrations.ui") / folder for folder in _FOLDERS)


def elements_path(prefix: str = "") -> str:
    """Return the path of the module that defines what shows, for a template; ``prefix`` is the routes' mount."""
    return packaged_assets().path("elements.js", prefix=prefix)


def forms_path(prefix: str = "") -> str:
    """Return the path of the module that defines the forms too."""
    return packaged_assets().path("forms.js", prefix=prefix)


def theme_path(name: str, prefix: str = "") -> str:
    """Return the path of an example theme's style sheet: ``harbour`` or ``paper``."""
    return packaged_assets().path(f"{name}.css", prefix=prefix)


@cache
def _encoders() -> _Encoders:
    """Return gzip, and brotli before it where its package is installed: browsers take that by HTTPS."""
    try:
        brotli = import_module("brotli")
    except ImportError:
        return {"gzip": _gzipped}
    return {"br": brotli.compress, "gzip": _gzipped}


def _gzipped(body: bytes) -> bytes:
    """Compress; without a time in it, every process and every release sends the same bytes for the same file."""
    # with memory of level 7 a block is as long as fits code of this size: one percent less than with the usual 8
    compressor = zlib.compressobj(level=9, wbits=31, memLevel=7)
    return compressor.compress(body) + compressor.flush()


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix
