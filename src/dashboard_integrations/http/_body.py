"""Reading a body: decompressed step by step, so that no answer becomes larger in memory than allowed."""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from anyio.lowlevel import checkpoint

from dashboard_integrations.errors import BadResponseError

__all__ = ["ACCEPT_ENCODING", "read_body", "too_large"]

ACCEPT_ENCODING = "gzip, deflate"

_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS
_ZLIB_HEADER = 2
# What cannot be compressed grows by less than this and a 64th; anything longer on the wire is padding without end.
_OVERHEAD = 1_024
# What was received at once may be thousands of chunks of a byte: others get their turn in between.
_PIECES_IN_A_ROW = 50


class _Decoder(Protocol):
    def decode(self, data: bytes, room: int) -> bytes:
        """Return what ``data`` stands for, at most ``room`` bytes of it."""
        ...

    def is_complete(self) -> bool:
        """Return whether the body may end here."""
        ...


async def read_body(chunks: AsyncIterator[bytes], *, encoding: str, limit: int, origin: str) -> bytes:
    """Return the decoded body; raise ``BadResponseError`` with reason ``too-large``, ``encoding`` or ``truncated``."""
    decoder: _Decoder | None = None
    body = bytearray()
    received = pieces = 0
    async for chunk in chunks:
        decoder = decoder or _decoder(encoding, origin)
        received += len(chunk)
        pieces += 1
        if not pieces % _PIECES_IN_A_ROW:
            await checkpoint()
        if received > limit + limit // 64 + _OVERHEAD:
            raise too_large(origin, limit)
        try:
            body += decoder.decode(chunk, limit + 1 - len(body))
        except zlib.error:
            raise BadResponseError(
                f"{origin} answered with a body that cannot be decompressed as {encoding}", reason="encoding"
            ) from None
        if len(body) > limit:
            raise too_large(origin, limit)
    if decoder is not None and not decoder.is_complete():
        raise BadResponseError(f"{origin} broke off in the middle of its answer", reason="truncated")
    return bytes(body)


def too_large(origin: str, limit: int) -> BadResponseError:
    """Return the error for an answer of more than ``limit`` bytes."""
    return BadResponseError(
        f"{origin} answered with more than the {limit:,} bytes that its integration allows", reason="too-large"
    )


def _decoder(encoding: str, origin: str) -> _Decoder:
    match encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip":
            return _Gzip()
        case "deflate":
            return _Deflate()
    raise BadResponseError(
        f"{origin} answered in an encoding nobody asked for, {encoding[:40]!r}: check what its reverse proxy does",
        reason="encoding",
    )


class _Identity:
    def decode(self, data: bytes, room: int) -> bytes:
        return data[:room]

    def is_complete(self) -> bool:
        return True


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)

    def decode(self, data: bytes, room: int) -> bytes:
        decoded = bytearray()
        while data and len(decoded) < room:
            if self._member.eof:
                # A body may be several members one after the other, and padded with zeros.
                data = data.lstrip(b"\0")
                if not data:
                    break
                self._member = zlib.decompressobj(_GZIP)
            decoded += self._member.decompress(data, room - len(decoded))
            data = self._member.unconsumed_tail or self._member.unused_data
        return bytes(decoded)

    def is_complete(self) -> bool:
        return self._member.eof


class _Deflate:
    """What HTTP calls deflate is the zlib format; some servers leave its header out."""

    def __init__(self) -> None:
        self._head = b""
        self._stream: zlib._Decompress | None = None

    def decode(self, data: bytes, room: int) -> bytes:
        if self._stream is None:
            self._head = data = self._head + data
            if len(data) < _ZLIB_HEADER:
                return b""
            has_header = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_header else _RAW_DEFLATE)
        if self._stream.eof:
            return b""  # what follows the end would be kept, and copied for each piece
        return self._stream.decompress(data, room)

    def is_complete(self) -> bool:
        return self._stream is not None and self._stream.eof
