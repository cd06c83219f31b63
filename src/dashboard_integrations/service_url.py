"""The address of a service: what a person may type, in one normal form."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

__all__ = ["ServiceUrl", "origin_of"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def _normalise(value: str) -> str:
    """Return ``value`` without a trailing slash, its scheme and host in lower case; raise ``ValueError``."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError("this is not a URL: its host or port cannot be read") from error
    if port == 0:
        raise ValueError("no service has port 0: give the port it listens on, or none")
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("start with http:// or https://, as in http://nas.local:8080")
    if not parts.hostname or any(character.isspace() or not character.isprintable() for character in value):
        raise ValueError("the URL needs a host and no white space, as in http://nas.local:8080")
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave the user and password out of the URL: they have fields of their own")
    if parts.query or parts.fragment:
        raise ValueError("leave out what follows '?' or '#': give the address of the service itself")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown_port = "" if port is None or port == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{shown_port}{parts.path.rstrip('/')}"


ServiceUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000),
    AfterValidator(_normalise),
    WithJsonSchema({"type": "string", "format": "uri", "minLength": 1, "maxLength": 2_000}),
]
"""An http or https URL, with or without port and path, and without credentials, query or trailing slash."""


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: two URLs with one origin are one server to a browser, and to credentials."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
