"""Mixed load for some minutes: hundreds of apps, a third of them faulty, and whether anything grows.

Run it: ``uv run python tests/benchmarks/mixed_load.py --minutes 10``. The services run in a process of their own, so
the figures are those of the library and its viewers. It prints a row every so often and compares the second quarter
with the last one; it judges nothing.
"""

import argparse
import asyncio
import multiprocessing
import random
import secrets
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection as Pipe

import psutil

from dashboard_integrations import (
    AppService,
    ConfigCipher,
    Connection,
    ConnectionReport,
    DataRequest,
    HttpIntegration,
    InMemoryAppRepository,
    IntegrationService,
    Registry,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService
from dashboard_integrations.views import Stat, StatCard

FAULTS = ("hang", "error", "page", "reset", "huge", "refused")
COLUMNS = ("minute", "answers", "errors", "upstream", "MB", "tasks", "sockets", "threads")


class Meter(HttpIntegration[ServiceConfig]):
    """Shows one number."""

    id = "meter"
    name = "Meter"

    async def test_connection(self, connection: Connection[ServiceConfig]) -> ConnectionReport:
        """Ask for the number."""
        await connection.get_json("/count")
        return ConnectionReport()

    @endpoint(ttl=2)
    async def count(self, connection: Connection[ServiceConfig]) -> StatCard:
        """How much it counted."""
        answer = await connection.get_json("/count")
        return StatCard(stats=[Stat(label="Count", value=answer["count"])])


def serve(pipe: Pipe, apps: int) -> None:
    """Run the services until told to stop: good ones and, by their path, faulty ones."""
    calls: Counter[str] = Counter()

    def answer(fault: str) -> object:
        def reply(request: FakeRequest) -> FakeReply:
            calls[fault] += 1
            match fault:
                case "hang":
                    return FakeReply(json={"count": 1}, delay=30)
                case "error":
                    return FakeReply(status=500, text="oops")
                case "page":
                    return FakeReply(text="<!doctype html><title>Sign in</title>")
                case "reset":
                    return FakeReply(body=b"{", headers={"Content-Length": "500"})
                case "huge":
                    return FakeReply(body=b"[" + b"1," * 5_000_000 + b"1]")
                case _:
                    return FakeReply(json={"count": calls[fault]})

        return reply

    with FakeService() as upstream:
        for number in range(apps):
            fault = FAULTS[number // 3 % len(FAULTS)] if number % 3 == 0 else "none"
            upstream.reply("GET", f"/{number}/count", answer(fault))
        pipe.send(upstream.url)
        while pipe.recv() != "stop":
            upstream._requests.clear()
            pipe.send(sum(calls.values()))


@asynccontextmanager
async def dashboard(url: str, apps: int) -> AsyncIterator[IntegrationService]:
    """Run a service with that many apps."""
    registry = Registry()
    registry.register(Meter)
    records = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    for number in range(apps):
        refused = number % 3 == 0 and FAULTS[number // 3 % len(FAULTS)] == "refused"
        base = "http://127.0.0.1:9" if refused else f"{url}/{number}"
        config = {"url": base, "timeout": 1}
        await records.create(name=f"App {number}", integration=registry.get("meter"), config=config, app_id=str(number))
    async with IntegrationService(apps=records, registry=registry, batch_patience=2) as service:
        yield service


async def view(service: IntegrationService, apps: int, seen: Counter[str], *, until: float) -> None:
    """Look at a random page of apps again and again, as a browser tab does; leave some pages early."""
    chance = random.Random()
    while time.monotonic() < until:
        wanted = [DataRequest(app_id=str(number), endpoint_id="count") for number in chance.sample(range(apps), 30)]
        try:
            async with asyncio.timeout(0.05 if chance.random() < 0.1 else None):
                envelopes = (await service.fetch_many(wanted)).data or ()
        except TimeoutError:
            seen["left"] += 1
            continue
        seen["answers"] += len(envelopes)
        seen["errors"] += sum(not envelope.success for envelope in envelopes)
        await asyncio.sleep(chance.uniform(0.2, 1.0))


async def measure(pipe: Pipe, seen: Counter[str], *, minutes: float, every: float) -> list[tuple[float, ...]]:
    """Print and return a row of figures every so many seconds."""
    process, began = psutil.Process(), time.monotonic()
    rows: list[tuple[float, ...]] = []
    print("".join(f"{column:>10}" for column in COLUMNS), flush=True)
    while time.monotonic() - began < minutes * 60:
        await asyncio.sleep(every)
        pipe.send("calls")
        calls = await asyncio.to_thread(pipe.recv)
        row = (
            (time.monotonic() - began) / 60,
            seen["answers"],
            seen["errors"],
            calls,
            process.memory_info().rss / 1e6,
            len(asyncio.all_tasks()),
            len(process.net_connections()),
            process.num_threads(),
        )
        rows.append(row)
        print("".join(f"{value:10.1f}" for value in row), flush=True)
    return rows


async def run(options: argparse.Namespace) -> None:
    """Start the services, load the dashboard, and print what grew."""
    ours, theirs = multiprocessing.Pipe()
    upstream = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, options.apps), daemon=True)
    upstream.start()
    url = await asyncio.to_thread(ours.recv)
    seen: Counter[str] = Counter()
    until = time.monotonic() + options.minutes * 60
    async with dashboard(url, options.apps) as service, asyncio.TaskGroup() as tasks:
        for _ in range(options.viewers):
            tasks.create_task(view(service, options.apps, seen, until=until))
        rows = await measure(ours, seen, minutes=options.minutes, every=options.every)
    ours.send("stop")
    upstream.join()
    quarter = max(len(rows) // 4, 1)
    for index, column in list(enumerate(COLUMNS))[4:]:
        early = statistics.median(row[index] for row in rows[quarter : 2 * quarter] or rows)
        late = statistics.median(row[index] for row in rows[-quarter:])
        print(f"{column}: second quarter {early:.1f}, last quarter {late:.1f}, ratio {late / early:.3f}")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--apps", type=int, default=300)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--every", type=float, default=15, help="seconds between rows")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
