"""What in a request is, or looks like, a secret."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from urllib.parse import unquote

from dashboard_integrations.scaffold.words import tokens

__all__ = ["looks_random", "names_secret", "secret_places"]

_SECRET_WORDS = frozenset(
    [
        "apikey",
        "auth",
        "authorization",
        "credential",
        "key",
        "passwd",
        "password",
        "secret",
        "session",
        "token",
        "pass",
        "pwd",
        "sid",
    ]
)
_RANDOM = re.compile(r"[A-Za-z0-9+/_=.:-]{16,}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_RESTLESS = 4


def names_secret(name: str) -> bool:
    """Return whether a header, parameter or key is called as secrets are."""
    words = tokens(name)
    return bool(_SECRET_WORDS & set(words)) or "".join(words) in _SECRET_WORDS


def looks_random(text: str) -> bool:
    """Return whether a text looks like it was made by a machine to be a secret."""
    if not _RANDOM.fullmatch(text) or _DATE.match(text):
        return False
    letters_and_digits = [character.isdigit() for character in text if character.isalnum()]
    return sum(one is not other for one, other in pairwise(letters_and_digits)) >= _RESTLESS


def secret_places(
    *, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: object
) -> Iterator[tuple[str, str]]:
    """Yield where a request that is about to be written into a file holds what looks like a secret, and the text."""
    for segment in path.split("/"):
        if looks_random(unquote(segment)):
            yield "the path", unquote(segment)
    for kind, texts in (("the query parameter", params), ("the header", headers)):
        for name, text in texts.items():
            if names_secret(name) or looks_random(text):
                yield f"{kind} {name}", text
    for name, text in _texts(body):
        if names_secret(name) or looks_random(text) or text.startswith("token:"):
            yield f"the body's {name or 'text'}", text


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
