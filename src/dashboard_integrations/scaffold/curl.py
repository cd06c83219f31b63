"""A command line of curl, taken apart: the options that make a request."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard_integrations.scaffold.errors import ScaffoldError

__all__ = ["CurlCommand", "curl_command"]

_WITH_VALUE = {
    "H": "header",
    "u": "user",
    "X": "request",
    "d": "data",
    "b": "cookie",
    "A": "user-agent",
    "e": "referer",
    "F": "form",
    "T": "upload-file",
    "o": "output",
    "m": "max-time",
    "x": "proxy",
    "w": "write-out",
    "c": "cookie-jar",
    "E": "cert",
    "D": "dump-header",
    "K": "config",
    "r": "range",
    "y": "speed-time",
    "Y": "speed-limit",
    "z": "time-cond",
    "C": "continue-at",
    "U": "proxy-user",
}
_LONG_WITH_VALUE = frozenset(
    {
        *_WITH_VALUE.values(),
        *("cacert", "capath", "ciphers", "connect-timeout", "connect-to", "data-ascii", "data-binary", "data-raw"),
        *("data-urlencode", "dns-servers", "interface", "json", "key", "limit-rate", "max-filesize", "max-redirs"),
        *("oauth2-bearer", "pass", "pinnedpubkey", "proxy-header", "proto", "resolve", "retry", "retry-delay"),
        *("retry-max-time", "stderr", "tls-max", "trace", "unix-socket", "url", "url-query", "cert-type", "key-type"),
    }
)
_FLAGS = {"G": "get", "I": "head", "k": "insecure", "n": "netrc"}
_DATA = frozenset({"data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"})
_REFUSED: Mapping[str, str] = {
    "form": "files and multipart forms",
    "upload-file": "uploads",
    "aws-sigv4": "signatures of AWS",
    "config": "a file of options",
    "unix-socket": "Unix sockets",
    "head": "a HEAD request, whose answer is empty",
    "netrc": "credentials from .netrc: write them as -u USER:PASSWORD",
}
_ANSI_C = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n|\^\r?\n")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurlCommand:
    """``data`` are bodies as curl joins them; ``flags`` are options without a value that count."""

    url: str = field(repr=False)
    method: str | None = None
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    user: str | None = field(default=None, repr=False)
    cookies: Sequence[str] = field(default=(), repr=False)
    data: Sequence[str] = field(default=(), repr=False)
    is_json: bool = False
    flags: frozenset[str] = frozenset()


def curl_command(text: str, *, environ: Mapping[str, str]) -> CurlCommand:
    """Read a command line as a shell would; variables are those of ``environ``.

    Raise ``ScaffoldError`` for what is no such command, or asks for what an integration does not do.
    """
    options, urls = _sorted_out(_words(text, environ))
    urls += [value for name, value in options if name == "url"]
    if len(urls) != 1:
        raise ScaffoldError(f"a curl command for one URL is needed, and this one has {len(urls)}")
    for name, _ in options:
        if name in _REFUSED:
            raise ScaffoldError(f"the curl command has --{name}, and {_REFUSED[name]} cannot be taken over")
    return CurlCommand(
        url=urls[0] if "://" in urls[0] else f"http://{urls[0]}",
        method=next((value for name, value in reversed(options) if name == "request"), None),
        headers=[*_headers(options)],
        user=next((value for name, value in reversed(options) if name == "user"), None),
        cookies=[value for name, value in options if name == "cookie"],
        data=[_not_a_file(value) for name, value in options if name in _DATA],
        is_json=any(name == "json" for name, _ in options),
        flags=frozenset(name for name, value in options if not value),
    )


def _words(text: str, environ: Mapping[str, str]) -> list[str]:
    joined = _CONTINUED.sub(" ", text.strip())
    plain = _ANSI_C.sub(lambda found: shlex.quote(_unescaped(found[1])), joined)
    try:
        words = shlex.split(_VARIABLE.sub(lambda found: environ.get(found[1] or found[2], found[0]), plain))
    except ValueError as error:
        raise ScaffoldError(f"the curl command cannot be read ({error}): copy it as bash has it") from error
    if not words or words[0].rpartition("/")[2] not in {"curl", "curl.exe"}:
        raise ScaffoldError(
            "this is no curl command: it should begin with curl, as in curl http://localhost/api/status"
        )
    return words[1:]


def _sorted_out(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the options under their long names, flags with an empty value, and what else there is."""
    options: list[tuple[str, str]] = []
    urls: list[str] = []
    left = iter(words)
    for word in left:
        if word.startswith("--"):
            options.append(_long(word[2:], left))
        elif word.startswith("-") and len(word) > 1:
            options += _short(word[1:], left)
        else:
            urls.append(word)
    return options, urls


def _long(name: str, left: Iterator[str]) -> tuple[str, str]:
    return (name, _value(f"--{name}", left)) if name in _LONG_WITH_VALUE else (name, "")


def _short(letters: str, left: Iterator[str]) -> Iterator[tuple[str, str]]:
    for place, letter in enumerate(letters):
        if letter in _WITH_VALUE:
            yield _WITH_VALUE[letter], letters[place + 1 :] or _value(f"-{letter}", left)
            return
        yield _FLAGS.get(letter, letter), ""


def _value(option: str, left: Iterator[str]) -> str:
    value = next(left, None)
    if value is None:
        raise ScaffoldError(f"the curl command ends after {option}, which takes a value")
    return value


def _headers(options: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in options:
        if name == "header" and ":" in value:
            header, _, text = value.partition(":")
            yield header.strip().lower(), text.strip()
        elif name == "oauth2-bearer":
            yield "authorization", f"Bearer {value}"


def _not_a_file(value: str) -> str:
    if value.startswith("@"):
        raise ScaffoldError(f"the curl command reads its body from the file {value[1:]!r}: write the body itself")
    return value


def _unescaped(text: str) -> str:
    """Return the text of a ``$'…'``."""
    return re.sub(
        r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|.)",
        lambda found: _character(found[1]),
        text,
        flags=re.DOTALL,
    )


def _character(escape: str) -> str:
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape.isdecimal():
        return chr(int(escape, 8))
    return {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b"}.get(escape, escape)
