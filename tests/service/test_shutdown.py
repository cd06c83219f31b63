"""Whoever gives up, leaves or edits in the middle of things: nothing is left behind, and nobody waits for ever."""

import asyncio
import gc
import threading
from contextlib import suppress

import anyio
import anyio.to_thread
import psutil
import pytest
from waiting import Held, until, until_in_thread

from dashboard_integrations.blocking import BlockingIntegrationService
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.service import DataRequest, IntegrationService
from dashboard_integrations.testing import FakeReply
from dashboard_integrations.views import Gauge


class Gate:
    """A behaviour that waits to be let through."""

    def __init__(self):
        self.entered = anyio.Event()
        self.opened = anyio.Event()
        self.ended = []

    async def __call__(self, connection):
        self.entered.set()
        try:
            await self.opened.wait()
        except BaseException as error:
            self.ended.append(type(error).__name__)
            raise
        self.ended.append("returned")
        return Gauge(label="x", value=1)

    def behaviour(self):
        async def call(connection):
            return await self(connection)

        return call


def sockets_to(upstream):
    """Return the connections of this process to the upstream."""
    port = int(upstream.url.rpartition(":")[2])
    found = psutil.Process().net_connections(kind="tcp")
    return [item for item in found if item.raddr and item.raddr.port == port and item.status == "ESTABLISHED"]


def remains(service):
    """Return everything that a service keeps for calls under way."""
    running = service._running
    flights = running.fetcher._flights._flights
    limits = running.snapshots.refresher.limits
    return len(flights), len(running.supervisor._calls), len(limits._apps), limits._total.borrowed_tokens


async def test_caller_that_gives_up(setup):
    """Who stops waiting does not stop the call; who asks next shares it."""
    gate = Gate()
    await setup.add_odd(gate.behaviour())
    async with setup.open() as service:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(service.fetch_data, "odd-1", "value")
            await gate.entered.wait()
            tasks.cancel_scope.cancel()
        gate.opened.set()
        envelope = await service.fetch_data("odd-1", "value")
        assert remains(service) == (0, 0, 0, 0)
    assert (envelope.success, gate.ended) == (True, ["returned"])


async def test_many_callers_that_give_up(setup):
    """However many give up, there was one call, and nothing is left of it."""
    gate = Gate()
    await setup.add_odd(gate.behaviour())
    async with setup.open() as service:
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(service.fetch_data, "odd-1", "value")
            await gate.entered.wait()
            tasks.cancel_scope.cancel()
        gate.opened.set()
        await until(lambda: remains(service) == (0, 0, 0, 0))
    assert gate.ended == ["returned"]


async def test_tester_who_gives_up(setup):
    """A test belongs to who asked for it: giving up cancels the call and closes its connection."""
    setup.upstream.hang()
    config = {"url": setup.upstream.url, "api_key": "k" * 20, "timeout": 60}
    async with setup.open() as service:

        async def test():
            await service.test_connection(integration_type="meter", config=config)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(test)
            await until(lambda: setup.upstream.requests)
            tasks.cancel_scope.cancel()
        await until(lambda: remains(service) == (0, 0, 0, 0))
        await until(lambda: sockets_to(setup.upstream) == [])
    setup.upstream.stop()


async def test_leaving_while_callers_wait(setup):
    """Who waits when the service is left is told so at once."""
    gate = Gate()
    await setup.add_odd(gate.behaviour())
    await setup.add_meter()
    found = []

    async def fetch(service):
        found.append(await service.fetch_data("odd-1", "value"))

    async def fetch_many(service):
        wanted = [DataRequest(app_id="odd-1", endpoint_id="value")]
        found.append((await service.fetch_many(wanted)).data[0])

    async def test(service):
        found.append(await service.test_connection(integration_type="odd", config={}))

    async with anyio.create_task_group() as tasks:
        async with setup.open() as service:
            for call in (fetch, fetch_many, test):
                tasks.start_soon(call, service)
            await gate.entered.wait()
            await anyio.wait_all_tasks_blocked()
        await until(lambda: len(found) == 3, seconds=30)
    assert ["shutting-down"] * 3 == [envelope.error.reason for envelope in found]
    assert {"Cancelled", "CancelledError"} >= set(gate.ended)


async def test_leaving_is_no_failure_of_the_app(setup):
    """What was cut short by leaving does not count against the app when the service is entered again."""
    gate = Gate()
    await setup.add_odd(gate.behaviour())
    service = IntegrationService(apps=setup.apps, registry=setup.registry)
    async with anyio.create_task_group() as tasks, service:
        tasks.start_soon(service.fetch_data, "odd-1", "value")
        await gate.entered.wait()
    async with service:
        gate.opened.set()
        assert (await service.health()).data.apps[0].last_error is None
        assert (await service.fetch_data("odd-1", "value")).success


async def test_leaving_leaves_nothing(setup):
    """No socket, thread or task is left, also of calls that were under way."""
    before = set(threading.enumerate())
    setup.upstream.reply("GET", "/count", json={"count": 1})
    setup.upstream.reply("GET", "/alarms", json=[], delay=60)
    for number in range(5):
        await setup.add_meter(f"meter-{number}")
    async with anyio.create_task_group() as tasks, setup.open() as service:
        wanted = [DataRequest(app_id=f"meter-{number}", endpoint_id="count") for number in range(5)]
        assert all(envelope.success for envelope in (await service.fetch_many(wanted)).data)
        for number in range(5):
            tasks.start_soon(service.fetch_data, f"meter-{number}", "alarms")
        await until(lambda: len(setup.upstream.requests) == 10)
        during = len(sockets_to(setup.upstream))
    assert (during >= 5, sockets_to(setup.upstream)) == (True, [])
    setup.upstream.stop()
    gc.collect()
    await until(lambda: _begun_since(before) == [])


def _begun_since(before):
    """Return new threads, but for idle ones of the event loops' own pools."""
    new = set(threading.enumerate()) - before
    return [thread for thread in new if not thread.name.startswith(("AnyIO worker", "Trio", "asyncio_"))]


async def test_call_after_leaving(setup):
    """A call outside is a mistake, as before entering."""
    async with setup.open() as service:
        pass
    with pytest.raises(RuntimeError, match="not running"):
        await service.health()


def keys(cache):
    return set(cache._entries)


async def test_app_that_is_edited_while_it_is_called(setup, time):
    """Data of the old configuration is neither kept nor shown to who asks after the edit."""
    cache = MemoryCache(clock=time)
    await setup.add_meter()
    held = Held(FakeReply(json={"count": 1}))
    setup.upstream.reply("GET", "/count", held, FakeReply(json={"count": 2}))
    async with setup.open(cache=cache) as service, anyio.create_task_group() as tasks:
        with held:
            tasks.start_soon(service.fetch_data, "meter-1", "count")
            await until(lambda: held.arrived)
            await setup.apps.update("meter-1", integration=setup.meter, config={"api_key": "another-key"})
            after = await service.fetch_data("meter-1", "count")
        await until(lambda: remains(service) == (0, 0, 0, 0))
        await until(lambda: len(sockets_to(setup.upstream)) == 1)
        assert len(service._running.snapshots.refresher.connections._pool._entries) == 1
    assert (after.data.payload.stats[0].value, len(keys(cache))) == (2, 1)


async def test_app_that_is_edited(setup, time):
    """The first fetch after an edit clears away the old connection and the old snapshots."""
    cache = MemoryCache(clock=time)
    await setup.add_meter()
    async with setup.open(cache=cache) as service:
        for endpoint in ("count", "window", "alarms"):
            await service.fetch_data("meter-1", endpoint)
        before = keys(cache)
        await setup.apps.update("meter-1", integration=setup.meter, config={"api_key": "another-key"})
        await service.fetch_data("meter-1", "count")
        await until(lambda: len(keys(cache)) == 1)
        await until(lambda: len(sockets_to(setup.upstream)) == 1)
    assert (len(before), before & keys(cache)) == (3, set())


async def test_app_that_is_deleted_while_it_is_called(setup, time):
    """Who waits is answered; nothing is kept of the app."""
    cache = MemoryCache(clock=time)
    await setup.add_meter()
    found = []

    async def fetch(service):
        found.append(await service.fetch_data("meter-1", "count"))

    async with setup.open(cache=cache) as service:
        with Held(FakeReply(json={"count": 1})) as held:
            setup.upstream.reply("GET", "/count", held)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(fetch, service)
                await until(lambda: held.arrived)
                await setup.apps.delete("meter-1")
                held.release()
        await until(lambda: remains(service) == (0, 0, 0, 0))
        await until(lambda: sockets_to(setup.upstream) == [])
        assert (len(service._ledger._apps), service._ledger.retired) == (0, [])
    assert ([True], set()) == ([envelope.success for envelope in found], keys(cache))


@pytest.mark.parametrize("call", ["health", "alerts", "fetch_data"])
async def test_app_that_is_deleted(setup, time, call):
    """Whatever is asked next clears away what was kept of an app that is gone."""
    cache = MemoryCache(clock=time)
    await setup.add_meter()
    async with setup.open(cache=cache) as service:
        await service.fetch_data("meter-1", "count")
        await setup.apps.delete("meter-1")
        arguments = ("meter-1", "count") if call == "fetch_data" else ()
        await getattr(service, call)(*arguments)
        await until(lambda: keys(cache) == set())
        await until(lambda: sockets_to(setup.upstream) == [])
        assert len(service._ledger._apps) == 0


async def test_flight_of_a_cache_that_fails(setup, time):
    """A cache that cannot forget fails nobody."""

    class Stubborn(MemoryCache):
        async def delete(self, key):
            raise OSError("no")

    await setup.add_meter()
    async with setup.open(cache=Stubborn(clock=time)) as service:
        await service.fetch_data("meter-1", "count")
        await setup.apps.delete("meter-1")
        await service.health()
        await anyio.wait_all_tasks_blocked()
        await setup.add_meter("meter-2")
        assert (await service.fetch_data("meter-2", "count")).success


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_flight_of_a_cache_that_lets_a_cancellation_escape(setup, time, anyio_backend):
    """It is nobody's: the flight has failed, and the service goes on."""

    class Interrupted(MemoryCache):
        asked = 0

        async def get(self, key):
            self.asked += 1
            if self.asked == 2:  # the flight looks once more
                raise asyncio.CancelledError
            return await super().get(key)

    await setup.add_meter()
    async with setup.open(cache=Interrupted(clock=time)) as service:
        assert "internal" == (await service.fetch_data("meter-1", "count")).error.code
        assert (await service.fetch_data("meter-1", "count")).success


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_upkeep_of_a_cache_that_lets_a_cancellation_escape(setup, time, anyio_backend):
    """What cannot be forgotten ends nothing either."""
    told = anyio.Event()

    class Interrupted(MemoryCache):
        async def delete(self, key):
            told.set()
            raise asyncio.CancelledError

    await setup.add_meter()
    async with setup.open(cache=Interrupted(clock=time)) as service:
        await service.fetch_data("meter-1", "count")
        await setup.apps.delete("meter-1")
        await service.health()
        await told.wait()
        await setup.add_meter("meter-2")
        assert (await service.fetch_data("meter-2", "count")).success


async def test_storm_of_edits(setup, time):
    """Calls, edits and cancelled callers in any order leave one connection and the snapshots of one configuration."""
    cache = MemoryCache(clock=time)
    await setup.add_meter()

    async def viewer(service, patience):
        for _ in range(10):
            with anyio.move_on_after(patience):
                await service.fetch_data("meter-1", "count")
            await anyio.sleep(0.005)

    async def editor():
        for number in range(10):
            await setup.apps.update("meter-1", integration=setup.meter, config={"api_key": f"key-number-{number}"})
            await anyio.sleep(0.01)

    async with setup.open(cache=cache) as service:
        async with anyio.create_task_group() as tasks:
            for patience in (0.001, 0.01, 60, 60):
                tasks.start_soon(viewer, service, patience)
            tasks.start_soon(editor)
        await until(lambda: remains(service) == (0, 0, 0, 0))
        await service.health()
        assert (await service.fetch_data("meter-1", "count")).success
        await until(lambda: len(keys(cache)) == 1)
        await until(lambda: len(sockets_to(setup.upstream)) == 1)
        assert len(service._running.snapshots.refresher.connections._pool._entries) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_leaving_while_a_call_swallows_its_cancellation(setup):
    """A call that goes on whatever it is told holds up neither who waits for it nor who leaves."""
    entered = anyio.Event()

    async def swallows(connection):
        entered.set()
        while True:
            with suppress(BaseException):
                await anyio.sleep(60)

    await setup.add_odd(swallows)
    found = []

    async def fetch(service):
        found.append(await service.fetch_data("odd-1", "value"))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks, setup.open(grace=0.2) as service:
            tasks.start_soon(fetch, service)
            await entered.wait()
    assert ["shutting-down"] == [envelope.error.reason for envelope in found]


def test_leaving_the_blocking_face_while_a_thread_is_waited_for(setup):
    """The synchronous face is left although an integration waits for a thread that does not end."""
    release, entered, ended = threading.Event(), threading.Event(), threading.Event()

    def waits():
        entered.set()
        release.wait(60)
        ended.set()

    async def waits_for_a_thread(connection):
        await anyio.to_thread.run_sync(waits)

    integration = setup.registry.get("odd")
    setup.odd.behaviour = staticmethod(waits_for_a_thread)
    service = IntegrationService(apps=setup.apps, registry=setup.registry, grace=0.2)
    with BlockingIntegrationService(service) as face:
        face.run(lambda: setup.apps.create(name="o", integration=integration, config={}, app_id="o"))
        caller = threading.Thread(target=face.fetch_data, args=("o", "value"))
        caller.start()
        entered.wait(60)
    caller.join(30)
    assert (ended.is_set(), caller.is_alive()) == (False, False)
    release.set()
    until_in_thread(ended.is_set)
