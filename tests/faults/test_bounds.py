"""What an upstream sends does not decide how much memory is taken, nor how long is waited."""

import gc
import tracemalloc

import anyio
import httpx
import pytest
from fault_bench import bench_of
from fault_schemes import SCHEMES, Meter

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import UpstreamTimeoutError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.http.client import _read
from dashboard_integrations.testing.faults import (
    CONNECTION_FAULTS,
    CONTENT_FAULTS,
    ENCODING_FAULTS,
    PROTOCOL_FAULTS,
    STATUS_FAULTS,
    FaultyService,
)

_GROUPS = (CONNECTION_FAULTS, CONTENT_FAULTS, ENCODING_FAULTS, PROTOCOL_FAULTS)
BY_NAME = {fault.name: fault for group in _GROUPS for fault in group}
NO_SCHEME = SCHEMES[:1]
MOST = 20 * Meter.max_response_bytes
"""For a test and a fetch at once, and an upstream in the same process. The bomb alone would take a gigabyte."""


@pytest.mark.parametrize("name", ["gzip-bomb", "huge-json", "endless-body", "endless-headers", "deep-json"])
async def test_memory_is_bounded(name):
    """What is sent does not decide how much memory is taken."""
    tracemalloc.start()
    try:
        async with bench_of(BY_NAME[name], schemes=NO_SCHEME) as bench:
            await bench.run()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST


@pytest.mark.parametrize("fault", STATUS_FAULTS, ids=str)
async def test_wait(fault):
    """What ``Retry-After`` asks for is told in seconds, a day at most; nonsense asks for nothing.

    Of a test: a fetch also tells how long the dashboard itself is going to wait.
    """
    async with bench_of(fault, schemes=NO_SCHEME) as bench:
        await bench.run()
    expected = None if fault.retry_after is None else pytest.approx(fault.retry_after, abs=20)
    assert expected == bench.envelopes["none.login.test"].error.retry_after


async def test_a_body_that_breaks_off_leaves_nothing_behind():
    """Nor is one that is cancelled between two of its pieces, where others get their turn."""
    scope = anyio.CancelScope()

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self):
            for _ in range(1_000):
                scope.cancel()
                yield b"x"

    response = httpx.Response(200, stream=Body(), request=httpx.Request("GET", "http://127.0.0.1/"))
    with scope:
        await _read(response, limit=10_000)
    assert scope.cancelled_caught
    del response
    gc.collect()


async def test_a_request_that_breaks_off_leaves_nothing_behind():
    """A body of which only a part was sent is not left half-read: trio warns of that, and warnings are errors here."""
    with FaultyService(BY_NAME["hang-after-connect"]) as upstream:
        async with HttpPool() as pool:
            config = ServiceConfig(url=upstream.url, timeout=0.2)
            app = pool.app(key="app", config=config, auth=None, max_response_bytes=1_000)
            with pytest.raises(UpstreamTimeoutError):
                await app.transport.send(HttpRequest(method="POST", path="x", content=bytes(50_000_000)))
    gc.collect()
