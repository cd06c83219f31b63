"""The watchdog: what it notices, whom it names, and what it costs."""

import logging
import sys
import threading
import types
from contextlib import asynccontextmanager

import anyio
import pytest
from loop_clock import LoopClock
from trio.testing import MockClock
from waiting import turns, until, until_in_thread

from dashboard_integrations.registry import Registry
from dashboard_integrations.service._culprits import Culprit, find_culprit
from dashboard_integrations.service._watchdog import Watchdog
from dashboard_integrations.views import Gauge

THREAD = "dashboard-integrations-watchdog"

CODE = """
import asyncio

from pydantic import BaseModel

from dashboard_integrations import BaseIntegration, Connection, endpoint
from dashboard_integrations.views import Gauge


class Nothing(BaseModel):
    pass


def hold():
    HOLD(0.3)


async def hold_later():
    await asyncio.sleep(0.01)
    hold()


class NAME(BaseIntegration[Nothing]):
    id = "ID"
    name = "NAME"

    @endpoint(ttl=10)
    async def now(self, connection: Connection[Nothing]) -> Gauge:
        hold()
        return Gauge(label="x", value=1)

    @endpoint(ttl=10)
    async def later(self, connection: Connection[Nothing]) -> Gauge:
        self.task = asyncio.create_task(hold_later())
        return Gauge(label="x", value=1)
"""


@pytest.fixture
def clock():
    return LoopClock()


@pytest.fixture
def package(monkeypatch, clock):
    """Return a function that makes a module with one integration."""

    def make(module_name, integration_id):
        module = types.ModuleType(module_name)
        module.HOLD = clock.hold
        code = CODE.replace("NAME", integration_id.title()).replace("ID", integration_id)
        monkeypatch.setitem(sys.modules, module_name, module)
        exec(compile(code, f"/somewhere/{module_name}.py", "exec"), module.__dict__)
        return getattr(module, integration_id.title())

    return make


@asynccontextmanager
async def watched(setup, clock):
    """Yield a service whose loop is held when its time has passed by a tenth of a second."""
    service = setup.service(blocking_threshold=0.1)
    clock.drive(service._watchdog)
    async with service:
        yield service


async def told(setup, caplog, clock, integration, endpoint_id, *, more=()):
    for item in (integration, *more):
        setup.registry.register(item)
    await setup.apps.create(name="a", integration=setup.registry.get(integration.id), config={}, app_id="a")
    async with watched(setup, clock) as service:
        assert (await service.fetch_data("a", endpoint_id)).success
        await until(lambda: service._watchdog.blocked)
        health = (await service.health()).data
    found = [record for record in caplog.records if record.name.endswith("_watchdog")]
    return found, health


async def test_names_the_integration(setup, caplog, clock, package):
    """One warning per incident names the integration, the line and the seconds."""
    (record,), health = await told(setup, caplog, clock, package("acme_slow", "slow"), "now")
    assert (record.event, record.integration, record.place, record.seconds) == (
        "integration-blocks-loop",
        "slow",
        "acme_slow.py:15 hold",
        0.25,
    )
    blocked = next(plugin.blocked_loop for plugin in health.plugins if plugin.id == "slow")
    assert (blocked.times, blocked.last_place, blocked.longest) == (1, "acme_slow.py:15 hold", 0.25)
    assert health.blocked_loop is None


async def test_names_the_one_at_turn_of_two_in_a_module(setup, caplog, clock, package):
    """Of two integrations of one package the one whose code runs is named."""
    first, second = package("acme_two.a", "first"), package("acme_two.b", "second")
    (record,), _ = await told(setup, caplog, clock, second, "now", more=[first])
    assert record.integration == "second"


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_names_whose_task_it_is(setup, caplog, clock, package):
    """A task that an integration left behind is still its own."""
    (record,), _ = await told(setup, caplog, clock, package("acme_later", "later"), "later")
    assert (record.integration, record.place) == ("later", "acme_later.py:15 hold")


async def test_blames_nobody_without_reason(setup, caplog, clock):
    """When the host itself holds the loop, no integration is named."""
    await setup.add_meter()
    async with watched(setup, clock) as service:
        await service.fetch_data("meter-1", "count")
        clock.hold(0.3)
        await until(lambda: service._watchdog.blocked)
        health = (await service.health()).data
    (record,) = [record for record in caplog.records if record.name.endswith("_watchdog")]
    assert (record.event, hasattr(record, "integration")) == ("event-loop-blocked", False)
    assert [None] * len(health.plugins) == [plugin.blocked_loop for plugin in health.plugins]
    assert (health.blocked_loop.times, "waiting.py" in health.blocked_loop.last_place) == (1, True)


async def test_tells_no_values(setup, caplog, clock):
    """Nothing of what is on the stack is told."""
    secret = "canary-5ecret-value"

    async def holds(connection, password=secret):
        clock.hold(0.3)
        return Gauge(label="x", value=1)

    await setup.add_odd(holds)
    with caplog.at_level(logging.DEBUG):
        async with watched(setup, clock) as service:
            await service.fetch_data("odd-1", "value")
            await until(lambda: service._watchdog.blocked)
    assert "integration-blocks-loop" in caplog.text
    assert secret not in caplog.text


async def test_short_pauses_are_none(setup, caplog, clock):
    """Below the threshold nothing is told, however often."""

    async def pauses(connection):
        for _ in range(5):
            clock.now += 0.125
            await clock.beat()
        return Gauge(label="x", value=1)

    await setup.add_odd(pauses)
    async with watched(setup, clock) as service:
        assert (await service.fetch_data("odd-1", "value")).success
    assert (service._watchdog.blocked, "block" in caplog.text) == ({}, False)


def watchers():
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


async def test_leaves_no_thread(setup):
    """The thread lives as long as the service runs, also when that ends badly."""
    running = []

    async def fails():
        async with setup.open(blocking_threshold=0.5):
            running.extend(watchers())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert (len(running), watchers()) == (1, [])


async def test_switched_off(setup):
    """Without a threshold there is no thread."""
    async with setup.open(blocking_threshold=None) as service:
        assert watchers() == []
        assert (await service.health()).data.blocked_loop is None


@pytest.mark.parametrize("threshold", [0, -1, float("nan")])
async def test_threshold_that_is_none(setup, threshold):
    """A threshold that cannot be is told when the service is made."""
    with pytest.raises(ValueError, match="blocking_threshold"):
        async with setup.open(blocking_threshold=threshold):
            pass


async def test_lasting_incident(caplog, clock):
    """What lasts longer than ten seconds is told while it lasts, and once."""
    culprit = Culprit(integration_id="x", place="x.py:1 f")
    watchdog = clock.drive(Watchdog(threshold=0.04, find=lambda frame: culprit))
    async with anyio.create_task_group() as tasks:
        with watchdog.watching():
            tasks.start_soon(watchdog.beat)
            await turns()
            clock.hold(1)
            assert caplog.records == []
            clock.now += 10
            until_in_thread(lambda: caplog.records)
            during = len(caplog.records)
            await until(lambda: watchdog.blocked)
        tasks.cancel_scope.cancel()
    assert (during, len(caplog.records)) == (1, 1)
    assert (watchdog.blocked["x"].times, watchdog.blocked["x"].longest > 10) == (1, True)


async def test_incident_that_was_not_seen(caplog, clock):
    """What holds even the watching thread up is counted all the same."""
    watchdog = clock.drive(Watchdog(threshold=0.1, find=lambda frame: pytest.fail("looked")))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watchdog.beat)
        await turns()
        clock.now += 3
        await until(lambda: watchdog.blocked)
        tasks.cancel_scope.cancel()
    assert (watchdog.blocked[None].times, watchdog.blocked[None].last_place) == (1, "not seen")


def test_frames_of_nobody():
    """Without an active integration nobody is named."""
    found = find_culprit(sys._getframe(), registry=Registry(), at_turn=lambda: None)
    assert (found.integration_id, found.place.startswith("test_watchdog.py:")) == (None, True)


@pytest.mark.parametrize("anyio_backend", [("trio", {"clock": MockClock(autojump_threshold=0)})], ids=["trio"])
async def test_wakes_an_idle_loop_rarely():
    """With the threshold that services have the loop is woken four times a second."""
    looks = []
    watchdog = Watchdog(threshold=0.5, find=lambda frame: None, clock=lambda: looks.append(1) or anyio.current_time())
    with anyio.move_on_after(60.1):
        await watchdog.beat()
    assert (1 + 60 * 4, {}) == (len(looks), watchdog.blocked)


class Pauses:
    """Stops the watching thread once it has paused a hundred times; beats come in time all the while."""

    def __init__(self, clock, watchdog):
        self.clock = clock
        self.watchdog = watchdog
        self.seconds = []

    def wait(self, seconds):
        self.seconds.append(seconds)
        self.clock.now += seconds
        self.watchdog._last_beat = self.clock.now // 0.25 * 0.25
        return len(self.seconds) == 100


def test_thread_wakes_rarely(clock):
    """While nothing holds the loop the thread beside it wakes no more than twice a second."""
    watchdog = clock.drive(Watchdog(threshold=0.5, find=lambda frame: pytest.fail("looked")))
    pauses = Pauses(clock, watchdog)
    watchdog._watch(pauses, threading.get_ident())
    assert min(pauses.seconds) >= 0.5
