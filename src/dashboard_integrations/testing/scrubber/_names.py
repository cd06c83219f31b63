"""Names in a recording: of hosts, users and devices, by the fields that hold them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._places import Kept, leaves
from dashboard_integrations.testing.scrubber._rules import host_pattern, hosts_in, is_host
from dashboard_integrations.testing.scrubber._shapes import shape_of
from dashboard_integrations.testing.scrubber._words import (
    is_common,
    names_host,
    names_identity,
    names_user,
    names_version,
)

__all__ = ["name_fakes", "short_host"]

_PORT = re.compile(r":\d{1,5}$")
_SHORTEST = 3
_SHORTEST_NUMBER = 6
_LONGEST_USER = 64


def name_fakes(raw: Mapping[str, Any], url: str, *, fakes: Fakes, kept: Kept) -> dict[str, str]:
    """Return stand-ins for the names in a recording, by the name in lower case; ``url`` is the app's.

    What is also a step of a path that was asked for, or what the integration is called, names nobody.
    """
    paths = [exchange["request"]["path"] for exchange in raw["exchanges"]]
    ordinary = {step.lower() for path in paths for step in path.split("/")} | {str(raw["integration"]).lower()}
    made: dict[str, str] = {}
    host = urlsplit(url).hostname or ""
    if is_host(host) and len(host) >= _SHORTEST and shape_of(host) is None:
        made[host] = fakes.named(host, "host name", host_pattern(host))
    for place, key, value in _texts(raw):
        name = value.strip()
        if name.lower() in ordinary or shape_of(name) is not None or kept.has_place(place) or name in kept.values:
            continue
        made |= _named(key, name, fakes)
    for host in _hosts_of_urls(raw, kept):
        if host.lower() in ordinary:
            continue
        made[host.lower()] = fakes.named(host, "host name", host_pattern(host))
    return made


def short_host(key: str, value: str, fakes: Fakes) -> str | None:
    """Return a stand-in for the name of a host that is too short to be looked for in other texts."""
    is_short = names_host(key) and len(value) < _SHORTEST and is_host(value)
    return fakes.named(value, "host name", host_pattern(value)) if is_short else None


def _named(key: str, name: str, fakes: Fakes) -> dict[str, str]:
    if len(name) < _SHORTEST or is_common(name):
        return {}
    if names_host(key):
        host = _PORT.sub("", name)
        is_long = len(host) >= _SHORTEST and is_host(host)
        return {host.lower(): fakes.named(host, "host name", host_pattern(host))} if is_long else {}
    if name.isdecimal() and len(name) < _SHORTEST_NUMBER:
        return {}
    if names_user(key) and len(name) <= _LONGEST_USER and "\n" not in name:
        return {name.lower(): fakes.named(name, "user", "user-{}")}
    return {name.lower(): fakes.like(name, "device id")} if names_identity(key) else {}


def _hosts_of_urls(raw: Mapping[str, Any], kept: Kept) -> Iterator[str]:
    """Yield the hosts of URLs that say on their own that they are hosts: others may be ordinary words elsewhere."""
    for place, key, value in leaves(raw["exchanges"], "$.exchanges"):
        if isinstance(value, str) and not names_version(key) and not kept.has_place(place):
            for host in hosts_in(value):
                if "." in host and host not in kept.values and shape_of(host) is None:
                    yield host


def _texts(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    parts = [(f"$.{part}", raw[part]) for part in ("config", "extra", "parameters") if part in raw]
    for number, exchange in enumerate(raw["exchanges"]):
        place, request, response = f"$.exchanges[{number}]", exchange["request"], exchange["response"]
        parts += [
            (f"{place}.request.query", request["query"]),
            (f"{place}.request.json", request.get("json")),
            (f"{place}.response.json", response.get("json")),
        ]
    for place, part in parts:
        for found, key, value in leaves(part, place):
            if isinstance(value, str):
                yield found, key, value
