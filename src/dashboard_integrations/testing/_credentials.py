"""What of a recorded request are credentials, and whether another request has the same ones."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl
from urllib.request import parse_http_list, parse_keqv_list

from dashboard_integrations.testing.recording import RecordedRequest

if TYPE_CHECKING:
    from dashboard_integrations.testing.fake_service import FakeRequest

__all__ = ["Credentials", "challenge"]

_MADE_UP = "recorded-"
_SAYS_CREDENTIAL = re.compile(
    r"authorization|cookie|password|passwd|secret|token|api[-_]?key|(?:^|[-_])(?:pass|session|session[-_]id|_?sid)$"
    r"|(?<!idempotency)(?:^|[-_])key$",
    re.IGNORECASE,
)
_DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512": hashlib.sha512}
_CHALLENGE = 'Digest realm="recorded", nonce="a-nonce-of-the-recording", qop="auth", algorithm=SHA-256'


class Credentials:
    """The credentials of one recorded request.

    These are headers whose name says so, and what holds a secret of the recording's ``config``: one that a recorder
    made up, or a field that is called like one. A digest is proved by a user and password of ``config``.
    """

    __slots__ = ("_body", "_headers", "_query", "_words")

    def __init__(self, request: RecordedRequest, config: Mapping[str, object]) -> None:
        self._words = frozenset(_texts(config))
        secrets = frozenset(_secrets(config))
        self._headers = {
            name.lower(): value
            for name, value in request.headers.items()
            if _SAYS_CREDENTIAL.search(name) or _holds(value, secrets)
        }
        self._query = {
            name: list(values)
            for name, values in request.query.items()
            if any(_holds(value, secrets) for value in values)
        }
        self._body = {text for text in _body_texts(request.content()) if _holds(text, secrets)}

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._headers) + len(self._query) + len(self._body)

    @property
    def is_digest(self) -> bool:
        """Whether they are proved by HTTP Digest."""
        return _is_digest(self._headers.get("authorization", ""))

    def are_in(self, request: "FakeRequest") -> bool:
        """Return whether ``request`` has all of them."""
        return not any(self.missing_in(request))

    def missing_in(self, request: "FakeRequest") -> Iterator[str]:
        """Yield where ``request`` has others or none."""
        for name, value in self._headers.items():
            if not self._is_header(name, value, request):
                yield f"the header {name}"
        query = parse_qs(request.query_string, keep_blank_values=True) if self._query else {}
        for name, values in self._query.items():
            if query.get(name) != values:
                yield f"the query parameter {name}"
        if self._body and not self._body <= set(_body_texts(request.body)):
            yield "the login in the body"

    def _is_header(self, name: str, recorded: str, request: "FakeRequest") -> bool:
        sent = request.headers.get(name)
        if sent is None:
            return False
        if name == "cookie":
            return _cookies(recorded) <= _cookies(sent)
        if name == "authorization" and _is_digest(recorded):
            return _is_digest(sent) and _proves(sent, self._words, method=request.method)
        return sent == recorded


def challenge(recorded: Iterable[Credentials]) -> Mapping[str, str]:
    """Return the headers of a 401, with which a client that proves itself by digest can go on."""
    return {"www-authenticate": _CHALLENGE} if any(item.is_digest for item in recorded) else {}


def _secrets(value: object, name: str = "") -> Iterator[str]:
    for key, text in _named_texts(value, name):
        if text.startswith(_MADE_UP) or _SAYS_CREDENTIAL.search(key):
            yield text


def _texts(value: object) -> Iterator[str]:
    yield ""  # a user or a password may be left out
    for _, text in _named_texts(value):
        yield text


def _named_texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _named_texts(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named_texts(item, name)


def _holds(text: str, secrets: frozenset[str]) -> bool:
    return any(secret in text for secret in secrets)


def _body_texts(content: bytes) -> Iterator[str]:
    """Yield the texts in a body: of its JSON, of its form, or all of it."""
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        text = content.decode(errors="replace")
        yield from [item for _, item in parse_qsl(text)] or [text]
    else:
        yield from _texts(value)


def _cookies(header: str) -> set[tuple[str, str]]:
    try:
        return {(name, morsel.value) for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {(header, "")}


def _is_digest(header: str) -> bool:
    return header[:7].lower() == "digest "


def _proves(header: str, words: Sequence[str] | frozenset[str], *, method: str) -> bool:
    """Return whether a digest (RFC 7616, or 2069 without ``qop``) was made with a user and password among ``words``."""
    said = parse_keqv_list(parse_http_list(header[7:]))
    digest = _DIGESTS.get(said.get("algorithm", "MD5").upper())
    if digest is None or said.get("username", "") not in words:
        return False

    def hashed(*parts: str) -> str:
        return digest(":".join(parts).encode()).hexdigest()

    request = hashed(method, said.get("uri", ""))
    nonces = [said.get(name, "") for name in (("nonce", "nc", "cnonce", "qop") if "qop" in said else ("nonce",))]
    return any(
        said.get("response") == hashed(hashed(said["username"], said.get("realm", ""), word), *nonces, request)
        for word in words
    )
