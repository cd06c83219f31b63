"""Which requests to listen to: the names this dashboard answers to, and the pages that may send it forms."""

import ipaddress
from collections.abc import Collection, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

__all__ = ["SAFE_METHODS", "HostNames", "host_of", "sent_by_own_page"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_DEFAULT_PORTS = {"http": 80, "https": 443}


class HostNames:
    """The names and addresses a browser may use: any other name may be an attacker's that resolves to us."""

    def __init__(self, bound: str, *, allowed: Collection[str] = ()) -> None:
        self._names = {_plain(name) for name in (*allowed, bound)}
        address = _address(_plain(bound))
        self._any_address = not bound or (address is not None and address.is_unspecified)

    def allow(self, host_header: str | None) -> bool:
        """Tell whether the ``Host`` of a request is one of ours."""
        name = host_of(host_header or "")
        if name is None:
            return False
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        address = _address(name)
        return address is not None and (address.is_loopback or self._any_address)


def host_of(host_header: str) -> str | None:
    """Return the host without its port, in lower case; ``None`` when it cannot be read."""
    try:
        parts = urlsplit(f"//{host_header.strip()}")
        _ = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    return _plain(parts.hostname)


def sent_by_own_page(headers: Mapping[str, str]) -> bool:
    """Tell whether a page of this dashboard sent the request, or no page at all.

    Browsers say where an unsafe request comes from, by ``Origin`` or ``Sec-Fetch-Site``; what says neither is no
    browser, and carries no cookie that a person did not give it. The scheme does not count: a proxy before us may
    speak https for us.
    """
    if headers.get("sec-fetch-site", "none").strip().lower() not in {"same-origin", "none"}:
        return False
    if "origin" not in headers:
        return True
    sender = _split(headers["origin"])
    return sender is not None and sender == _split(f"{sender.scheme}://{headers.get('host', '')}")


class _Sender(NamedTuple):
    scheme: str
    host: str
    port: int


def _split(origin: str) -> _Sender | None:
    try:
        parts = urlsplit(origin)
        return _Sender(parts.scheme, _plain(parts.hostname or ""), parts.port or _DEFAULT_PORTS[parts.scheme])
    except (ValueError, KeyError):
        return None


def _plain(name: str) -> str:
    return name.strip().lower().strip("[]").rstrip(".")


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
