"""A dashboard that polls real servers while they stop, freeze and start: data stays, calls are few, recovery comes."""

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import anyio
import pytest
from dashboard_downloads.transmission import Transmission
from dashboard_monitoring.prometheus import Prometheus
from real_servers._base import RealServer
from real_servers.plugin import NewServer
from real_servers.prometheus import PrometheusServer
from real_servers.transmission import TransmissionServer

from dashboard_integrations import (
    AppService,
    ConfigCipher,
    EndpointData,
    Envelope,
    HttpIntegration,
    InMemoryAppRepository,
    IntegrationService,
    MemoryCache,
    Registry,
)
from dashboard_integrations.freshness import FreshnessPolicy, Rule

pytestmark = pytest.mark.real

POLICY = FreshnessPolicy(base=1.0, jitter=0.0)
"""A fifth of the default waits, so that the test is short; the policy's own tests cover the numbers."""

POLLS_PER_SECOND = 10
OUTAGE = 4.5
"""Seconds in which a policy that waits 1, 2 and 4 seconds after failures calls three times."""

FOR_EVER = 600
"""Longer than anything here takes to happen."""

KINDS: list[tuple[type[RealServer], type[HttpIntegration], str]] = [
    (TransmissionServer, Transmission, "speed"),
    (PrometheusServer, Prometheus, "overview"),
]


class ViewersTime:
    """The time of the viewers: it passes between their polls, however long these take."""

    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> ViewersTime:
    return ViewersTime()


@pytest.fixture(params=KINDS, ids=["transmission", "prometheus"], scope="module")
def kind(request: pytest.FixtureRequest, new_server: NewServer) -> Iterator[tuple[RealServer, HttpIntegration, str]]:
    """Run a server, and name what to ask of it."""
    make, integration, endpoint_id = request.param
    with new_server(make) as server:
        yield server, integration(), endpoint_id


@asynccontextmanager
async def dashboard(
    server: RealServer, integration: HttpIntegration, time: ViewersTime
) -> AsyncIterator[IntegrationService]:
    registry = Registry()
    registry.register(integration)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    config = {"url": server.url, "username": server.username, "password": server.password, "timeout": 1}
    await apps.create(name="App", integration=integration, config=config, app_id="app")
    rule = Rule(ttl=0.5, stale_for=300)
    async with IntegrationService(
        apps=apps,
        registry=registry,
        policy=POLICY,
        rules=lambda *_: rule,
        cache=MemoryCache(clock=time),
        clock=time,
        refresh_patience=60,
    ) as service:
        yield service


async def poll(
    service: IntegrationService,
    endpoint_id: str,
    *,
    time: ViewersTime,
    seconds: float,
    until: Callable[[Envelope[EndpointData]], bool],
    viewers: int = 1,
) -> list[Envelope[EndpointData]]:
    """Return what viewers saw who polled for so long, or until one saw what was waited for."""
    seen: list[Envelope[EndpointData]] = []

    async def view() -> None:
        seen.append(await service.fetch_data("app", endpoint_id))

    for _ in range(round(seconds * POLLS_PER_SECOND)):
        async with anyio.create_task_group() as tasks:
            for _ in range(viewers):
                tasks.start_soon(view)
        if until(seen[-1]):
            break
        time.now += 1 / POLLS_PER_SECOND
    return seen


def is_fresh(envelope: Envelope[EndpointData]) -> bool:
    return envelope.meta is not None and not envelope.meta.stale and envelope.meta.refresh_error is None


def never(envelope: Envelope[EndpointData]) -> bool:
    return False


def calls(caplog: pytest.LogCaptureFixture) -> int:
    return sum(line.message == "http-call" for line in caplog.records)


@pytest.mark.parametrize("outage", ["stopped", "frozen"])
async def test_outage(kind, outage: str, time: ViewersTime, caplog: pytest.LogCaptureFixture) -> None:
    """Viewers keep the last data with its age and the right reason; the server is left alone; it recovers by itself."""
    server, integration, endpoint_id = kind
    caplog.set_level(logging.DEBUG, logger="dashboard_integrations.http")
    polls = partial(poll, endpoint_id=endpoint_id, time=time)
    async with dashboard(server, integration, time) as service:
        assert is_fresh((await polls(service, seconds=FOR_EVER, until=is_fresh))[-1])
        server.stop() if outage == "stopped" else server.suspend()
        try:
            caplog.clear()
            seen = await polls(service, seconds=OUTAGE, until=never)
            called = calls(caplog)
        finally:
            server.start() if outage == "stopped" else server.resume()
        recovered = await polls(service, seconds=FOR_EVER, until=is_fresh)
    assert all(envelope.success for envelope in seen)
    codes = {envelope.meta.refresh_error.code for envelope in seen if envelope.meta and envelope.meta.refresh_error}
    assert codes == {"unreachable" if outage == "stopped" else "timeout"}
    ages = [envelope.meta.age for envelope in seen if envelope.meta]
    assert ages == sorted(ages)
    assert ages[-1] >= OUTAGE - 1
    assert called == 3
    assert is_fresh(recovered[-1])


async def test_the_server_counts_no_more_calls_than_allowed(
    new_server: NewServer[PrometheusServer], time: ViewersTime, caplog: pytest.LogCaptureFixture
) -> None:
    """Fifty viewers and an outage: the server's own counter has no call that the policy does not account for."""
    caplog.set_level(logging.DEBUG, logger="dashboard_integrations.http")
    with new_server(PrometheusServer) as server:
        async with dashboard(server, Prometheus(), time) as service:
            polls = partial(poll, service, "overview", time=time)
            before = server.api_calls()
            caplog.clear()
            await polls(seconds=2.0, until=never, viewers=50)
            in_two_seconds = server.api_calls() - before
            server.suspend()
            await polls(seconds=OUTAGE, until=never)
            server.resume()
            await polls(seconds=FOR_EVER, until=is_fresh)
        counted = server.api_calls() - before
    calls_of_one_refresh = 3
    assert calls_of_one_refresh <= in_two_seconds <= 5 * calls_of_one_refresh
    assert counted <= calls(caplog)
