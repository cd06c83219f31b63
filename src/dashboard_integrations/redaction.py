"""Masks secrets by their value on every way out."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from html.entities import codepoint2name
from urllib.parse import quote

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import IntegrationError

__all__ = ["MASK", "Redactor", "secret_pattern", "secret_values"]

MASK = "[hidden]"

_SHORTEST = 4
_COMMON_WORDS = frozenset(
    {"admin", "auth", "data", "default", "error", "false", "guest", "home", "host", "http", "https", "login", "name"}
    | {"none", "null", "pass", "password", "path", "port", "root", "secret", "server", "service", "status", "test"}
    | {"token", "true", "user", "username"}
)
_SHORTEST_CORE = 8
_LONGEST_PASSWORD = 256
_PADDING = "(?:=|%3[Dd]){0,2}"
_MOST_BACKSLASHES = 15
_PLAIN = re.compile("[A-Za-z0-9]+")
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^/\s:@?#]*:(?P<form>[^/\s@?#]+)@")


class Redactor:
    """Replaces secrets by ``[hidden]``, in plain and as they are commonly written.

    These are: percent-encoded (in part or whole, twice), escaped as in JSON (within JSON, four levels), HTML or a
    Python literal, UTF-8 read as Latin-1, and in base64 or base64url, also percent-encoded, alone, behind ``user:`` for
    each of ``users``, or (from 8 bytes on) anywhere in a longer text that was encoded. A password within a URL is
    hidden whatever it is.

    A secret of fewer than 4 characters, or one that is an ordinary word such as ``admin``, is masked only where it
    stands as a whole word, with no letter, digit or underscore beside it: else it would blank half of every message. A
    blank one is not masked.
    """

    __slots__ = ("_needles", "_pattern")

    def __init__(self, secrets: Iterable[str], *, users: Iterable[str] = ()) -> None:
        forms = list(_written(secrets, users))
        self._pattern = _overlapping([re.escape(MASK), *(form.pattern for form in forms)])
        self._needles = tuple({MASK, *(needle for form in forms for needle in form.needles)})

    def text(self, text: str) -> str:
        """Return ``text`` without the secrets."""
        parts: list[str] = []
        done = 0
        patterns = [self._pattern] if any(needle in text for needle in self._needles) else []
        if "://" in text:
            patterns.append(_PASSWORD_IN_URL)
        if not patterns:
            return text
        found = [match.span("form") for pattern in patterns for match in pattern.finditer(text)]
        for start, end in _merged(sorted(found)):
            parts += (text[done:start], MASK)
            done = end
        return "".join((*parts, text[done:]))

    def error(self, error: IntegrationError) -> ErrorBody:
        """Describe ``error`` with its message, reason and the texts of its fields masked."""
        return ErrorBody(
            code=error.code,
            message=self.text(str(error.message)),
            source=error.source,
            reason=None if error.reason is None else self.text(str(error.reason)),
            fields={name: self.text(str(problem)) for name, problem in error.fields.items()},
            details={name: self.text(str(fact)) for name, fact in error.details.items()},
            retry_after=error.retry_after,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def secret_pattern(secret: str, *, users: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern that finds ``secret`` as a ``Redactor`` does; its group ``form`` is how it is written there."""
    return _overlapping(form.pattern for form in _written([secret], users))


def secret_values(model: BaseModel | None) -> frozenset[str]:
    """Return the value of every pydantic secret in ``model``, however deep it is nested."""
    return frozenset(filter(None, _secrets_in(model)))


def _secrets_in(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr | SecretBytes | Secret):
        yield _as_text(value.get_secret_value())
    elif isinstance(value, BaseModel):
        # Not by iterating: a root model may iterate over its content.
        for item in (*vars(value).values(), *(value.model_extra or {}).values()):
            yield from _secrets_in(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets_in(key)
            yield from _secrets_in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _secrets_in(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _secrets_in(getattr(value, field.name))


def _as_text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a secret. Where it is found, one of ``needles`` is: that much is never written otherwise."""

    pattern: str
    needles: Sequence[str]


def _written(secrets: Iterable[str], users: Iterable[str]) -> list[_Form]:
    """Return patterns for ``secrets``, the longest of them first."""
    owners = ("", *(f"{user}:" for user in users))
    values = {form for secret in secrets if secret.strip() for form in (secret, secret.strip())}
    return [form for value in sorted(values, key=len, reverse=True) for form in _forms(value, owners)]


def _overlapping(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that looks ahead, so that no end of one secret is left over beside another."""
    return re.compile(rf"(?=(?P<form>{'|'.join(forms) or '(?!)'}))")


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ``spans``, which are sorted, with those that overlap made one."""
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current is None or start >= current[1]:
            if current is not None:
                yield current
            current = start, end
        else:
            current = current[0], max(current[1], end)
    if current is not None:
        yield current


def _forms(secret: str, owners: Iterable[str]) -> Iterator[_Form]:
    """Yield the ways in which ``secret`` is written, the longest first."""
    whole_word = len(secret) < _SHORTEST or secret.lower() in _COMMON_WORDS
    plain = _Form("".join(map(_character, secret)), [_needle(secret)])
    for form in (*_base64_forms(secret, owners), plain):
        yield replace(form, pattern=rf"(?<!\w)(?:{form.pattern})(?!\w)") if whole_word else form


def _needle(text: str) -> str:
    """Return the longest run of ASCII letters and digits in ``text``: they are never escaped. It may be empty."""
    return max(_PLAIN.findall(text), key=len, default="")


def _character(character: str) -> str:
    """Return a pattern for one character, plain or escaped in any usual way."""
    if character.isascii() and character.isalnum():
        return character
    number, encoded = ord(character), character.encode("utf-8", "surrogatepass")
    percents = {"".join(f"%{byte:02x}" for byte in each) for each in _encodings(character)}
    entities = {html.escape(character), f"&#{number};", f"&#x{number:x};", f"&{codepoint2name.get(number, '#')};"}
    # Each level of JSON in JSON doubles the backslashes and adds one.
    texts = json.dumps(character), repr(character), repr(encoded)[1:], ascii(character), f'"\\{character}"'
    slashed = {text[1:-1].lstrip("\\") or "\\" for text in texts if text.startswith("\\", 1)}
    escaped = {*percents, *(quote(percent, safe="") for percent in percents), *entities}
    plain = {character, encoded.decode("latin-1"), *("+" if character == " " else "")}
    choices = [f"(?i:{re.escape(form)})" for form in escaped - plain]
    choices += [rf"\\{{1,{_MOST_BACKSLASHES}}}(?i:{re.escape(form)})" for form in slashed]
    choices += [re.escape(form) for form in plain]
    return f"(?:{'|'.join(sorted(choices, key=len, reverse=True))})"


def _base64_forms(secret: str, owners: Iterable[str]) -> Iterator[_Form]:
    for owner in sorted(owners, key=len, reverse=True) if len(secret) <= _LONGEST_PASSWORD else ("",):
        for content in _encodings(f"{owner}{secret}"):
            digits = base64.b64encode(content).rstrip(b"=").decode()
            yield _Form(f"{_either_alphabet(digits)}{_PADDING}", [_needle(digits)])
    for content in _encodings(secret):
        if len(content) >= _SHORTEST_CORE:
            # From the start of a run of digits, so that what stands before the secret costs one pass.
            cores = list(_cores(content))
            either = "|".join(map(_either_alphabet, cores))
            pattern = rf"(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]*?(?:{either})[A-Za-z0-9+_-]*{_PADDING}"
            yield _Form(pattern, list(map(_needle, cores)))


def _cores(content: bytes) -> Iterator[str]:
    """Yield what base64 makes of ``content`` within a longer text, at each of three offsets, but for its two ends."""
    for offset in range(3):
        digits = base64.b64encode(bytes(offset) + content).rstrip(b"=").decode()
        first = -(-8 * offset // 6)
        last = 8 * (offset + len(content)) // 6
        yield digits[first:last]


def _encodings(text: str) -> set[bytes]:
    encoded = {text.encode("utf-8", "surrogatepass")}
    try:
        encoded.add(text.encode("latin-1"))
    except UnicodeEncodeError:
        return encoded
    return encoded


def _either_alphabet(digits: str) -> str:
    """Return a pattern for base64 or base64url, its two odd digits percent-encoded or escaped as PHP does."""
    return re.escape(digits).replace(r"\+", "(?:[+-]|%2[Bb])").replace("/", r"(?:\\?[/_]|%2[Ff])")
