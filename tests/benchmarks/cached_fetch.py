"""A cached ``fetch_data`` through the facade, the whole envelope, against caches that return a bare value.

``uv run --group benchmarks python tests/benchmarks/cached_fetch.py``. The limit is an empty ``await``. Processor time
of one call, asyncio; and the envelope's bytes against joining bytes that are there.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import aiocache
import orjson
from async_lru import alru_cache
from cashews import Cache as Cashews
from measuring import Round, measure, show
from pydantic_core import to_json
from sample_service import sample_service
from theine import Cache as Theine

from dashboard_integrations.service import IntegrationService

TIMES = 20_000


def repeated(call: Callable[[], Awaitable[object]]) -> Round:
    """Await it as often as asked."""

    async def run(times: int) -> None:
        for _ in range(times):
            await call()

    return run


def also(call: Callable[[], object]) -> Round:
    """Call it as often as asked."""

    async def run(times: int) -> None:
        for _ in range(times):
            call()

    return run


async def empty() -> None:
    """Do nothing."""


def peers() -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Each peer's cached call of a function with two arguments."""

    async def value(app: str, name: str) -> dict[str, object]:
        return {"app": app, "name": name}

    lru = alru_cache(maxsize=1000, ttl=3600)(value)
    cashews = Cashews()
    cashews.setup("mem://")
    by_cashews = cashews(ttl=3600, key="{app}:{name}")(value)
    by_aiocache = aiocache.cached(ttl=3600)(value)
    theine: Theine[str, object] = Theine(1000)
    theine.set("app:count", {"app": "app"})

    async def by_theine() -> object:
        return theine.get("app:count")

    return {
        "async-lru": partial(lru, "app", "count"),
        "theine (get)": by_theine,
        "cashews": partial(by_cashews, "app", "count"),
        "aiocache": partial(by_aiocache, "app", "count"),
    }


async def hits(service: IntegrationService) -> None:
    """Compare hits."""
    ours = await service.fetch_data("app", "count")
    assert ours.success
    await service.fetch_data("app", "count")
    candidates = {"an empty await": repeated(empty), "ours": repeated(partial(service.fetch_data, "app", "count"))}
    figures = await measure(candidates | {name: repeated(call) for name, call in peers().items()}, times=TIMES)
    show("cached fetch_data, whole envelope (peers: a bare value)", figures)


async def stale() -> None:
    """Compare a stale hit, while its refresh is under way, with a fresh one."""
    now = [time.time()]

    def clock() -> float:
        return now[0]

    fresh, late = [await sample_service(clock=clock, refresh_patience=wait, deadline=600) for wait in (60, 0.001)]
    async with fresh, late:
        for service in (late, fresh):
            await service.fetch_data("app", "count")
        type(late.registry.get("meter")).pause = 600
        now[0] += 3_800
        for service in (late, fresh):  # fresh is asked anew, late finds its refresh under way
            await service.fetch_data("app", "count")
            await service.fetch_data("app", "count")
        states = [(await service.fetch_data("app", "count")).meta for service in (fresh, late)]
        assert [state is not None and state.stale for state in states] == [False, True]
        figures = await measure(
            {
                "fresh": repeated(partial(fresh.fetch_data, "app", "count")),
                "stale, refresh under way": repeated(partial(late.fetch_data, "app", "count")),
            },
            times=TIMES,
        )
    show("a stale hit against a fresh one", figures)


async def encoding(service: IntegrationService) -> None:
    """Compare the bytes of a warm envelope with encoding it anew."""
    envelope = await service.fetch_data("app", "count")
    whole = envelope.to_json()
    middle = len(whole) // 2
    parts = (whole[:100], whole[100:middle], whole[middle:-50], b"1.234", whole[-50:-30], whole[-30:-10], whole[-10:])
    plain = envelope.to_dict()
    candidates: dict[str, Round] = {
        "joining kept bytes": also(lambda: b"".join(parts)),
        "ours (to_json)": also(envelope.to_json),
        "orjson.dumps": also(lambda: orjson.dumps(plain)),
        "pydantic to_json": also(lambda: to_json(plain)),
    }
    show(f"envelope to {len(whole)} bytes", await measure(candidates, times=TIMES))


async def main() -> None:
    """Print the tables."""
    service = await sample_service(edits_seen_within=3_600)
    async with service:
        await hits(service)
        await encoding(service)
    await stale()


if __name__ == "__main__":
    asyncio.run(main())
