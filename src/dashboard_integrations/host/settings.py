"""Settings of the reference dashboard, and where it keeps its data."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

__all__ = ["DEFAULT_HOST", "DEFAULT_PORT", "HostSettings", "default_data_folder"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8420

_FOLDER = "dashboard-integrations"


def default_data_folder(environ: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> Path:
    """Return the folder for this user's data, as the platform has it."""
    home = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _FOLDER
    if platform == "darwin":
        return home / "Library" / "Application Support" / _FOLDER
    stated = Path(environ.get("XDG_DATA_HOME") or "")
    # the XDG specification: a relative path is invalid and to be ignored
    return (stated if stated.is_absolute() else home / ".local" / "share") / _FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """How to run the dashboard.

    Without a ``token`` the one in the data folder is used, and made at the first start. ``allow_hosts`` are further
    names under which browsers may ask for it. ``failure_delay`` is how many seconds the answer to a wrong token waits.
    ``database`` is the URL of a PostgreSQL server, in place of the SQLite file in the data folder.
    ``workers`` is how many processes answer; they share what they fetch, and tell each other of changes, through the
    Redis or Valkey at ``redis``. ``proxies`` are addresses and networks of reverse proxies, besides this machine, that
    are believed when they say that a browser came by https. ``metrics_token`` is what a Prometheus server reads
    ``/metrics`` with; without it there is no such route. ``reload_pages`` is for those who write integrations: open
    pages load again when the dashboard was restarted.
    """

    data: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    token: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    failure_delay: float = 0.5
    database: str | None = field(default=None, repr=False)
    workers: int = 1
    redis: str | None = field(default=None, repr=False)
    proxies: tuple[str, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    reload_pages: bool = False

    def __post_init__(self) -> None:
        if self.token is not None and not self.token.strip():
            raise ValueError("the token is empty: leave it out to have one made, or give a long random one")
        if self.metrics_token is not None and not self.metrics_token.strip():
            raise ValueError("the metrics token is empty: leave it out to have no metrics, or give a long random one")
        if self.workers < 1:
            raise ValueError(f"there is at least one worker, not {self.workers}")
        for proxy in self.proxies:
            _check_proxy(proxy)


def _check_proxy(proxy: str) -> None:
    try:
        network = ip_network(proxy)
    except ValueError:
        raise ValueError(f"a proxy is an address or a network such as 10.0.0.0/8, not {proxy!r}") from None
    if network.prefixlen == 0:
        raise ValueError(f"{proxy!r} is everybody, and not a proxy: name its address or network")
