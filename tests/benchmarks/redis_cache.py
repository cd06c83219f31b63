"""``RedisCache`` against its own client, over a Redis that this starts itself.

``uv run --group benchmarks python tests/benchmarks/redis_cache.py``. The limit is coredis: its own GET, and as many of
them at once. Processor time of this process, asyncio; Redis runs in another one. ``redis-server`` must be installed.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from coredis import Redis
from measuring import Round, measure, show

from dashboard_integrations.cache.redis import RedisCache

KEY = "key"
SIZES = 100, 1_000, 10_000, 100_000
CROWDS = 1, 10, 100, 1_000
Get = Callable[[], Awaitable[object]]


@contextmanager
def redis_server() -> Iterator[str]:
    """Yield the URL of a Redis of our own, which keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("there is no redis-server: apt-get install --no-install-recommends redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with (Path(folder) / "log").open("wb") as log, subprocess.Popen(command, stdout=log) as process:
            try:
                wait_for(port)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                process.terminate()


def wait_for(port: int) -> None:
    """Wait until something listens there."""
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    sys.exit("redis-server does not answer")


def one_by_one(get: Get) -> Round:
    """Get it as often as asked, one after the other."""

    async def run(times: int) -> None:
        for _ in range(times):
            await get()

    return run


def at_once(get: Get, crowd: int) -> Round:
    """Get it ``crowd`` times at once, as often as asked."""

    async def run(times: int) -> None:
        for _ in range(times):
            async with asyncio.TaskGroup() as tasks:
                for _ in range(crowd):
                    tasks.create_task(got(get))

    return run


async def got(get: Get) -> None:
    """Get it, as a coroutine whatever it is that ``get`` returns."""
    await get()


async def fill(cache: RedisCache, client: "Redis[bytes]", value: bytes) -> None:
    """Put the same under the key of each."""
    await cache.set(KEY, value, ttl=600)
    await client.set(KEY, value)


async def sizes(cache: RedisCache, client: "Redis[bytes]") -> None:
    """Compare a single get, and show how it grows with the value."""
    for size in SIZES:
        await fill(cache, client, bytes(size))
        candidates = {"coredis GET": one_by_one(partial(client.get, KEY)), "ours": one_by_one(partial(cache.get, KEY))}
        show(f"one get of {size:,} bytes", await measure(candidates, times=1_000))


async def crowds(cache: RedisCache, client: "Redis[bytes]") -> None:
    """Compare gets at once, and show how they grow with their number."""
    await fill(cache, client, bytes(1_000))
    for crowd in CROWDS:
        candidates = {
            "coredis GET": at_once(partial(client.get, KEY), crowd),
            "ours": at_once(partial(cache.get, KEY), crowd),
        }
        show(f"{crowd:,} gets at once of 1,000 bytes", await measure(candidates, times=max(2_000 // crowd, 3)))


async def main() -> None:
    """Print both."""
    with redis_server() as url:
        async with RedisCache(url, timeout=30) as cache, Redis.from_url(url, decode_responses=False) as client:
            await sizes(cache, client)
            await crowds(cache, client)


if __name__ == "__main__":
    asyncio.run(main())
