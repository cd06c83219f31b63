"""Bodies: decompressed step by step, up to a limit."""

import gzip
import random
import tracemalloc
import zlib
from contextlib import aclosing

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.http._body import read_body


async def _read(data, *, encoding="", limit=1_000, step=None):
    async def chunks():
        size = step or max(len(data), 1)
        for start in range(0, len(data), size):
            yield data[start : start + size]

    async with aclosing(chunks()) as pieces:
        return await read_body(pieces, encoding=encoding, limit=limit, origin="http://nas")


def _raw_deflate(data):
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", b"hello"),
        ("identity", b"hello"),
        ("gzip", gzip.compress(b"hello")),
        ("X-GZIP", gzip.compress(b"hello")),
        ("gzip", gzip.compress(b"hel") + gzip.compress(b"lo")),
        ("gzip", gzip.compress(b"hello") + b"\0\0\0"),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", _raw_deflate(b"hello")),
    ],
    ids=["no name", "identity", "gzip", "old name", "members", "padded", "deflate", "raw deflate"],
)
@pytest.mark.parametrize("step", [None, 1])
async def test_known_encodings_are_decoded(encoding, data, step):
    """Plain, gzip (also in several members) and both kinds of deflate, in one piece or byte by byte."""
    assert await _read(data, encoding=encoding, step=step) == b"hello"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_an_empty_body_has_no_encoding(encoding):
    """An answer to HEAD may name an encoding and have no body."""
    assert await _read(b"", encoding=encoding) == b""


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [
        ("gzip", b"this is not gzip", "encoding"),
        ("deflate", b"\xff\xff\xff\xff", "encoding"),
        ("br", b"x", "encoding"),
        ("gzip, gzip", b"x", "encoding"),
        ("gzip", gzip.compress(b"hello")[:-9], "truncated"),
        ("deflate", zlib.compress(b"hello")[:-5], "truncated"),
        ("", b"x" * 1_001, "too-large"),
        ("gzip", gzip.compress(b"x" * 1_001), "too-large"),
        ("deflate", zlib.compress(b"x" * 1_001), "too-large"),
    ],
    ids=[
        "no gzip",
        "no deflate",
        "unknown encoding",
        "two encodings",
        "half a gzip",
        "half a deflate",
        "long",
        "long in gzip",
        "long in deflate",
    ],
)
async def test_bad_bodies_have_a_reason(encoding, data, reason):
    """What cannot be decoded, breaks off or is too large says so."""
    with pytest.raises(BadResponseError) as caught:
        await _read(data, encoding=encoding)
    assert reason == caught.value.reason


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_a_body_of_exactly_the_limit_is_read(encoding):
    """The limit itself is allowed."""
    data = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}[encoding](b"x" * 1_000)
    assert len(await _read(data, encoding=encoding)) == 1_000


async def test_a_bomb_does_not_unfold_in_memory():
    """100 MB in 100 KB of gzip takes no more memory than the limit and a little."""
    bomb = gzip.compress(b"\0" * 100_000_000)
    tracemalloc.start()
    with pytest.raises(BadResponseError):
        await _read(bomb, encoding="gzip", limit=10_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@given(data=st.binary(max_size=300), step=st.integers(1, 50), encoding=st.sampled_from(["gzip", "deflate", ""]))
async def test_any_bytes_are_read_or_refused(data, step, encoding):
    """Whatever a service sends, the only failure is ours."""
    try:
        content = await _read(data, encoding=encoding, step=step)
    except BadResponseError:
        return
    assert len(content) <= 1_000


async def test_what_follows_the_end_is_not_kept():
    """A service that goes on after its deflated answer costs neither memory nor, copying it, the event loop."""

    async def chunks():
        yield zlib.compress(b"hello")
        for _ in range(1_000):
            yield bytes(1_000)

    tracemalloc.start()
    try:
        async with aclosing(chunks()) as pieces:
            body = await read_body(pieces, encoding="deflate", limit=2_000_000, origin="http://nas")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (b"hello", True) == (body, peak < 500_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("padding", [bytes(1_000), gzip.compress(b"") * 50], ids=["zeros", "empty members"])
async def test_padding_without_end_is_too_large(encoding, padding):
    """The cap holds on the wire too: nothing is read for ever because nothing comes out of it."""

    async def chunks():
        yield gzip.compress(b"hello") if encoding == "gzip" else zlib.compress(b"hello")
        while True:
            yield padding

    async with aclosing(chunks()) as pieces:
        with pytest.raises(BadResponseError) as caught:
            await read_body(pieces, encoding=encoding, limit=10_000, origin="http://nas")
    assert "too-large" == caught.value.reason


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 100_000])
async def test_what_cannot_be_compressed_may_fill_the_limit(size):
    """The cap on the wire leaves room for what compression adds to random bytes."""
    content = random.Random(size).randbytes(size)
    for encoding, data in (("gzip", gzip.compress(content)), ("deflate", zlib.compress(content))):
        assert content == await _read(data, encoding=encoding, limit=size)


async def test_many_small_pieces_let_others_have_their_turn():
    """A service that sends its answer in chunks of a byte, all at once, does not hold the event loop meanwhile."""
    turns = []

    async def others():
        while True:
            await checkpoint()
            turns.append(1)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(others)
        body = await _read(b"x" * 5_000, limit=5_000, step=1)
        tasks.cancel_scope.cancel()
    assert (5_000, True) == (len(body), len(turns) >= 50)
