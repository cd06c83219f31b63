"""Where a request goes: the app's URL and a path below it, and nowhere else."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from dashboard_integrations.service_url import origin_of

__all__ = ["origin_text", "redirect_target", "target_url"]

_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")


def target_url(base: str, path: str, params: Mapping[str, str]) -> str:
    """Return the URL of ``path`` below ``base``, with or without a leading slash and with ``params`` as its query.

    A path that leads anywhere else is a mistake of the integration and raises ``ValueError``.
    """
    pure_path, _, own_query = path.partition("?")
    problem = _problem(path, pure_path)
    if problem:
        raise ValueError(f"a path is relative to the app's URL, as in 'api/status': this one {problem}")
    query = "&".join(part for part in (own_query, urlencode(dict(params))) if part)
    below = f"/{pure_path.removeprefix('/')}" if pure_path else ""
    return f"{base.rstrip('/')}{below}{f'?{query}' if query else ''}"


def redirect_target(url: str, location: str) -> str | None:
    """Return where a redirect from ``url`` leads when that is the same origin, otherwise ``None``."""
    try:
        target = urljoin(url, location.strip())
        same = origin_of(target) == origin_of(url)
    except ValueError:
        return None
    has_user = "@" in urlsplit(target).netloc
    return target.partition("#")[0] if same and not has_user and not _CONTROL.search(target) else None


def origin_text(url: str) -> str:
    """Return scheme, host and port of ``url`` as text, without a user, path or query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _problem(path: str, pure_path: str) -> str | None:
    if _ABSOLUTE.match(path):
        return "is a whole URL"
    if path.startswith("//"):
        return "names another host"
    if "\\" in path or _CONTROL.search(path):
        return "has a backslash or a control character"
    if "#" in path:
        return "has a '#'; write %23 for the character itself"
    return "climbs out of the app's URL" if _climbs(pure_path) else None


def _climbs(path: str) -> bool:
    # Servers decode before they resolve, so '%2e%2e' and '..%2f' climb as well.
    depth = 0
    for segment in _SEPARATOR.split(unquote(path)):
        depth += -1 if segment == ".." else segment not in ("", ".")
        if depth < 0:
            return True
    return False
