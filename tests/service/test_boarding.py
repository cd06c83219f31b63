"""Who asks while a first answer is waited for joins the wait, without a look at anything."""

from contextlib import asynccontextmanager

import anyio
import pytest
from waiting import Held, turns, until

from dashboard_integrations.apps import InMemoryAppRepository
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeReply


class CountingRepository(InMemoryAppRepository):
    """Counts how often an app is looked for."""

    looks = 0

    async def get(self, app_id):
        self.looks += 1
        return await super().get(app_id)


@pytest.fixture
def repository(setup):
    """The apps, which are counted."""
    found = setup.apps._store._repository = CountingRepository()
    return found


def value_of(envelope):
    return envelope.data.payload.stats[0].value


class Callers:
    """Tasks that want the same, and what they were told."""

    def __init__(self, service, tasks):
        self.answers = []
        self._service = service
        self._tasks = tasks

    async def come(self, count=1):
        for _ in range(count):
            self._tasks.start_soon(self._ask)
        await turns()

    async def _ask(self):
        self.answers.append(await self._service.fetch_data("meter-1", "count"))


@asynccontextmanager
async def callers_of(setup, **options):
    """Yield callers of an endpoint whose first call is held back, and what holds it."""
    await setup.add_meter()
    with Held(FakeReply(json={"count": 42})) as held:
        setup.upstream.reply("GET", "/count", held, FakeReply(json={"count": 43}))
        async with setup.open(**options) as service, anyio.create_task_group() as tasks:
            callers = Callers(service, tasks)
            await callers.come()
            await until(lambda: held.arrived == 1)
            yield callers, held


async def test_nothing_is_looked_at(setup, repository):
    """A hundred more make no look and no call, and each has the data."""
    async with callers_of(setup) as (callers, held):
        before = repository.looks
        await callers.come(100)
        assert repository.looks == before
        held.release()
    assert [42] * 101 == [value_of(answer) for answer in callers.answers]
    assert 1 == len(setup.upstream.requests)


async def test_failure_reaches_all(setup):
    """With the code that the one call had."""
    async with callers_of(setup) as (callers, held):
        await callers.come(10)
        held._answer = FakeReply(status=401)
        held.release()
    assert [ErrorCode.AUTH_FAILED] * 11 == [answer.error.code for answer in callers.answers]


async def test_first_caller_gives_up(setup):
    """Whoever joined is waited for by the service itself."""
    await setup.add_meter()
    with Held(FakeReply(json={"count": 42})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with setup.open() as service, anyio.create_task_group() as tasks:
            scope = anyio.CancelScope()
            tasks.start_soon(_within, scope, service)
            await until(lambda: held.arrived == 1)
            callers = Callers(service, tasks)
            await callers.come(3)
            scope.cancel()
            await turns()
            held.release()
    assert [42] * 3 == [value_of(answer) for answer in callers.answers]


async def _within(scope, service):
    with scope:
        await service.fetch_data("meter-1", "count")


async def test_edit_is_not_passed_over(setup):
    """Who comes after it is told of what it made, and not of what was under way before."""
    async with callers_of(setup) as (callers, held):
        await setup.apps.update("meter-1", integration=setup.meter, config={"timeout": 50})
        await callers.come()
        await until(lambda: len(callers.answers) == 1)
        assert 43 == value_of(callers.answers[0])
        held.release()


@pytest.mark.parametrize("edits_seen_within", [0, 5])
async def test_what_others_changed_shows_in_time(setup, repository, time, edits_seen_within):
    """An app that another process edits is looked at again after the time that the host allows, or each time."""
    async with callers_of(setup, edits_seen_within=edits_seen_within) as (callers, held):
        before = repository.looks
        time.advance(edits_seen_within)
        await callers.come()
        assert repository.looks > before
        held.release()


async def test_leaving_the_service(setup):
    """It tells everybody who waits, and holds nobody."""
    await setup.add_meter()
    with Held(FakeReply(json={"count": 42})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with anyio.create_task_group() as tasks:
            async with setup.open(grace=0.1) as service:
                callers = Callers(service, tasks)
                await callers.come()
                await until(lambda: held.arrived == 1)
                await callers.come(5)
            held.release()
    assert 6 == len(callers.answers)
    assert not any(answer.success for answer in callers.answers)


async def test_nothing_is_kept_once_it_is_there(setup):
    """Whatever came of it."""
    async with callers_of(setup) as (callers, held):
        await callers.come()
        lanes = callers._service._lanes
        assert lanes.boarding("meter-1", "count", setup.time())
        held.release()
        await until(lambda: len(callers.answers) == 2)
        assert lanes.boarding("meter-1", "count", setup.time()) is None
        assert {} == lanes._boarding
