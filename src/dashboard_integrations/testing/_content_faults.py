"""Faults of what an answer holds: not JSON, other JSON than expected, too much, wrongly encoded."""

import gzip
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing._fault import Act, Altered, Fault, OnRequest
from dashboard_integrations.testing._line import Line
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest

__all__ = ["CONTENT_FAULTS", "ENCODING_FAULTS", "HARMLESS_FAULTS"]

_JSON = b'{"count": 1}'
_SIGN_IN = b'<!DOCTYPE html>\n<html><title>Sign in</title><form method="post"><input type="password"></form></html>'
_PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(60)
_LEVELS = 100_000
_HUGE = 64 * 1024 * 1024
_BOMB_BLOCK = 1024 * 1024
_BOMB_BLOCKS = 1_200
_COOKIES = 200


def _bad(name: str, act: Act, *, reason: str) -> Fault:
    return Fault(name=name, act=act, code=ErrorCode.BAD_RESPONSE, reason=reason)


def _body(name: str, body: bytes, *, reason: str, content_type: str = "application/json") -> Fault:
    return _bad(name, FakeReply(body=body, headers={"Content-Type": content_type}), reason=reason)


def _encoded(name: str, body: bytes, encoding: str, *, reason: str = "encoding") -> Fault:
    return _bad(name, FakeReply(body=body, headers={"Content-Encoding": encoding}), reason=reason)


def _deep(_: FakeRequest) -> FakeReply:
    return FakeReply(body=b"[" * _LEVELS + b"]" * _LEVELS, headers={"Content-Type": "application/json"})


def _huge(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (_HUGE + 2), b'"')
    for _ in range(_HUGE // 65_536):
        line.send(b"x" * 65_536)
    line.send(b'"')


@cache
def _bomb_stream() -> bytes:
    """Return a gzip stream of more than a gigabyte; only its checksum is missing, which nobody should get to."""
    zeros = bytes(_BOMB_BLOCK)
    stream = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    # After a full flush nothing refers to what came before, so the same block may follow any number of times.
    first, again = (stream.compress(zeros) + stream.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (_BOMB_BLOCKS - 1)


def _bomb(line: Line) -> None:
    stream = _bomb_stream()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n")
    line.send(b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(stream), stream))


CONTENT_FAULTS: Sequence[Fault] = (
    _bad("no-content", FakeReply(status=204), reason="empty"),
    _body("empty", b"", reason="empty"),
    _body("white-space", b" \r\n ", reason="empty"),
    _body("sign-in-page", _SIGN_IN, reason="html", content_type="text/html; charset=utf-8"),
    _body("sign-in-page-called-json", b"\n  " + _SIGN_IN.upper(), reason="html"),
    _body("picture", _PIXEL, reason="not-json", content_type="image/png"),
    _body("plain-text", b"Fails.", reason="not-json", content_type="text/plain"),
    _body("two-documents", _JSON + b"\n" + _JSON, reason="not-json"),
    _body("null", b"null", reason="shape"),
    _body("empty-list", b"[]", reason="shape"),
    _body("string", b'"count"', reason="shape"),
    _body("number", b"1e400", reason="shape"),
    _bad("deep-json", _deep, reason="not-json"),
    _bad("huge-json", OnRequest(_huge), reason="too-large"),
    _body("invalid-utf-8", b'{"count": "\xff\xfe\xc3"}', reason="not-json"),
    _body(
        "utf-16", _JSON.decode().encode("utf-16"), reason="not-json", content_type="application/json; charset=utf-16"
    ),
    _body("lone-surrogate", b'{"count": "\\ud800"}', reason="not-json"),
)

ENCODING_FAULTS: Sequence[Fault] = (
    _encoded("gzip-of-nothing-known", b"this was never compressed", "gzip"),
    _encoded("gzip-with-wrong-checksum", gzip.compress(_JSON, mtime=0)[:-8] + bytes(8), "gzip"),
    _encoded("gzip-cut-off", gzip.compress(_JSON * 50, mtime=0)[:-12], "gzip", reason="truncated"),
    _encoded("deflate-broken", zlib.compress(_JSON)[:2] + b"\xff" * 40, "deflate"),
    _encoded("gzip-twice", gzip.compress(gzip.compress(_JSON, mtime=0), mtime=0), "gzip, gzip"),
    _encoded("encoding-nobody-asked-for", _JSON, "br"),
    _encoded("encoding-nobody-knows", _JSON, "x-rot13"),
    _bad("gzip-bomb", OnRequest(_bomb), reason="too-large"),
)


def _harmless(name: str, change: Callable[[FakeReply], FakeReply]) -> Fault:
    return Fault(name=name, act=Altered(change), code=None)


def _with(name: str, value: str) -> Callable[[FakeReply], FakeReply]:
    return lambda reply: replace(reply, headers={**reply.headers, name: value})


def _many_cookies(reply: FakeReply) -> FakeReply:
    known = [value for name, value in reply.headers.items() if name.lower() == "set-cookie"]
    values = [item for value in known for item in ([value] if isinstance(value, str) else value)]
    others = {name: value for name, value in reply.headers.items() if name.lower() != "set-cookie"}
    return replace(
        reply, headers={**others, "Set-Cookie": [*values, *(f"c{number}=1; Path=/" for number in range(_COOKIES))]}
    )


def _compressed(reply: FakeReply) -> FakeReply:
    body, content_type = reply.content()
    headers = {"Content-Type": content_type or "application/octet-stream", **reply.headers}
    return FakeReply(status=reply.status, body=gzip.compress(body), headers={**headers, "Content-Encoding": "gzip"})


def _marked(reply: FakeReply) -> FakeReply:
    body, content_type = reply.content()
    if content_type != "application/json":
        return reply
    headers = {"Content-Type": content_type, **reply.headers}
    return FakeReply(status=reply.status, body=BOM_UTF8 + body, headers=headers)


HARMLESS_FAULTS: Sequence[Fault] = (
    _harmless("byte-order-mark", _marked),
    _harmless("content-type-wrong", _with("Content-Type", "image/png")),
    _harmless("content-type-html", _with("Content-Type", "text/html")),
    _harmless("content-type-nonsense", _with("Content-Type", ';;; charset="no-such"')),
    _harmless("many-cookies", _many_cookies),
    _harmless("header-in-latin-1", _with("X-Note", "caf\xe9")),
    _harmless("header-with-control-character", _with("X-Note", "a\x1bb")),
    _harmless("location-without-redirect", _with("Location", "https://sign-in.example/")),
    _harmless("gzip", _compressed),
)
