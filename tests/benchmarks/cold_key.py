"""Ten thousand callers of one cold key: what they cost, and how often the service behind is called.

``uv run --group benchmarks python tests/benchmarks/cold_key.py [CALLERS]``. The limit is one event that all wait for.
Processor time of one caller, its task included, asyncio.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import aiocache
from async_lru import alru_cache
from cashews import Cache as Cashews
from measuring import measure, show
from sample_service import sample_service

CALLERS = 10_000
PAUSE = 0.05


class Upstream:
    """A slow function that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, app: str = "app") -> dict[str, str]:
        """Take a while."""
        self.calls += 1
        await asyncio.sleep(PAUSE)
        return {"app": app}


async def together(call: Callable[[], Awaitable[object]], times: int) -> None:
    """Call it from so many tasks at once."""
    await asyncio.gather(*(call() for _ in range(times)))


async def event(times: int) -> None:
    """Wait for one event in so many tasks."""
    arrived = asyncio.Event()

    async def wait() -> None:
        await arrived.wait()

    async def arrive() -> None:
        await asyncio.sleep(PAUSE)
        arrived.set()

    await asyncio.gather(arrive(), *(wait() for _ in range(times)))


async def ours(times: int) -> None:
    """A service of its own, so that the key is cold."""
    service = await sample_service()
    async with service:
        type(service.registry.get("meter")).pause = PAUSE
        await together(lambda: service.fetch_data("app", "count"), times)
        assert type(service.registry.get("meter")).calls == 1


async def by_lru(times: int) -> None:
    """async-lru."""
    cached = alru_cache(maxsize=10)(Upstream().__call__)
    await together(lambda: cached("app"), times)


async def by_cashews(times: int) -> None:
    """cashews, protected against a stampede."""
    cache = Cashews()
    cache.setup("mem://")
    upstream = Upstream()

    @cache(ttl=60, key="{app}", lock=True)
    async def cached(app: str) -> dict[str, str]:
        return await upstream(app)

    await together(lambda: cached("app"), times)


async def by_aiocache(times: int) -> None:
    """aiocache, likewise."""
    upstream = Upstream()

    @aiocache.cached_stampede(lease=10, ttl=60, key=str(time.monotonic_ns()))
    async def cached(app: str) -> dict[str, str]:
        return await upstream(app)

    await together(lambda: cached("app"), times)


async def failing() -> None:
    """Print what a failing call and a first caller who gives up do to the others."""
    service = await sample_service()
    async with service:
        meter = type(service.registry.get("meter"))
        meter.pause, meter.fails = PAUSE, True
        answers = await asyncio.gather(*(service.fetch_data("app", "count") for _ in range(1_000)))
        codes = {answer.error and answer.error.code.value for answer in answers}
        print(f"\na failing call: {meter.calls} call, {len(answers)} callers, told {codes}")
    service = await sample_service()
    async with service:
        meter = type(service.registry.get("meter"))
        meter.pause = PAUSE
        first = asyncio.create_task(service.fetch_data("app", "count"))  # type: ignore[arg-type]
        others = [asyncio.create_task(service.fetch_data("app", "count")) for _ in range(1_000)]  # type: ignore[arg-type]
        await asyncio.sleep(PAUSE / 2)
        first.cancel()
        answers = await asyncio.gather(*others)
        good = sum(answer.success for answer in answers)
        print(f"a first caller who gives up: {meter.calls} call, {good} of {len(answers)} answered")


async def main(callers: int) -> None:
    """Print the table and the facts."""
    candidates = {
        "one event": event,
        "ours": ours,
        "async-lru": by_lru,
        "cashews": by_cashews,
        "aiocache": by_aiocache,
    }
    show(f"{callers} callers of a cold key, each", await measure(candidates, times=callers, rounds=5))
    await failing()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLERS))
