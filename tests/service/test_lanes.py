"""What was answered a moment ago is answered again without a look at anything, and never after it is over."""

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.apps import InMemoryAppRepository
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.freshness import Snapshot
from dashboard_integrations.service import DataRequest
from dashboard_integrations.service import _lanes as module
from dashboard_integrations.service._lanes import Lane, Lanes
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._live import LiveData, LiveEnvelope, RetriedEnvelope
from dashboard_integrations.testing import FakeReply


class Looks:
    """Counts what is asked of a cache and a repository."""

    def __init__(self, inner):
        self.inner = inner
        self.count = 0
        self.during = None

    def __getattr__(self, name):
        getattr(self.inner, name)

        async def call(*args, **kwargs):
            self.count += 1
            value = await getattr(self.inner, name)(*args, **kwargs)
            if self.during is not None:
                during, self.during = self.during, None
                await during()
            return value

        return call


@pytest.fixture
def looks(setup):
    """The looks at the repository of apps."""
    found = Looks(InMemoryAppRepository())
    setup.apps._store._repository = found
    return found


def value_of(envelope):
    return envelope.data.payload.stats[0].value


async def test_given_again_without_a_look(setup, time, looks):
    """Neither the apps nor the cache are asked, and the age is that of the moment."""
    await setup.add_meter()
    cache = Looks(MemoryCache(clock=time))
    async with setup.open(cache=cache) as service:
        await service.fetch_data("meter-1", "count")
        await service.fetch_data("meter-1", "count")
        before = looks.count, cache.count
        time.advance(0.5)
        again = await service.fetch_data("meter-1", "count")
        batch = await service.fetch_many([DataRequest(app_id="meter-1", endpoint_id="count")] * 3)
        assert (looks.count, cache.count) == before
        health = await service.health()
    assert (value_of(again), again.meta.age, again.meta.stale) == (42, 0.5, False)
    assert [value_of(envelope) for envelope in batch.data] == [42, 42, 42]
    assert health.data.apps[0].cache_hits == 5


async def test_what_others_changed_shows_in_time(setup, time, looks):
    """An edit past the service's own apps shows once its time is over."""
    await setup.add_meter()
    async with setup.open(edits_seen_within=2.0) as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        await looks.inner.delete("meter-1")
        time.advance(1.9)
        still = await service.fetch_data("meter-1", "count")
        time.advance(0.2)
        gone = await service.fetch_data("meter-1", "count")
    assert (still.success, gone.error.code) == (True, ErrorCode.UNKNOWN_APP)


async def test_always_looked_at(setup, looks):
    """With no time at all, every answer looks at the app."""
    await setup.add_meter()
    async with setup.open(edits_seen_within=0) as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        await looks.inner.delete("meter-1")
        assert (await service.fetch_data("meter-1", "count")).error.code is ErrorCode.UNKNOWN_APP


def test_time_that_is_none(setup):
    """A negative time, or none, is a mistake."""
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="edits_seen_within is 0 seconds or more"):
            setup.service(edits_seen_within=wrong)


@pytest.mark.parametrize("change", ["edit", "delete", "disable"])
async def test_own_change_shows_at_once(setup, change):
    """Whatever is done to an app through the service's apps, the next answer knows it."""
    await setup.add_meter()
    async with setup.open() as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", json={"count": 7})
        if change == "delete":
            await setup.apps.delete("meter-1")
        elif change == "disable":
            await setup.apps.update("meter-1", enabled=False)
        else:
            await setup.apps.update("meter-1", integration=setup.meter, config={"timeout": 50})
        answer = await service.fetch_data("meter-1", "count")
    found = value_of(answer) if answer.success else answer.error.code
    assert found == {"edit": 7, "delete": ErrorCode.UNKNOWN_APP, "disable": ErrorCode.DISABLED}[change]


async def test_edit_while_the_app_is_read(setup, looks):
    """What was read before an edit and answered after it is not given again."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")

        async def edit():
            await setup.apps.update("meter-1", enabled=False)

        looks.during = edit
        await service.fetch_data("meter-1", "count")
        assert (await service.fetch_data("meter-1", "count")).error.code is ErrorCode.DISABLED


async def test_not_past_its_freshness(setup, time):
    """Data that is not fresh any more is refreshed, however short the time since it was answered."""
    await setup.add_meter()
    async with setup.open(edits_seen_within=3600) as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", json={"count": 7})
        time.advance(11)
        assert value_of(await service.fetch_data("meter-1", "count")) == 7


async def test_stale_while_a_refresh_is_under_way(setup, time, looks):
    """Stale data is given again for as long as its refresh takes, and the new data as soon as it is there."""
    await setup.add_meter()
    async with setup.open(refresh_patience=0.001) as service:
        await service.fetch_data("meter-1", "count")
        with Held(FakeReply(json={"count": 7})) as held:
            setup.upstream.reply("GET", "/count", held)
            time.advance(11)
            for _ in range(2):
                await service.fetch_data("meter-1", "count")
            before = looks.count
            stale = await service.fetch_data("meter-1", "count")
            assert (value_of(stale), stale.meta.stale, looks.count) == (42, True, before)
        await until(lambda: not service._running.fetcher._flights._flights)
        assert value_of(await service.fetch_data("meter-1", "count")) == 7


async def test_clock_that_is_set_back(setup, time, looks):
    """An answer from the future is looked at again."""
    await setup.add_meter()
    async with setup.open() as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        before = looks.count
        time.advance(-3600)
        await service.fetch_data("meter-1", "count")
        assert looks.count > before


async def test_failure_is_not_given_again(setup, time, looks):
    """While a service fails, every answer says when it is asked next."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", status=500)
        time.advance(11)
        await service.fetch_data("meter-1", "count")
        first = await service.fetch_data("meter-1", "count")
        time.advance(1)
        second = await service.fetch_data("meter-1", "count")
    errors = [envelope.meta.refresh_error for envelope in (first, second)]
    assert errors[0].retry_after - errors[1].retry_after == pytest.approx(1.0, abs=0.01)


async def test_ids_that_cannot_be(setup):
    """What is no id is an envelope, as ever."""
    await setup.add_meter()
    async with setup.open() as service:
        assert not (await service.fetch_data(["meter-1"], "count")).success


async def test_after_leaving_nothing_is_answered(setup):
    """A service that was left answers nothing, however short a time ago it did."""
    await setup.add_meter()
    async with setup.open() as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
    with pytest.raises(RuntimeError, match="not running"):
        await service.fetch_data("meter-1", "count")


def lane(size=10, *, since=0.0, until=100.0):
    snapshot = Snapshot(view="gauge", encoded=b"x" * size, fetched_at=0.0, expires_at=100.0)
    return Lane(LiveData("e", snapshot), AppLedger(app_id="a", fingerprint="f"), since=since, until=until)


def test_lanes_are_bounded(monkeypatch):
    """Neither their number nor their bytes grow without end."""
    monkeypatch.setattr(module, "_MOST", 3)
    lanes = Lanes()
    for number in range(10):
        lanes.open(f"app-{number}", "e", lane(), ticket=lanes.ticket)
    assert sum(lanes.answer(f"app-{number}", "e", 1.0) is not None for number in range(10)) in range(1, 4)
    monkeypatch.setattr(module, "_MOST_BYTES", 100)
    for number in range(10):
        lanes.open(f"big-{number}", "e", lane(60), ticket=lanes.ticket)
    assert sum(lanes.answer(f"big-{number}", "e", 1.0) is not None for number in range(10)) == 1


def test_lanes_are_counted_rightly():
    """Opening again, closing one and closing all leave no count behind."""
    lanes = Lanes()
    for _ in range(3):
        lanes.open("a", "e", lane(50), ticket=lanes.ticket)
        lanes.open("a", "f", lane(20), ticket=lanes.ticket)
    assert (lanes._count, lanes._bytes) == (2, 70)
    lanes.close_one("a", "e")
    lanes.close_one("a", "nothing")
    lanes.close_one("nobody", "e")
    assert (lanes._count, lanes._bytes) == (1, 20)
    lanes.close("a")
    assert (lanes._count, lanes._bytes, lanes._apps) == (0, 0, {})


@pytest.mark.parametrize("now", [1_000.0, 1_000.1234567, 1_059.9999, 1_060.0, 5_000.0, 10.0])
@pytest.mark.parametrize("next_try", [0.0, 1_030.0, 2_000.0, float("inf")])
@pytest.mark.parametrize("has_error", [False, True])
def test_same_json_as_any_envelope(now, next_try, has_error):
    """What is put together from kept parts is what encoding the whole gives, and so is its tag."""
    snapshot = Snapshot(view="stat-card", encoded=b'{"a":"\xc3\xa4"}', fetched_at=1_000.0, expires_at=1_060.0)
    error = None
    if has_error:
        error = ErrorBody(code=ErrorCode.TIMEOUT, message='slow "ä"', source=ErrorSource.UPSTREAM, retry_after=2.5)
    live = RetriedEnvelope(LiveData('count"', snapshot), now, refresh_error=error, next_try=next_try)
    whole = Envelope.of(live.data, meta=live.meta)
    assert (live.to_dict(), live.tag, live.success, live.error) == (whole.to_dict(), whole.tag, True, None)
    assert list(live.to_dict()["meta"]) == list(whole.to_dict()["meta"])
    assert isinstance(live.data, EndpointData)
    assert repr(whole.meta) in repr(live)


def test_live_envelope_cannot_be_changed():
    """An envelope is what it was made as."""
    envelope = LiveEnvelope(lane().live, 1.0)
    for name in ("data", "meta"):
        with pytest.raises(AttributeError):
            setattr(envelope, name, None)


async def test_many_at_once(setup):
    """However many ask at once, they are answered in their order, known ones and others."""
    for number in range(3):
        await setup.add_meter(f"meter-{number}")
    async with setup.open() as service:
        for _ in range(2):
            await service.fetch_data("meter-1", "count")
        wanted = [("meter-0", "count"), ("meter-1", "count"), ("nobody", "count"), ("meter-2", "count")]
        with anyio.fail_after(30):
            batch = await service.fetch_many([DataRequest(app_id=app, endpoint_id=name) for app, name in wanted])
    found = [value_of(item) if item.success else item.error.code for item in batch.data]
    assert found == [42, 42, ErrorCode.UNKNOWN_APP, 42]
