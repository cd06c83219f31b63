"""Tokens: what a service handed out, and what was sent to it as a proof, by where they stand."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from dashboard_integrations.testing.scrubber._places import leaves
from dashboard_integrations.testing.scrubber._words import is_common, names_secret

__all__ = ["Token", "credential_spans", "is_form", "tokens_of"]

_HEADERS = re.compile(r"auth|cookie|csrf|key|pass|secret|session|sid\b|token|xsrf", re.IGNORECASE)
_NO_CREDENTIALS = frozenset({"www-authenticate", "proxy-authenticate", "x-requested-with"})
_ORDINARY = frozenset({"accept", "accept-language", "content-type", "if-none-match", "origin", "referer"})
_COOKIE = re.compile(r"(?:^|;)\s*(?P<name>[^=;\s]+)=(?P<value>[^;]*)")
_PARAMETER = re.compile(r'(?P<name>[\w-]+)="?(?P<value>[^",]+)"?')
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][\w-]*)\s+(?P<value>\S.*)", re.DOTALL)
_OF_A_DIGEST = frozenset({"cnonce", "nonce", "opaque", "response"})
_SHORTEST = 6
_SHORTEST_ECHO = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A value, and the name of the header, cookie or field that held it; ``sent`` when it was sent as a proof."""

    value: str
    label: str
    sent: bool = False


def tokens_of(exchanges: list[dict[str, Any]]) -> Iterator[Token]:
    """Yield every token of the exchanges, those that were sent first."""
    for exchange in exchanges:
        yield from _sent(exchange["request"])
        for header in _listed(exchange["response"]["headers"].get("set-cookie")):
            yield from _cookies(header)
    answered: set[str] = set()
    for exchange in exchanges:
        yield from _echoes(exchange["request"]["headers"], answered)
        answered |= _texts(exchange["response"])
    for exchange in exchanges:
        yield from _handed_out(exchange["response"])


def credential_spans(name: str, value: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and label of each part of a header that is a credential, if it is a header that has one."""
    name = name.lower()
    if name == "cookie":
        for match in _COOKIE.finditer(value):
            yield *match.span("value"), match["name"]
    elif name == "set-cookie":
        first = _COOKIE.match(value)
        if first is not None:
            yield *first.span("value"), first["name"]
    elif name in _NO_CREDENTIALS or _HEADERS.search(name):
        yield from _parts(name, value)


def is_form(body: Mapping[str, Any]) -> bool:
    """Return whether the body of a request is a form."""
    declared = str(body.get("headers", {}).get("content-type", ""))
    return isinstance(body.get("text"), str) and declared.startswith("application/x-www-form-urlencoded")


def _parts(name: str, value: str) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a header such as ``Bearer x`` or ``Digest nonce="x", response="y"``."""
    parameters = [match for match in _PARAMETER.finditer(value) if "=" in match[0]]
    told = [match for match in parameters if match["name"].lower() in _OF_A_DIGEST or names_secret(match["name"])]
    if told or name in _NO_CREDENTIALS:
        for match in told:
            yield *match.span("value"), match["name"]
        return
    scheme = _SCHEME.fullmatch(value)
    start = scheme.start("value") if scheme else 0
    yield start, len(value), name


def _sent(request: Mapping[str, Any]) -> Iterator[Token]:
    for name, value in request["headers"].items():
        for start, end, label in credential_spans(name, value):
            yield from _token(_password(value[start:end]), label, sent=True)
    fields = [(name, value) for name, values in request["query"].items() for value in values]
    fields += parse_qsl(request["text"]) if is_form(request) else []
    fields += [(name, value) for _, name, value in leaves(request.get("json")) if isinstance(value, str)]
    for name, value in fields:
        if names_secret(name):
            yield from _token(value, name, sent=True)


def _password(credential: str) -> str:
    """Return the password of ``user:password`` in base64, any other credential as it is."""
    try:
        text = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        return credential
    return text.partition(":")[2] if ":" in text and text.isprintable() else credential


def _cookies(header: str) -> Iterator[Token]:
    for start, end, label in credential_spans("set-cookie", header):
        yield from _token(header[start:end], label, sent=True)


def _echoes(headers: Mapping[str, str], answered: set[str]) -> Iterator[Token]:
    """Yield what a header gives back that an answer before had, whatever the header is called."""
    for name, value in headers.items():
        if name not in _ORDINARY and len(value) >= _SHORTEST_ECHO and value in answered:
            yield from _token(value, name, sent=True)


def _handed_out(response: Mapping[str, Any]) -> Iterator[Token]:
    for name, values in response["headers"].items():
        for value in _listed(values):
            for start, end, label in credential_spans(name, value):
                yield from _token(value[start:end], label)
    for _, key, found in leaves(response.get("json")):
        if isinstance(found, str) and names_secret(key):
            yield from _token(found, key)


def _texts(response: Mapping[str, Any]) -> set[str]:
    values = [value for _, _, value in leaves(response.get("json"))]
    values += [value for several in response["headers"].values() for value in _listed(several)]
    return {value for value in [*values, response.get("text")] if isinstance(value, str)}


def _listed(values: object) -> list[str]:
    if isinstance(values, str):
        return [values]
    return [str(value) for value in values] if isinstance(values, list) else []


def _token(value: str, label: str, *, sent: bool = False) -> Iterator[Token]:
    plain = value.strip().strip('"')
    if len(plain) >= _SHORTEST and not is_common(plain):
        yield Token(value=plain, label=label, sent=sent)
