"""A fleet: workers that share a cache call a service once where each would have called it."""

from contextlib import asynccontextmanager
from itertools import count as count_from

import anyio
import pytest
from shared_memory import SharedMemory
from waiting import Held, turns, until

from dashboard_integrations.apps import AppService
from dashboard_integrations.service import DataRequest, IntegrationService
from dashboard_integrations.testing import FakeReply

UNHURRIED = {"deadline": 60.0, "batch_patience": 60.0, "refresh_patience": 60.0, "blocking_threshold": None}


class Crew:
    """Workers over one repository and one shared memory."""

    def __init__(self, setup, time):
        self.setup = setup
        self.time = time
        self.memory = SharedMemory(clock=time)
        self.caches = []

    @asynccontextmanager
    async def workers(self, count=2, *, clocks=None, **options):
        clocks = [self.time] * count if clocks is None else clocks
        async with anyio.create_task_group() as tasks:
            running = [await tasks.start(self._run, clock, options) for clock in clocks]
            await until(lambda: len(self.memory.streams) == count or self.memory.is_down)
            try:
                yield [service for service, _ in running]
            finally:
                for _, leave in running:
                    leave.set()

    async def _run(self, clock, options, *, task_status):
        cache, leave = self.memory.cache(), anyio.Event()
        self.caches.append(cache)
        apps = AppService(self.setup.repository, cipher=self.setup.cipher)
        options = UNHURRIED | options
        registry = self.setup.registry
        async with IntegrationService(apps=apps, registry=registry, cache=cache, clock=clock, **options) as service:
            task_status.started((service, leave))
            await leave.wait()

    @property
    def calls(self):
        return len(self.setup.upstream.requests)


@pytest.fixture
def crew(setup, time):
    return Crew(setup, time)


async def fetch(service, endpoint_id="count"):
    return await service.fetch_data("meter-1", endpoint_id)


def count(envelope):
    return envelope.data.payload.stats[0].value


async def ask_at_once(services, times=10):
    """Let everybody ask at once."""
    found = []

    async def ask(service):
        found.append(await fetch(service))

    async with anyio.create_task_group() as tasks:
        for service in services:
            for _ in range(times):
                tasks.start_soon(ask, service)
    return found


async def test_one_call_for_all_workers(setup, crew):
    """Callers of a cold endpoint in every worker share one call, and are given the same under the same name."""
    await setup.add_meter()
    async with crew.workers(3) as services:
        found = await ask_at_once(services)
    assert ({count(envelope) for envelope in found}, len({envelope.tag for envelope in found})) == ({42}, 1)
    assert crew.calls == 1


async def test_one_failing_call_fails_all_workers(setup, crew):
    """A failure reaches all who waited for it, in every worker, and costs one call."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with crew.workers(3) as services:
        found = await ask_at_once(services)
    assert ({envelope.error.code for envelope in found}, crew.calls) == ({"upstream-error"}, 1)


async def test_who_gives_up_costs_nobody_the_call(setup, crew):
    """The first caller is cancelled: the others of its worker, and those of another one, get what it began."""
    await setup.add_meter()
    caller = anyio.CancelScope()
    with Held(FakeReply(json={"count": 7})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with crew.workers(2) as services:

            async def gives_up():
                with caller:
                    await fetch(services[0])

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(gives_up)
                await until(lambda: held.arrived)
                caller.cancel()

                async def release():
                    await turns()
                    held.release()

                tasks.start_soon(release)
                found = await ask_at_once(services, 3)
    assert ({count(envelope) for envelope in found}, crew.calls) == ({7}, 1)


async def test_what_one_fetched_is_read_once_and_then_remembered(setup, crew):
    """A second worker looks into the shared cache once, and not again while the data is fresh."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await fetch(one)
        assert count(await fetch(other)) == 42
        asked = crew.memory.asked
        for _ in range(3):
            setup.time.advance(2)
            assert count(await fetch(other)) == 42
        assert (crew.memory.asked, crew.calls) == (asked, 1)


async def test_a_refresh_is_seen_by_all(setup, crew):
    """Data that one worker refreshed is what the others show next, without a call of their own."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        setup.time.advance(11)
        setup.upstream.reply("GET", "/count", json={"count": 43})
        await fetch(one)
        await until(lambda: b"landed" in crew.memory.messages[-1] and len(crew.memory.messages) == 2)
        await turns()
        assert (count(await fetch(other)), crew.calls) == (43, 2)


async def test_back_off_is_shared(setup, crew):
    """What one worker knows of a failing service, the others know: they do not call before it is time."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with crew.workers(2) as (one, other):
        await fetch(one)
        error = (await fetch(other)).error
        assert (error.code, error.reason, crew.calls) == ("backing-off", "upstream-error", 1)
        assert 5 <= error.retry_after <= 6.25
        setup.time.advance(6.3)
        await fetch(other)
        setup.time.advance(6.3)
        error = (await fetch(one)).error
    assert (error.code, crew.calls) == ("backing-off", 2)  # the second wait is twice the first


async def test_calls_of_a_dead_service_in_an_hour(setup, crew):
    """Viewers of four workers cost a dead service no more than those of one."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with crew.workers(4) as services:
        for step in range(720):
            await fetch(services[step % 4])
            setup.time.advance(5)
    assert 10 <= crew.calls <= 13


async def test_refused_credentials_stop_all_workers(setup, crew):
    """Strikes count across workers; what ends them does as well."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=401)
    async with crew.workers(2) as (one, other):
        for step in range(20):
            await fetch((one, other)[step % 2])
            setup.time.advance(700)
        assert crew.calls == 3
        setup.upstream.reply("GET", "/count", json={"count": 5})
        assert (await fetch(other)).error.code == "auth-failed"
        assert (await one.retry("meter-1")).success
        await turns()
        assert (count(await fetch(other)), crew.calls) == (5, 4)


async def test_forgiven_where_the_message_was_lost(setup, crew):
    """A worker that did not hear of the pardon finds it when it looks."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=401)
    async with crew.workers(2) as (one, other):
        for _ in range(3):
            await fetch(one)
            setup.time.advance(700)
        assert (await fetch(other)).error.code == "auth-failed"
        setup.upstream.reply("GET", "/count", json={"count": 5})
        crew.memory.streams.clear()  # nobody is told
        await one.retry("meter-1")
        other._ledger.known("meter-1").has_news()
        assert count(await fetch(other)) == 5


async def test_no_old_data_after_an_edit(setup, crew):
    """A worker shows nothing of what an app was, as soon as another one has changed it."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        await fetch(other)
        assert other._lanes._count == 1
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await one.apps.update("meter-1", integration=setup.meter, config={"api_key": "another"})
        await turns()
        assert count(await fetch(other)) == 1
        await one.apps.delete("meter-1")
        await turns()
        assert (await fetch(other)).error.code == "unknown-app"


async def test_clocks_that_differ(setup, crew, time):
    """An hour between two workers changes neither ages, nor waits, nor the name of what is shown."""

    def ahead():
        return time() + 3_600

    await setup.add_meter()
    async with crew.workers(clocks=[time, ahead]) as (one, other):
        first = await fetch(one)
        time.advance(4)
        second = await fetch(other)
        assert (count(second), second.meta.age, second.meta.stale) == (42, 4, False)
        assert (second.tag, crew.calls) == (first.tag, 1)
        setup.upstream.reply("GET", "/count", status=500)
        time.advance(10)
        await fetch(other)
        await turns()
        error = (await fetch(one)).meta.refresh_error
        assert (error.code, crew.calls) == ("upstream-error", 2)
        assert 5 <= error.retry_after <= 6.25


async def test_a_worker_that_dies_under_way(setup, crew):
    """Its call is made by another one once it is not heard of for some seconds."""
    await setup.add_meter()
    with Held(FakeReply(json={"count": 7})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with crew.workers(2) as (one, other), anyio.create_task_group() as tasks:
            tasks.start_soon(fetch, one)
            await until(lambda: held.arrived == 1)
            crew.caches[0].is_cut_off = True  # nothing of it arrives any more

            async def end_of_lease():
                await turns()
                setup.time.advance(7)
                await until(lambda: held.arrived == 2)
                held.release()

            tasks.start_soon(end_of_lease)
            assert count(await fetch(other)) == 7
    assert crew.calls == 2


async def test_a_worker_that_is_stopped_under_way(setup, crew):
    """Its call is given up in order: another worker makes it at once."""
    await setup.add_meter()
    with Held(FakeReply(json={"count": 7})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with crew.workers(1, grace=0.1) as (other,):
            async with crew.workers(1, grace=0.1) as (one,), anyio.create_task_group() as tasks:
                tasks.start_soon(fetch, one)
                await until(lambda: held.arrived == 1)
                tasks.cancel_scope.cancel()
            await until(lambda: not [key for key in crew.memory.values if ":lease:" in key])
            held.release()
            assert count(await fetch(other)) == 7


async def test_one_probe_for_all_workers(setup, crew):
    """Of a service that is down, one worker tries one endpoint; nobody else calls meanwhile."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=429)
    async with crew.workers(2) as (one, other):
        await fetch(one)
        setup.time.advance(30)
        with Held(FakeReply(json={"count": 7})) as held:
            setup.upstream.reply("GET", "/count", held)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(fetch, one)
                await until(lambda: held.arrived)
                assert (await fetch(other, "alarms")).error.code == "backing-off"
                held.release()
            await turns()
        assert (await fetch(other, "alarms")).success
    assert crew.calls == 3


async def test_cache_that_is_down(setup, crew):
    """Everybody is answered while the shared cache is down, from the start or later; afterwards it is shared again."""
    await setup.add_meter()
    crew.memory.is_down = True
    async with crew.workers(2) as (one, other):
        assert {count(envelope) for envelope in await ask_at_once([one, other])} == {42}
        assert crew.calls == 2
        setup.time.advance(5)
        assert {count(envelope) for envelope in await ask_at_once([one, other])} == {42}
        assert crew.calls == 2
        crew.memory.is_down = False
        await until(lambda: len(crew.memory.streams) == 2)
        setup.time.advance(6)
        await ask_at_once([one, other])
        assert crew.calls == 3
        crew.memory.stop()
        await until(lambda: not crew.memory.streams)
        assert {count(envelope) for envelope in await ask_at_once([one, other])} == {42}
        assert crew.calls == 3


async def test_nothing_is_given_again_while_nobody_is_heard(setup, crew):
    """Without word from the others, the app is looked at for each answer: somebody may have edited it."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        await fetch(other)
        crew.memory.stop()
        await until(lambda: not other._lanes._count)
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await one.apps.update("meter-1", integration=setup.meter, config={"api_key": "another"})
        assert count(await fetch(other)) == 1


async def test_cache_that_forgets_everything(setup, crew):
    """What each worker remembers goes on to be shown; then one call is made."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        crew.memory.flush()
        setup.time.advance(2)
        assert {count(envelope) for envelope in await ask_at_once([one, other])} == {42}
        assert crew.calls == 1
        setup.time.advance(11)
        await ask_at_once([one, other])
    assert crew.calls == 2


async def test_values_and_messages_of_others(setup, crew):
    """What is damaged, of another version or not ours is as good as missing."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        for key, (_, set_at, ends_at) in tuple(crew.memory.values.items()):
            crew.memory.values[key] = (b'2\n{"v":2}', set_at, ends_at)
        for message in (b"", b"[]", b'{"v":2}', b'{"v":1,"kind":"x","sender":"","app_id":""}', b"\xff", b'{"v":1}'):
            await crew.caches[0].publish(message)
        await crew.caches[0].publish(
            b'{"v":1,"kind":"landed","sender":"x","app_id":"meter-1","endpoint_id":"count","key":""}'
        )
        await turns()
        assert count(await fetch(other)) == 42
    assert crew.calls == 2


async def test_who_watches_is_told_of_other_workers(setup, crew):
    """A change reaches those who watch in another worker at once, with one call."""
    await setup.add_meter()
    request = DataRequest(app_id="meter-1", endpoint_id="count")
    async with crew.workers(2) as (one, other), one.watch([request]) as here, other.watch([request]) as there:
        assert {count((await anext(watch)).envelope) for watch in (here, there)} == {42}
        assert crew.calls == 1
        setup.upstream.reply("GET", "/count", json={"count": 43})
        setup.time.advance(11)
        await fetch(one)
        with anyio.fail_after(60):
            assert count((await anext(there)).envelope) == 43
        assert crew.calls == 2


async def test_edits_from_another_thread(setup, crew):
    """A host that edits apps outside of the event loop is heard as well."""
    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        await ask_at_once([one, other])
        setup.upstream.reply("GET", "/count", json={"count": 1})

        def edit():
            async def update():
                await one.apps.update("meter-1", integration=setup.meter, config={"api_key": "another"})

            anyio.run(update)

        await anyio.to_thread.run_sync(edit)
        await until(lambda: any(b"edited" in message for message in crew.memory.messages))
        await turns()
        assert count(await fetch(other)) == 1


@pytest.mark.parametrize("fails", ["add", "get_aged", "set", "publish", "remove", "extend", "delete"])
async def test_cache_of_which_a_part_fails(setup, crew, fails, monkeypatch):
    """Whatever a backend fails to do, callers are answered."""

    async def fail(self, *args, **kwargs):
        raise OSError(fails)

    await setup.add_meter()
    async with crew.workers(2) as (one, other):
        monkeypatch.setattr(type(crew.caches[0]), fails, fail)
        for _ in range(3):
            assert {count(envelope) for envelope in await ask_at_once([one, other], 2)} == {42}
            setup.time.advance(11)
        await one.retry("meter-1")
        await one.apps.update("meter-1", integration=setup.meter, config={"api_key": "another"})
        assert {count(envelope) for envelope in await ask_at_once([one, other], 2)} == {42}


async def test_an_old_failure_is_not_what_a_call_under_way_brings(setup, crew, time):
    """Who waits for another worker is told of what comes, and not again of the failure that is waited out."""
    steps = count_from(1)

    def hurried():
        time.now += 0.0001 * next(steps)  # no two exchanges take the same time, so that no age is exactly what it was
        return time.now

    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with crew.workers(clocks=[time, hurried]) as (one, other):
        await fetch(one)
        assert (await fetch(other)).error.code == "backing-off"
        time.advance(7)
        with Held(FakeReply(json={"count": 7})) as held:
            setup.upstream.reply("GET", "/count", held)
            found = []

            async def ask(service):
                found.append(await fetch(service))

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask, one)
                await until(lambda: held.arrived)
                asked = crew.memory.asked
                tasks.start_soon(ask, other)
                await until(lambda: crew.memory.asked >= asked + 5)  # it has looked again and again
                assert found == []
                held.release()
    assert [count(envelope) for envelope in found] == [7, 7]
