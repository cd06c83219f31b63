"""A board of 2 and of 120 services, asked for by 16 connections at once, card by card.

``uv run --group benchmarks python tests/benchmarks/board.py [SECONDS]``. Needs ``wrk`` (Debian). One uvicorn worker
with the ASGI adapter, authorization included; the services are one fake server that wants 5 ms for each answer, and
what it says is fresh for 5 s. Beside it a bare ASGI application that sends as many bytes, the most that can be done.
wrk and the services share the two cores with it. *Calls* are those of a service against the fewest that can keep its
data fresh.

Homepage 1.12, a popular dashboard, was measured elsewhere, on two cores, with the same number of services: 488 requests
a second at 2 services and 97 at 120, one call of a service for each request, 290 MiB.
"""

import argparse
import asyncio
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from typing import Any

from http_answers import bare, server

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing import FakeService
from dashboard_integrations.views import Stat, StatCard

TTL = 5
SERVICES = (2, 120)


class Counter(HttpIntegration[ServiceConfig]):
    """A service that counts."""

    id = "counter"
    name = "Counter"

    @endpoint(ttl=TTL)
    async def count(self, connection: Connection[ServiceConfig]) -> StatCard:
        """What it says."""
        found = await connection.get_json("/count")
        return StatCard(stats=[Stat(label=name, value=value, unit="MB/s") for name, value in found.items()])


def board(services: int, url: str) -> Any:
    """Return the application."""
    registry = Registry()
    registry.register(Counter)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))

    async def fill() -> None:
        for number in range(services):
            config = {"url": f"{url}/{number}"}
            await apps.create(name="App", integration=registry.get("counter"), config=config, app_id=f"app-{number}")

    asyncio.run(fill())
    service = IntegrationService(apps=apps, registry=registry)
    return IntegrationApp(service, authorize=lambda request, _: request.headers.get("authorization") == "Bearer token")


def load(url: str, services: int, *, seconds: int) -> tuple[int, dict[str, str]]:
    """Return how many requests were answered in a second, and the quantiles of the time they took."""
    script = f"""
        local number = 0
        wrk.headers["Authorization"] = "Bearer token"
        request = function()
            number = (number + 1) % {services}
            return wrk.format("GET", "/api/integrations/app-" .. number .. "/data/count")
        end
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", file.name, url]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in shown:
        sys.exit(f"not all was answered:\n{shown}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", shown)
    assert rate is not None, shown
    return round(float(rate[1])), dict(re.findall(r"(50|99)%\s+(\S+)", shown))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=int, default=15)
    seconds = parser.parse_args().seconds
    if shutil.which("wrk") is None:
        sys.exit("needs wrk: apt-get install wrk")
    print(f"\n{'':22}{'requests/s':>12}{'p50':>10}{'p99':>10}{'calls':>8}{'MiB':>6}")
    for services in SERVICES:
        figures = {f"Figure {each}": each * 1.5 for each in range(6)}
        with FakeService() as fake:
            for number in range(services):
                fake.reply("GET", f"/{number}/count", json=figures, delay=0.005)
            with server(partial(board, services, fake.url)) as (process, address):
                began = time.monotonic()
                ours = measured(f"ours, {services} services", address, services, seconds)
                calls = len(fake.requests) / services / (1 + (time.monotonic() - began) // TTL)
                print(f"{ours}{calls:8.2f}{process.memory_info().rss / 2**20:6.0f}")
        with server(bare) as (process, address):
            shown = measured(f"bare ASGI, {services} paths", address, services, seconds)
            print(f"{shown}{'':8}{process.memory_info().rss / 2**20:6.0f}")


def measured(name: str, address: str, services: int, seconds: int) -> str:
    """Return the begin of a row."""
    url = address.partition("/api")[0]
    wait = ["curl", "-sfo", os.devnull, "--retry", "40", "--retry-connrefused", "-H", "Authorization: Bearer token"]
    subprocess.run([*wait, f"{url}/api/integrations/app-0/data/count"], check=True)
    load(url, services, seconds=2)
    rate, quantiles = load(url, services, seconds=seconds)
    return f"{name:22}{rate:12}{quantiles['50']:>10}{quantiles['99']:>10}"


if __name__ == "__main__":
    main()
