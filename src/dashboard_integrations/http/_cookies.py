"""The cookies that a response sets."""

from collections.abc import Iterable
from email.utils import parsedate

__all__ = ["set_cookies"]

_EPOCH = 1970


def set_cookies(values: Iterable[str]) -> dict[str, str]:
    """Return names and values from ``Set-Cookie`` headers, without those that the service takes back."""
    cookies: dict[str, str] = {}
    for header in values:
        pair, *attributes = header.split(";")
        name, separator, value = pair.partition("=")
        if separator and name.strip():
            cookies[name.strip()] = value.strip()
            if _takes_back(attributes):
                del cookies[name.strip()]
    return cookies


def _takes_back(attributes: Iterable[str]) -> bool:
    given = {name.strip().lower(): value.strip() for name, _, value in (item.partition("=") for item in attributes)}
    if "max-age" in given:
        return given["max-age"].startswith("-") or given["max-age"] == "0"
    # Services take a cookie back with a date at the epoch, so no clock is needed to tell.
    expires = parsedate(given.get("expires", ""))
    return expires is not None and expires[0] <= _EPOCH
