"""Rules: each finds spans of a text and says what comes in their place; what one has replaced the next leaves alone."""

import base64
import binascii
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from dashboard_integrations.redaction import secret_pattern
from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._shapes import Shape
from dashboard_integrations.testing.scrubber._words import is_common

__all__ = [
    "Rule",
    "apply",
    "base64_rule",
    "domain_rule",
    "home_rule",
    "host_pattern",
    "hosts_in",
    "is_host",
    "kept_rule",
    "loose_base64_rule",
    "names_rule",
    "secrets_rule",
    "shape_rule",
    "url_rule",
]

Span = tuple[int, int, str]
Rule = Callable[[str], Iterable[Span]]
"""Yields start, end and replacement, in order and without overlap."""

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,}={0,2}")
_AUTHORITY = re.compile(r"://(?:(?P<user>[^/\s:@?#\"']*)(?::(?P<password>[^/\s@?#\"']*))?@)?(?P<host>[\w.-]*)")
_HOME = re.compile(
    r"(?:(?<![\w.])/(?:var/)?home/|(?<![\w.])/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})(?P<user>[^/\\\s\"':,;]+)(?P<rest>(?:[/\\]+[^/\\\s\"':,;]+)*)"
)
_WHOLE_HOME = re.compile(
    r"(?:/(?:var/)?home/|/Users/|[A-Za-z]:\\Users\\)(?P<user>[^/\\\n\"]+)(?P<rest>(?:[/\\]+[^/\\\n\"]+)*)[/\\]*"
)
_PRIVATE_NAME = re.compile(
    r"(?<![\w.@-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:local|lan|home|internal|intranet|corp|localdomain"
    r"|home\.arpa|fritz\.box|ts\.net|duckdns\.org|dyndns\.org|ddns\.net)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[^/\\]+")


def apply(text: str, rules: Iterable[Rule]) -> str:
    """Return ``text`` with what the rules find replaced."""
    pieces = [(text, False)]
    for rule in rules:
        pieces = [part for piece in pieces for part in _parts(piece, rule)]
    return "".join(piece for piece, _ in pieces)


def _parts(piece: tuple[str, bool], rule: Rule) -> Iterator[tuple[str, bool]]:
    text, is_done = piece
    done = 0
    for start, end, made in () if is_done else rule(text):
        if start > done:
            yield text[done:start], False
        yield made, True
        done = end
    if done < len(text) or not text:
        yield text[done:], is_done


def secrets_rule(fakes: Mapping[str, str], *, users: Collection[str]) -> Rule:
    """Replace secrets however they are written; ``fakes`` are by secret."""
    ordered = sorted(fakes, key=len, reverse=True)
    patterns = [(secret_pattern(secret, users=users), fakes[secret]) for secret in ordered]

    def rule(text: str) -> list[Span]:
        found = [(*match.span("form"), fake) for pattern, fake in patterns for match in pattern.finditer(text)]
        return _merged(sorted(found, key=lambda span: (span[0], -span[1])))

    return rule


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap: no end of one secret is left over beside another."""
    merged: list[Span] = []
    for start, end, made in spans:
        if merged and start < merged[-1][1]:
            first = merged.pop()
            merged.append((first[0], max(first[1], end), first[2]))
        else:
            merged.append((start, end, made))
    return merged


def base64_rule(scrubbed: Callable[[str], str], bare: Callable[[str], str], *, hidden: Rule) -> Rule:
    """Look into base64: text in it is ``scrubbed``, other bytes have their secrets replaced by ``bare``.

    Digits may by chance be a secret as they are, which ``hidden`` replaces.
    """

    def rule(text: str) -> Iterator[Span]:
        for match in _BASE64.finditer(text):
            made = _recoded(match[0], scrubbed, bare)
            if made is not None:
                yield *match.span(), apply(made, (hidden,))

    return rule


def loose_base64_rule(bare: Callable[[str], str]) -> Rule:
    """Look for secrets in base64 that has letters before or behind it: each place where it may begin is tried."""

    def rule(text: str) -> Iterator[Span]:
        for match in _BASE64.finditer(text):
            digits = match[0].rstrip("=")
            for start in range(4):
                end = start + (len(digits) - start) // 4 * 4
                made = _recoded(digits[start:end], bare, bare)
                if made is not None:
                    yield match.start() + start, match.start() + end, made
                    break

    return rule


def _recoded(token: str, scrubbed: Callable[[str], str], bare: Callable[[str], str]) -> str | None:
    """Return ``token`` with what is encoded in it replaced, ``None`` when there is nothing to replace."""
    digits = token.rstrip("=")
    altchars = b"-_" if "-" in digits or "_" in digits else None
    try:
        content = base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=altchars, validate=True)
    except (binascii.Error, ValueError):
        return None
    text, encoding = _decoded(content)
    is_text = encoding == "utf-8" and all(character.isprintable() or character.isspace() for character in text)
    made = (scrubbed if is_text else bare)(text)
    if made == text:
        return None
    recoded = base64.b64encode(made.encode(encoding), altchars=altchars).decode()
    is_padded = token != digits or len(digits) % 4 == 0
    return recoded if is_padded else recoded.rstrip("=")


def _decoded(content: bytes) -> tuple[str, str]:
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def kept_rule(values: Collection[str]) -> Rule:
    """Leave these values as they are."""
    return _words_rule(dict(zip(values, values, strict=True)), ignore_case=False)


def names_rule(fakes: Mapping[str, str]) -> Rule:
    """Replace names where they stand as whole words, in upper or lower case; ``fakes`` are by name in lower case."""
    return _words_rule(fakes, ignore_case=True)


def _words_rule(made: Mapping[str, str], *, ignore_case: bool) -> Rule:
    choices = "|".join(re.escape(name) for name in sorted(made, key=len, reverse=True)) or "(?!)"
    pattern = re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE if ignore_case else 0)

    def rule(text: str) -> Iterator[Span]:
        for match in pattern.finditer(text):
            name = match[0].lower() if ignore_case else match[0]
            if name in made:  # what is the same but for its case may have another length in lower case
                yield *match.span(), made[name]

    return rule


def url_rule(fakes: Fakes) -> Rule:
    """Replace the host, the user and the password of URLs."""

    def rule(text: str) -> Iterator[Span]:
        for match in _AUTHORITY.finditer(text):
            if match["user"] and not is_common(match["user"]) and not fakes.is_fake(match["user"]):
                yield *match.span("user"), fakes.named(match["user"], "user", "user-{}")
            if match["password"] and not fakes.is_fake(match["password"]):
                yield *match.span("password"), fakes.secret(match["password"], "password")
            host = match["host"].rstrip(".")
            if is_host(host) and not fakes.is_fake(host):
                yield *match.span("host"), fakes.named(host, "host name", host_pattern(host))

    return rule


def domain_rule(fakes: Fakes) -> Rule:
    """Replace host names below a domain of private networks."""

    def rule(text: str) -> Iterator[Span]:
        for match in _PRIVATE_NAME.finditer(text):
            yield *match.span(), fakes.named(match[0], "host name", host_pattern(match[0]))

    return rule


def hosts_in(text: str) -> Iterator[str]:
    """Yield the hosts of the URLs in a text that are somebody's."""
    hosts = (match["host"].rstrip(".") for match in _AUTHORITY.finditer(text))
    return (host for host in hosts if is_host(host))


def is_host(text: str) -> bool:
    """Return whether ``text`` is the name of a host, and not of everybody's."""
    is_name = bool(re.fullmatch(r"[A-Za-z0-9_][\w.-]*", text)) and not re.fullmatch(r"[\d.]+", text)
    is_nobodys = text.lower().endswith(("example.org", "example.com", "example.net", ".example", ".invalid"))
    return is_name and not is_nobodys and not is_common(text)


def host_pattern(host: str) -> str:
    """Return what stand-ins for ``host`` look like."""
    return "host-{}.example.org" if "." in host else "host-{}"


def home_rule(fakes: Fakes) -> Rule:
    """Replace the names in paths below somebody's home."""

    def rule(text: str) -> Iterator[Span]:
        whole = _WHOLE_HOME.fullmatch(text)
        for match in [whole] if whole else _HOME.finditer(text):
            if not is_common(match["user"]) and not fakes.is_fake(match["user"]):
                yield *match.span("user"), fakes.named(match["user"], "user", "user-{}")
            for segment in _SEGMENT.finditer(match["rest"]):
                if not fakes.is_fake(segment[0].partition(".")[0]):
                    start = match.start("rest")
                    yield start + segment.start(), start + segment.end(), _segment(segment[0], fakes)

    return rule


def _segment(name: str, fakes: Fakes) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{fakes.named(stem, 'path', 'path-{}')}.{suffix}" if dot and stem else fakes.named(name, "path", "path-{}")


def shape_rule(shape: Shape, fakes: Fakes) -> Rule:
    """Replace everything of a shape."""

    def rule(text: str) -> Iterator[Span]:
        for match in shape.pattern.finditer(text):
            if shape.identifies(match[0]) and not fakes.is_fake(match[0]):
                yield *match.span(), fakes.shaped(match[0], shape)

    return rule
