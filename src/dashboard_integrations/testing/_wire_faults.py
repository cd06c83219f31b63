"""Faults of ports, connections and HTTP itself."""

from collections.abc import Callable, Sequence
from itertools import repeat

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing._fault import Fault, OnConnection, OnRequest, Port, Script
from dashboard_integrations.testing._line import Line
from dashboard_integrations.testing.fake_service import FakeReply

__all__ = ["CONNECTION_FAULTS", "FRAMING_FAULTS", "PROTOCOL_FAULTS", "SLOWNESS_FAULTS"]

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_SHAPELESS = _OK + b"Content-Length: 2\r\n\r\n[]"
_CUT = b'{"count": '
_MOMENT = 0.02
_LINES = b"".join(b"X-Filler-%05d: %s\r\n" % (number, b"x" * 40) for number in range(1_000))
_FRAME_OF_HTTP2 = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"


def _then_hang(*parts: bytes) -> Script:
    def script(line: Line) -> None:
        line.send(*parts)
        line.wait()

    return script


def _then_reset(*parts: bytes) -> Script:
    def script(line: Line) -> None:
        line.send(*parts)
        line.wait(_MOMENT)
        line.reset()

    return script


def _then_close(*parts: bytes) -> Script:
    return lambda line: line.send(*parts)


def _endless(head: bytes, part: bytes, *, pause: float = 0.0) -> Script:
    def script(line: Line) -> None:
        line.send(head)
        for again in repeat(part):
            line.send(again)
            if pause:
                line.wait(pause)

    return script


def _truncated(encode: Callable[[bytes], bytes], head: bytes) -> Script:
    return _then_close(head, encode(_CUT))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _timeout(name: str, act: OnConnection | OnRequest | Port) -> Fault:
    return Fault(name=name, act=act, code=ErrorCode.TIMEOUT)


def _unreachable(name: str, act: OnConnection | OnRequest | Port, *, reason: str) -> Fault:
    return Fault(name=name, act=act, code=ErrorCode.UNREACHABLE, reason=reason)


def _not_http(name: str, *parts: bytes) -> Fault:
    return _unreachable(name, OnRequest(_then_close(*parts)), reason="protocol")


def _bad(name: str, act: OnRequest | FakeReply, *, reason: str) -> Fault:
    return Fault(name=name, act=act, code=ErrorCode.BAD_RESPONSE, reason=reason)


CONNECTION_FAULTS: Sequence[Fault] = (
    _unreachable("refused", Port.REFUSES, reason="refused"),
    _timeout("hang-at-connect", Port.NEVER_ACCEPTS),
    _timeout("hang-after-connect", OnConnection(Line.wait)),
    _unreachable("reset-at-connect", OnConnection(Line.reset), reason="reset"),
    _unreachable("reset-before-headers", OnRequest(Line.reset), reason="reset"),
    _unreachable("reset-in-headers", OnRequest(_then_reset(_OK)), reason="reset"),
    _unreachable("reset-in-body", OnRequest(_then_reset(_OK, b"Content-Length: 500\r\n\r\n", _CUT)), reason="reset"),
    _unreachable("closed-before-headers", OnRequest(_then_close()), reason="reset"),
    _unreachable("closed-in-headers", OnRequest(_then_close(_OK)), reason="reset"),
)

SLOWNESS_FAULTS: Sequence[Fault] = (
    _timeout("hang-before-headers", OnRequest(Line.wait)),
    _timeout("hang-in-headers", OnRequest(_then_hang(_OK))),
    _timeout("hang-in-body", OnRequest(_then_hang(_OK, b"Content-Length: 500\r\n\r\n", _CUT))),
    _timeout("hang-in-chunk", OnRequest(_then_hang(_CHUNKED, b"ff\r\n", _CUT))),
    _timeout("drip-of-headers", OnRequest(_endless(_OK + b"X-Slow: ", b"x", pause=_MOMENT))),
    _timeout("drip-of-body", OnRequest(_endless(_OK + b"Content-Length: 99999\r\n\r\n", b" ", pause=_MOMENT))),
    _timeout("drip-of-chunks", OnRequest(_endless(_CHUNKED, _chunk(b" "), pause=_MOMENT))),
    _timeout("drip-of-early-hints", OnRequest(_endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=_MOMENT))),
)

PROTOCOL_FAULTS: Sequence[Fault] = (
    _unreachable("ssh-banner", OnRequest(_then_close(b"SSH-2.0-OpenSSH_9.9\r\n")), reason="reset"),
    _unreachable("http-0.9", OnRequest(_then_close(b'{"count": 1}')), reason="reset"),
    _not_http("smtp-greeting", b"220 mail.example ESMTP\r\n500 unrecognized command\r\n\r\n"),
    _not_http("http-2-frame", _FRAME_OF_HTTP2),
    _not_http("http-2-status-line", b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"),
    _not_http("status-without-number", b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"),
    _not_http("header-without-colon", _OK, b"this is no header\r\n\r\n"),
    _not_http("header-with-nul", _OK, b"X-Note: a\x00b\r\n\r\n"),
    _not_http("content-length-no-number", _OK, b"Content-Length: many\r\n\r\n{}"),
    _not_http("content-length-negative", _OK, b"Content-Length: -1\r\n\r\n{}"),
    _not_http("content-length-twice", _OK, b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}"),
    _bad("endless-header", OnRequest(_endless(_OK + b"X-Huge: ", b"x" * 65_536)), reason="too-large"),
    _bad("endless-headers", OnRequest(_endless(_OK, _LINES)), reason="too-large"),
    _bad("megabytes-of-headers", OnRequest(_then_close(_OK, *[_LINES] * 40, b"\r\n{}")), reason="too-large"),
    _bad("endless-body", OnRequest(_endless(_CHUNKED, _chunk(b" " * 65_536))), reason="too-large"),
    _bad(
        "content-length-too-long", FakeReply(text='{"count": 1}', headers={"Content-Length": "500"}), reason="truncated"
    ),
    _bad("truncated-chunks", OnRequest(_truncated(_chunk, _CHUNKED)), reason="truncated"),
    _bad("chunk-size-no-number", OnRequest(_then_hang(_CHUNKED, b"many\r\n{}\r\n0\r\n\r\n")), reason="chunks"),
    _bad(
        "chunk-longer-than-its-size",
        OnRequest(_then_hang(_CHUNKED, b'2\r\n{"count": 1}\r\n0\r\n\r\n')),
        reason="chunks",
    ),
)

FRAMING_FAULTS: Sequence[Fault] = (
    _bad(
        "content-length-too-short",
        OnRequest(_then_close(_OK, b'Content-Length: 4\r\n\r\n{"count": 1}'), keep_alive=True),
        reason="not-json",
    ),
    Fault(
        name="answers-twice",
        act=OnRequest(_then_close(_SHAPELESS, _SHAPELESS), keep_alive=True),
        code=ErrorCode.BAD_RESPONSE,
        reason="shape",
    ),
    _bad("truncated", OnRequest(_then_close(_OK, b"Connection: close\r\n\r\n", _CUT)), reason="not-json"),
)
