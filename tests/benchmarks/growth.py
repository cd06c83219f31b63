"""What an answer from the cache costs with few and with many apps, and what memory a live snapshot takes.

``uv run --group benchmarks python tests/benchmarks/growth.py``. Processor time of one hit, asyncio, against the
smallest number of apps in the same run; every app in turn, a thousand of them at most. Memory is what Python's own
allocator counts, all that the library keeps of an app included, for cards of 1.4 kB and 22 kB.
"""

import asyncio
import gc
import itertools
import secrets
import tracemalloc
from contextlib import AsyncExitStack

from measuring import measure, show
from sample_service import Nothing, sample_service

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.views import ListItem, ListView

APPS = (10, 100, 1_000, 10_000, 100_000)
MOST_LIVE = 10_000


async def with_apps(stack: AsyncExitStack, count: int, live: int) -> IntegrationService:
    """Return a service that ``stack`` holds, with so many apps of which ``live`` have a snapshot."""
    cache = MemoryCache(max_entries=2 * MOST_LIVE, max_bytes=1 << 30)
    service = await sample_service([f"app-{number}" for number in range(count)], cache=cache)
    await stack.enter_async_context(service)
    for number in range(live):
        assert (await service.fetch_data(f"app-{number}", "count")).success
    return service


async def hits() -> None:
    """Print the table of hits."""

    def cycle(count: int, service: IntegrationService) -> object:
        names = itertools.cycle([f"app-{number}" for number in range(min(count, 1_000))])

        async def run(times: int) -> None:
            for _ in range(times):
                await service.fetch_data(next(names), "count")

        return run

    async with AsyncExitStack() as stack:
        services = {count: await with_apps(stack, count, min(count, MOST_LIVE)) for count in APPS}
        candidates = {f"{count} apps, {min(count, MOST_LIVE)} live": cycle(count, services[count]) for count in APPS}
        show("a hit", await measure(candidates, times=5_000))  # type: ignore[arg-type]


class Shelf(BaseIntegration[Nothing]):
    """A list of ``rows`` rows of about 160 bytes each."""

    id = "shelf"
    name = "Shelf"
    rows = 0

    @endpoint(ttl=3_600)
    async def items(self, connection: Connection[Nothing]) -> ListView:
        """What is on it."""
        rows = (f"{connection.app.id} {number}".ljust(80, ".") for number in range(self.rows))
        return ListView(items=[ListItem(title=row, value=1.5, unit="GB") for row in rows])


async def memory(rows: int, count: int = 2_000) -> None:
    """Print what each of ``count`` snapshots takes."""
    registry = Registry()
    registry.register(type("Once", (Shelf,), {"rows": rows}))
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    for number in range(count):
        await apps.create(name="App", integration=registry.get("shelf"), config={}, app_id=f"app-{number}")
    async with IntegrationService(apps=apps, registry=registry, blocking_threshold=None) as service:
        gc.collect()
        tracemalloc.start()
        for number in range(count):
            assert (await service.fetch_data(f"app-{number}", "items")).success
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        own = len((await service.fetch_data("app-0", "items")).to_json())
    print(
        f"a live snapshot of {own} bytes: {taken / count:,.0f} bytes of memory, {taken / count / own:.1f} times its own"
    )


async def main() -> None:
    """Print both."""
    await hits()
    print()
    await memory(5)
    await memory(100)


if __name__ == "__main__":
    asyncio.run(main())
