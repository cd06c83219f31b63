"""Watching: told of every change, asked for once, and only while somebody watches."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest
from waiting import turns, until

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.service import DataRequest, _watch, _watching
from dashboard_integrations.service._watching import Watches

SPEED = DataRequest(app_id="nas", endpoint_id="speed")
DISKS = DataRequest(app_id="nas", endpoint_id="disks")
ELSEWHERE = DataRequest(app_id="router", endpoint_id="speed")


class Service:
    """Answers with what a test sets, and counts who asks; time passes only when it says so."""

    def __init__(self):
        self.now = 1_000_000.0
        self.values = {}
        self.errors = {}
        self.ttl = 10.0
        self.asked = []
        self.pauses = []
        self._ticks = anyio.Event()

    async def fetch(self, request):
        self.asked.append(request)
        await anyio.lowlevel.checkpoint()
        value, error = self.values.get(request.endpoint_id), self.errors.get(request.endpoint_id)
        if value is None:
            return Envelope.failure(error)
        fetched, number = value
        meta = Meta.at(self.now, fetched_at=fetched, expires_at=fetched + self.ttl, refresh_error=error)
        return Envelope.of(
            EndpointData(endpoint_id=request.endpoint_id, view="gauge", encoded=b"%d" % number), meta=meta
        )

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        await self._ticks.wait()

    def put(self, endpoint_id, number):
        self.now += 1
        self.values[endpoint_id] = (self.now, number)
        self.errors.pop(endpoint_id, None)

    def fail(self, endpoint_id, *, retry_after=None):
        self.errors[endpoint_id] = ErrorBody(
            code=ErrorCode.UNREACHABLE, message="gone", source=ErrorSource.UPSTREAM, retry_after=retry_after
        )

    async def tick(self, seconds=10.0):
        """Let every pause end."""
        self.now += seconds
        ticks, self._ticks = self._ticks, anyio.Event()
        ticks.set()
        await turns()


@pytest.fixture
def service():
    service = Service()
    service.put("speed", 1)
    service.put("disks", 100)
    return service


@asynccontextmanager
async def watches_of(service):
    with anyio.fail_after(60):  # only keeps a broken test from hanging
        async with _watches_of(service) as watches:
            yield watches


@asynccontextmanager
async def _watches_of(service):
    async with anyio.create_task_group() as tasks:
        watches = Watches(fetch=service.fetch, tasks=tasks, clock=service.clock, sleep=service.sleep)
        yield watches
        watches.close()
        tasks.cancel_scope.cancel()


def told(change):
    data, error = change.envelope.data, change.envelope.error
    return change.request.endpoint_id, int(data.encoded) if data else error.code.value


async def news(watch):
    """Return everything that has come and was not told yet."""
    await turns()
    found = []
    while watch._news:
        found.append(told(await anext(watch)))
    return found


async def test_who_watches_is_told_how_it_is_and_then_what_is_new(service):
    """What is the same as before is no news."""
    async with watches_of(service) as watches, watches.watching([SPEED, DISKS]) as watch:
        assert [("disks", 100), ("speed", 1)] == sorted(await news(watch))
        await service.tick()
        assert [] == await news(watch)
        service.put("speed", 2)
        await service.tick()
        assert [("speed", 2)] == await news(watch)


async def test_a_failure_and_its_end_are_news(service):
    """Data that cannot be renewed is told once, with the reason."""
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        await news(watch)
        service.fail("speed")
        await service.tick()
        change = await anext(watch)
        assert "gone" == change.envelope.meta.refresh_error.message
        await service.tick()
        assert [] == await news(watch)
        service.put("speed", 3)
        await service.tick()
        assert [("speed", 3)] == await news(watch)


async def test_an_error_without_data_is_told(service):
    """As an envelope like any other."""
    del service.values["speed"]
    service.fail("speed")
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        assert [("speed", "unreachable")] == await news(watch)


async def test_however_many_watch_one_asks(service):
    """All are given the very same change."""
    async with watches_of(service) as watches, watches.watching([SPEED]) as one, watches.watching([SPEED]) as other:
        changes = [await anext(one), await anext(other)]
        service.put("speed", 2)
        asked = len(service.asked)
        await service.tick()
        changes = [await anext(one), await anext(other)]
    assert changes[0] is changes[1]
    assert asked + 1 == len(service.asked)


async def test_who_comes_later_is_told_at_once(service):
    """With the age that it has now, and the others hear nothing of it."""
    async with watches_of(service) as watches, watches.watching([SPEED]) as early:
        await news(early)
        service.now += 4
        async with watches.watching([SPEED]) as late:
            change = await anext(late)
            assert service.now - service.values["speed"][0] == change.envelope.meta.age
        assert [] == await news(early)


async def test_nobody_watches_and_nobody_asks(service):
    """The last who leaves ends it; others go on."""
    async with watches_of(service) as watches, watches.watching([DISKS]) as other:
        async with watches.watching([SPEED, DISKS]) as watch:
            await news(watch)
        await news(other)
        service.asked.clear()
        await service.tick()
        assert [DISKS] == service.asked


async def test_little_is_remembered_of_a_request_that_nobody_watches(service):
    """However long its parameters are: thousands are remembered."""
    long = DataRequest(app_id="nas", endpoint_id="speed", parameters={"pattern": "x" * 60_000})
    async with watches_of(service) as watches:
        async with watches.watching([long]) as watch:
            await news(watch)
        assert [True] == [len(key) < 100 for key in watches._known]


async def test_a_slow_watcher_is_told_the_latest(service):
    """One change waits for each request, however many there were."""
    async with watches_of(service) as watches, watches.watching([SPEED, DISKS]) as watch:
        for number in range(2, 30):
            service.put("speed", number)
            await service.tick()
        service.put("disks", 200)
        await service.tick()
        assert 2 == len(watch._news)
        assert [("speed", 29), ("disks", 200)] == await news(watch)


async def test_who_comes_back_is_told_what_it_missed(service):
    """And not again what it has seen."""
    async with watches_of(service) as watches:
        async with watches.watching([SPEED, DISKS]) as watch:
            assert 2 == len(await news(watch))
            seen = watch.last_id
        async with watches.watching([SPEED, DISKS], after=seen) as watch:
            assert [] == await news(watch)
            assert seen == watch.last_id
        service.put("disks", 200)
        async with watches.watching([SPEED, DISKS], after=seen) as watch:
            assert [("disks", 200)] == await news(watch)


async def test_who_comes_back_for_other_requests_is_told_how_they_are(service):
    """What it has seen says nothing about what it did not watch."""
    async with watches_of(service) as watches:
        async with watches.watching([SPEED]) as watch:
            await news(watch)
        async with watches.watching([DISKS]) as watch:
            await news(watch)
            seen = watch.last_id
        async with watches.watching([DISKS, SPEED], after=seen) as watch:
            assert [("disks", 100), ("speed", 1)] == sorted(await news(watch))
            seen = watch.last_id
        async with watches.watching([SPEED, DISKS], after=seen) as watch:
            assert [] == await news(watch)


async def test_who_leaves_before_it_was_told_all_begins_anew(service):
    """An id is given when everything before it was told."""
    async with watches_of(service) as watches:
        async with watches.watching([SPEED]):
            await turns()
        async with watches.watching([DISKS, SPEED]) as watch:
            await turns()
            await anext(watch)
            assert watch.last_id is None
            await anext(watch)
            assert watch.last_id is not None


@pytest.mark.parametrize("after", ["", "x", "0-99", "nonsense-1", "-", "é-1", "0-²", "0-" + "9" * 5_000])
async def test_an_id_of_somebody_else_says_nothing(service, after):
    """Everything is told, as after a restart or by another worker."""
    async with watches_of(service) as watches, watches.watching([SPEED], after=after) as watch:
        assert [("speed", 1)] == await news(watch)


@pytest.mark.parametrize("more", ["9" * 5_000, "0", "-1", "²"])
async def test_an_id_that_was_not_given_yet_says_nothing(service, more):
    """Whoever writes one is told everything."""
    async with watches_of(service) as watches:
        async with watches.watching([SPEED]) as watch:
            await news(watch)
            seen = watch.last_id
        async with watches.watching([SPEED], after=f"{seen}{more}") as watch:
            assert [("speed", 1)] == await news(watch)


async def test_a_reason_to_look_again_is_followed(service):
    """For this app, and no other."""
    async with watches_of(service) as watches, watches.watching([SPEED, ELSEWHERE]) as watch:
        await news(watch)
        service.asked.clear()
        watches.wake("nas")
        await until(lambda: service.asked)
        assert [SPEED] == service.asked


async def test_it_looks_again_when_there_can_be_something_new(service):
    """At the next refresh, when an error may be gone, and within a minute in any case."""
    service.fail("disks", retry_after=25.0)
    del service.values["disks"]
    service.put("speed", 1)
    service.now += 1
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        await news(watch)
        assert [9.0] == service.pauses
        async with watches.watching([DISKS]) as other:
            await news(other)
        assert [9.0, 25.0] == service.pauses
        service.ttl = 3_600.0
        await service.tick()
        await until(lambda: len(service.pauses) == 3)
        assert 60.0 == service.pauses[-1]


async def test_all_is_over_when_the_service_stops(service):
    """What has come is told to the end, and who comes then is told nothing."""
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        await turns()
        watches.close()
        assert [("speed", 1)] == [told(change) async for change in watch]
        async with watches.watching([SPEED]) as late:
            assert [] == [change async for change in late]


async def test_who_is_cancelled_while_it_waits_misses_nothing(service):
    """The next look has what came meanwhile."""
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        await news(watch)
        with anyio.move_on_after(0):
            await anext(watch)
        service.put("speed", 2)
        await service.tick()
        assert ("speed", 2) == told(await anext(watch))


async def test_who_hears_nothing_is_given_a_beat(service, monkeypatch):
    """Not who was told something meanwhile; whoever iterates over the changes notices nothing of it."""
    monkeypatch.setattr(_watching, "_LONGEST_SILENCE", 0.1)
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        await anext(watch)
        assert [None, None] == [await watch.change_or_beat(), await watch.change_or_beat()]
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_told, watch, 2)
            await anyio.sleep(0.3)
            service.put("speed", 2)
            await service.tick()


async def until_told(watch, number):
    assert ("speed", number) == told(await anext(watch))


async def test_who_waits_for_a_first_answer_is_given_a_beat(service, monkeypatch):
    """However long a service takes for it."""
    monkeypatch.setattr(_watching, "_LONGEST_SILENCE", 0.1)
    answered = anyio.Event()
    fetch = service.fetch

    async def slow(request):
        await answered.wait()
        return await fetch(request)

    service.fetch = slow
    async with watches_of(service) as watches, watches.watching([SPEED]) as watch:
        assert None is await watch.change_or_beat()
        answered.set()
        assert ("speed", 1) == told(await anext(watch))


async def test_one_bell_wakes_all_who_watch_the_same(service, monkeypatch):
    """Each is told; who comes new or goes wakes nobody else, and nothing is kept when all have gone."""
    wakes = []
    monkeypatch.setattr(_watch.Bell, "ring", lambda bell, ring=_watch.Bell.ring: wakes.append(bell) or ring(bell))
    async with watches_of(service) as watches, AsyncExitStack() as stack:
        many = [await stack.enter_async_context(watches.watching([SPEED])) for _ in range(40)]
        for watch in many:
            assert ("speed", 1) == told(await anext(watch))
        assert [] == wakes
        service.put("speed", 2)
        async with anyio.create_task_group() as tasks:
            for watch in many:
                tasks.start_soon(until_told, watch, 2)
            await turns()
            await service.tick()
        assert 8 == len(set(wakes))
        async with watches.watching([SPEED]) as late:
            wakes.clear()
            assert ("speed", 2) == told(await anext(late))
        assert [] == wakes
        await stack.aclose()
        assert [{}] * 8 == list(watches._bells)


async def test_who_left_is_told_that_there_is_no_more(service):
    """A task that goes on to iterate comes to an end."""
    async with watches_of(service) as watches, anyio.create_task_group() as tasks, watches.watching([SPEED]) as watch:
        await anext(watch)
        tasks.start_soon(until_over, watch)
        await turns()


async def until_over(watch):
    assert [] == [change async for change in watch]


def test_a_change_is_encoded_once(service):
    """For however many."""
    from dashboard_integrations.service import Change

    envelope = Envelope.failure(ErrorBody(code=ErrorCode.TIMEOUT, message="slow", source=ErrorSource.UPSTREAM))
    change = Change(request=DataRequest(app_id="a", endpoint_id="b", parameters={"c": "d"}), envelope=envelope)
    assert change.encoded is change.encoded
    assert change.encoded.startswith(
        b'{"appId":"a","endpointId":"b","parameters":{"c":"d"},"envelope":{"success":false'
    )


class TestFacade:
    """The same through the facade, over a service that answers over HTTP."""

    async def test_live_data_is_watched(self, setup):
        """A change upstream arrives, a retry looks again at once, and leaving the service ends the watch."""
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await setup.add_meter("app")
        async with setup.open() as service, service.watch([DataRequest(app_id="app", endpoint_id="count")]) as watch:
            first = await anext(watch)
            assert 1 == first.envelope.data.payload.stats[0].value
            setup.upstream.reply("GET", "/count", json={"count": 2})
            setup.time.advance(60)
            await service.retry("app")
            assert 2 == (await anext(watch)).envelope.data.payload.stats[0].value
        assert [] == [change async for change in watch]

    async def test_a_change_of_the_app_is_seen_at_once(self, setup):
        """Whoever watches has nothing of its old configuration any more; a deleted app is told as well."""
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await setup.add_meter("app")
        async with setup.open() as service, service.watch([DataRequest(app_id="app", endpoint_id="count")]) as watch:
            await anext(watch)
            await service.apps.update("app", enabled=False)
            assert ErrorCode.DISABLED is (await anext(watch)).envelope.error.code
            await service.apps.delete("app")
            assert ErrorCode.UNKNOWN_APP is (await anext(watch)).envelope.error.code

    async def test_a_change_made_in_another_event_loop_is_seen_as_well(self, setup, anyio_backend_name):
        """And is done without disturbing anybody, as in a view that a framework runs in a thread."""
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await setup.add_meter("app")
        async with setup.open() as service, service.watch([DataRequest(app_id="app", endpoint_id="count")]) as watch:
            await anext(watch)
            switch_off = partial(service.apps.update, "app", enabled=False)
            await anyio.to_thread.run_sync(partial(anyio.run, switch_off, backend=anyio_backend_name))
            with anyio.fail_after(60):
                assert ErrorCode.DISABLED is (await anext(watch)).envelope.error.code

    async def test_an_app_that_is_not_there_is_an_envelope(self, setup):
        """As everywhere."""
        async with setup.open() as service, service.watch([DataRequest(app_id="x", endpoint_id="count")]) as watch:
            assert ErrorCode.UNKNOWN_APP is (await anext(watch)).envelope.error.code

    async def test_a_service_is_left_while_somebody_comes(self, setup):
        """Who came in the last moment is told that there is no more, and nothing else is disturbed."""
        service = setup.service()
        async with AsyncExitStack() as stack:
            async with service:
                watch = await stack.enter_async_context(service.watch([DataRequest(app_id="app", endpoint_id="count")]))
            assert [] == [change async for change in watch]

    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_a_cancellation_that_a_host_made_up_ends_nothing(self, setup, anyio_backend):
        """Its repository lets one escape: a failure like any other, and the service goes on."""
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await setup.add_meter("app")
        get, wanted = setup.repository.get, [DataRequest(app_id="app", endpoint_id="count")]

        async def interrupted(app_id):
            raise asyncio.CancelledError

        setup.repository.get = interrupted
        async with setup.open() as service, service.watch(wanted) as watch:
            assert ErrorCode.INTERNAL is (await anext(watch)).envelope.error.code
            setup.repository.get = get
            assert (await service.fetch_data("app", "count")).success

    async def test_a_service_that_does_not_run_cannot_be_watched(self, setup):
        """That is a mistake in the program."""
        with pytest.raises(RuntimeError, match="not running"):
            setup.service().watch([])
