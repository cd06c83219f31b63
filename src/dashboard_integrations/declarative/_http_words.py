"""What may stand in a request whatever it is for: paths below the app's URL, and names of headers."""

import re
from typing import Annotated

from pydantic import AfterValidator

from dashboard_integrations.declarative._section import Line

__all__ = ["HeaderName", "PathText", "check_header_name", "check_path"]

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer"}
    | {"proxy-authorization", "transfer-encoding", "upgrade"}
)


def check_path(path: str) -> str:
    """Return ``path`` when it leads to a place below the app's URL; raise ``ValueError``."""
    if _SCHEME.match(path) or path.startswith("//"):
        raise ValueError("is relative to the app's URL, as in '/api/status': leave out scheme and host")
    if "?" in path or "#" in path:
        raise ValueError("has no '?' or '#': what follows '?' goes into 'query'")
    if "\\" in path or not path.isprintable() or any(character.isspace() for character in path):
        raise ValueError("has no backslash, white space or control character: write %20 for a space")
    if any(part in {".", ".."} for part in re.split(r"/|%2f|%5c", path.lower().replace("%2e", "."))):
        raise ValueError("has no '.' or '..' for a part: write where it leads")
    return path


def check_header_name(name: str) -> str:
    """Return ``name`` when a definition may set such a header; raise ``ValueError``."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name[:60]!r} is no name for a header")
    if name.lower() in _OURS:
        raise ValueError(f"the header {name!r} is not for a definition to set")
    return name


PathText = Annotated[Line, AfterValidator(check_path)]
"""A path without placeholders."""

HeaderName = Annotated[Line, AfterValidator(check_header_name)]
