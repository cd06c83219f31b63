"""From an ASGI scope to a neutral request: what ASGI and FastAPI adapters have in common."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from dashboard_integrations.web import Request

__all__ = ["has_body", "path_below_mount", "request_of"]

_ASCII = "".join(map(chr, range(128)))
_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
_PATHS_REMEMBERED = 2_000
_LONGEST_REMEMBERED = 500


def request_of(scope: Mapping[str, Any], *, path: str, body: bytes, native: object) -> Request:
    """Return the request of ``scope``; ``path`` is its decoded path below what the routes are mounted under."""
    return Request(
        method=scope["method"],
        path=_encoded(scope, path),
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=_headers(scope),
        body=body,
        native=native,
        can_stream=True,
    )


def path_below_mount(scope: Mapping[str, Any]) -> str:
    """Return the decoded path without ``root_path``, which newer servers leave in it and older ones take off."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def has_body(scope: Mapping[str, Any]) -> bool:
    """Tell whether a body may come with the request: HTTP/1.1 says so in its headers, HTTP/2 need not."""
    if scope["method"] not in {"GET", "HEAD"} or not scope.get("http_version", "2").startswith("1"):
        return True
    for name, _ in scope["headers"]:  # noqa: SIM110  (a generator costs as much as the rest of a short answer)
        if name.lower() in _BODY_HEADERS:
            return True
    return False


def _encoded(scope: Mapping[str, Any], path: str) -> str:
    """Return ``path`` as it was encoded when it came: only there, ``%2F`` is not a slash."""
    raw, whole, root = scope.get("raw_path") or b"", scope["path"], scope.get("root_path", "")
    if len(raw) > _LONGEST_REMEMBERED or len(whole) > _LONGEST_REMEMBERED:
        return _find_encoded(raw, whole, root, path)
    return _remembered(raw, whole, root, path)


def _find_encoded(raw_path: bytes, whole: str, root: str, path: str) -> str:
    raw = raw_path.partition(b"?")[0].split(b"/")
    mounts = ("", whole.removesuffix(path), root.rstrip("/"))
    below = (b"/".join([b"", *raw[mount.count("/") + 1 :]]) for mount in mounts)
    return next((quote(known, safe=_ASCII) for known in below if _decoded(known) == path), quote(path))


_remembered = lru_cache(_PATHS_REMEMBERED)(_find_encoded)


def _decoded(raw: bytes) -> str:
    return unquote_to_bytes(raw).decode("utf-8", "replace")


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    return headers
