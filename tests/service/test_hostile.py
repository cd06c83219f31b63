"""Whatever an integration does costs its own card only: its answer is a typed error, and others never notice."""

import asyncio
import json
import threading
from contextlib import suppress
from functools import partial

import anyio
import pytest
import trio
from loop_clock import LoopClock
from pydantic import BaseModel, ConfigDict, Field, field_serializer
from waiting import until

from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import (
    AuthFailedError,
    ErrorSource,
    IntegrationError,
    RateLimitedError,
    UpstreamTimeoutError,
)
from dashboard_integrations.service import DataRequest
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Gauge,
    ListItem,
    ListView,
    Severity,
    Stat,
    StatCard,
    Threshold,
)

SOME_KB = 8 * 1024


async def both(setup, behaviour):
    """Return what the hostile app answers while, and before, an honest one is asked."""
    await setup.add_odd(behaviour)
    await setup.add_meter()
    found = []

    async def honest(service):
        found.append((await service.fetch_data("meter-1", "count")).success)

    async with setup.open() as service:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(honest, service)
            hostile = await service.fetch_data("odd-1", "value")
        await honest(service)
    assert [True, True] == found
    return hostile


async def out_of_time(setup, behaviour, *, grace=0.1):
    """Return what the hostile app answers once its time is over; while it has time, an honest one does not wait."""
    entered = anyio.Event()

    async def enters(connection):
        entered.set()
        return await behaviour(connection)

    await setup.add_odd(enters)
    await setup.add_meter()
    async with setup.open(grace=grace) as service, anyio.create_task_group() as tasks:
        tasks.start_soon(service.fetch_data, "odd-1", "value")
        await entered.wait()
        with anyio.fail_after(30):
            assert (await service.fetch_data("meter-1", "count")).success
        tasks.cancel_scope.cancel()
    async with setup.hurry(grace=grace) as service:
        hostile = await service.fetch_data("odd-1", "value")
        setup.give_time(service)
        assert (await service.fetch_data("meter-1", "count")).success
    return hostile


def raising(error):
    async def behaviour(connection):
        raise error

    return behaviour


class Nothing(BaseModel):
    """A configuration with nothing in it."""


class UnreadableError(Exception):
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __str__


class Trickster(str):
    """Text that cannot be looked at."""

    __slots__ = ()

    def __getitem__(self, index):
        raise SystemExit

    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __format__ = __hash__ = __str__


class OwnError(IntegrationError):
    code = "made-up"
    kind = "made-up"


class PropertyError(RateLimitedError):
    @property
    def message(self):
        raise ValueError("no")

    @message.setter
    def message(self, value):
        pass


def odd_error(**attributes):
    error = RateLimitedError("slow")
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


async def recurses(connection):
    return await recurses(connection)


async def recurses_without_awaiting(connection):
    def deeper():
        return deeper()

    return deeper()


def nested_group():
    error = ValueError("x")
    for _ in range(200):
        error = ExceptionGroup("deep", [error])
    return error


RAISED = [
    (raising(SystemExit(1)), "internal"),
    (raising(KeyboardInterrupt()), "internal"),
    (raising(GeneratorExit()), "internal"),
    (raising(asyncio.CancelledError()), "internal"),
    (raising(type("Own", (BaseException,), {})()), "internal"),
    (raising(StopIteration()), "internal"),
    (raising(StopAsyncIteration()), "internal"),
    (raising(MemoryError()), "internal"),
    (raising(UnreadableError()), "internal"),
    (raising(KeyError(UnreadableError())), "internal"),
    (raising(KeyError(Trickster("x"))), "internal"),
    (raising(nested_group()), "internal"),
    (raising(BaseExceptionGroup("both", [SystemExit(), KeyboardInterrupt()])), "internal"),
    (raising(OwnError("x")), "internal"),
    (raising(PropertyError("x")), "internal"),
    (raising(odd_error(message=UnreadableError())), "internal"),
    (raising(odd_error(message=Trickster("x"))), "internal"),
    (raising(odd_error(fields=7)), "internal"),
    (raising(odd_error(source="nobody")), "internal"),
    (raising(odd_error(retry_after="soon")), "rate-limited"),
    (raising(odd_error(retry_after=float("nan"))), "rate-limited"),
    (raising(odd_error(retry_after=-5)), "rate-limited"),
    (raising(odd_error(reason=7, details={1: 2})), "rate-limited"),
    (recurses, "internal"),
    (recurses_without_awaiting, "internal"),
]


@pytest.mark.parametrize(("behaviour", "code"), RAISED)
async def test_raises(setup, behaviour, code):
    """Any exception is a typed error of the one app; the service runs on and so does the other app."""
    hostile = await both(setup, behaviour)
    assert hostile.error.code == code
    json.loads(hostile.to_json())


@pytest.mark.parametrize(("behaviour", "code"), RAISED)
async def test_raises_in_a_test(setup, behaviour, code):
    """A test of the connection tells the same."""
    setup.odd.behaviour = staticmethod(behaviour)
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="odd", config={})
        assert (await service.list_integrations()).success
    assert envelope.error.code == code


HUGE = "spam " * 2_000_000


@pytest.mark.parametrize(
    "error",
    [
        AuthFailedError(HUGE),
        AuthFailedError("x", reason=HUGE),
        AuthFailedError("x", fields={f"field {n}": "wrong" for n in range(100_000)}),
        AuthFailedError("x", details={HUGE: "a"}),
        ValueError(HUGE),
        KeyError(HUGE),
        type("A" * 10_000, (Exception,), {})(),
    ],
)
async def test_huge_error(setup, error):
    """However much an integration says, an envelope holds some kilobytes of it."""
    hostile = await both(setup, raising(error))
    assert len(hostile.to_json()) < SOME_KB


async def test_secret_at_the_cut(setup):
    """A message is cut after its secrets are masked, so that no half of one is left."""
    secret = "canary-5ecret-value"

    async def says_it(connection):
        raise AuthFailedError("x" * (2_000 - 5) + secret)

    setup.meter.fetch_data = lambda endpoint_id, connection: says_it(connection)
    await setup.add_meter(api_key=secret)
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    assert (2_000, "canary" in envelope.error.message) == (len(envelope.error.message), False)


async def test_never_returns(setup):
    """An integration that never returns is a timeout; who asks for another app does not wait for it."""
    hostile = await out_of_time(setup, lambda connection: anyio.sleep_forever())
    assert (hostile.error.code, hostile.error.reason) == ("timeout", "deadline")


async def swallows_once(connection):
    with suppress(BaseException):
        await anyio.sleep_forever()
    return Gauge(label="late", value=1)


class Swallower:
    """Goes on whatever it is told, and counts how often that is."""

    def __init__(self):
        self.swallowed = 0

    async def always(self, connection):
        while True:
            try:
                await anyio.sleep(300)
            except BaseException:  # noqa: BLE001
                self.swallowed += 1

    async def in_a_group_of_its_own(self, connection):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 300)
            await self.always(connection)


LETS_GO = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@LETS_GO
@pytest.mark.parametrize("behaviour", [Swallower.always, Swallower.in_a_group_of_its_own])
async def test_swallows_cancellation(setup, behaviour):
    """A call that goes on whatever it is told is let go: callers have their answer, and the service can be left.

    It is told about a hundred times, once when its time is over and once when the service is left.
    """
    swallower = Swallower()
    with anyio.fail_after(120):
        hostile = await out_of_time(setup, partial(behaviour, swallower))
    assert (hostile.error.code, hostile.error.reason) == ("timeout", "deadline")
    assert swallower.swallowed < 500


async def leaves_a_scope_open(connection):
    anyio.CancelScope().__enter__()
    return Gauge(label="x", value=1)


async def leaves_a_cancelled_scope_open(connection):
    anyio.CancelScope(deadline=anyio.current_time() - 1).__enter__()
    await anyio.sleep_forever()


async def leaves_a_group_open(connection):
    group = await anyio.create_task_group().__aenter__()
    group.start_soon(anyio.sleep, 0.05)
    return Gauge(label="x", value=1)


async def fails_to_the_last(connection):
    while True:
        try:
            await anyio.sleep(60)
        except GeneratorExit:
            raise ValueError from None
        except BaseException:  # noqa: BLE001
            continue


@LETS_GO
@pytest.mark.parametrize("behaviour", [leaves_a_scope_open, leaves_a_cancelled_scope_open, leaves_a_group_open])
async def test_leaves_its_scopes_in_disorder(setup, behaviour):
    """What an integration does to the stack of its task's cancel scopes ends with that task."""
    await both(setup, behaviour)


@LETS_GO
async def test_fails_to_the_last(setup):
    """A call that raises even when it is thrown away is a timeout as any other."""
    hostile = await out_of_time(setup, fails_to_the_last)
    assert (hostile.error.code, hostile.error.reason) == ("timeout", "deadline")


async def test_returns_although_cancelled(setup):
    """Data that comes from a call whose time is over, but in time after all, is shown."""
    hostile = await out_of_time(setup, swallows_once, grace=60)
    assert hostile.data.payload.label == "late"


async def test_shields_itself(setup, caplog):
    """Callers are answered, and a third call is not begun while two are stuck; the log names the integration."""
    calls = []
    release = anyio.Event()

    async def shielded(connection):
        calls.append(connection.app.id)
        with anyio.CancelScope(shield=True):
            await release.wait()

    await setup.add_odd(shielded)
    async with setup.hurry() as service:
        codes = []
        for _ in range(3):
            codes.append((await service.fetch_data("odd-1", "value")).error.reason)
            setup.time.advance(10_000)
        release.set()
    assert (codes, len(calls)) == (["deadline", "deadline", "stuck"], 2)
    assert "integration-does-not-stop: odd" in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_shields_itself_while_the_service_is_left(setup, caplog):
    """On asyncio even a call that shields itself holds nobody up for longer than the grace."""

    async def shielded(connection):
        with anyio.CancelScope(shield=True):
            await anyio.sleep_forever()

    await setup.add_odd(shielded)
    with anyio.fail_after(30):
        async with setup.hurry() as service:
            await service.fetch_data("odd-1", "value")
    assert "integration-does-not-stop: odd" in caplog.text


async def test_holds_a_thread(setup):
    """A thread that an integration waits for delays neither its callers nor anybody else."""
    release = threading.Event()

    async def waits_for_a_thread(connection):
        await anyio.to_thread.run_sync(release.wait, 60)

    await setup.add_odd(waits_for_a_thread)
    async with setup.hurry() as service:
        envelope = await service.fetch_data("odd-1", "value")
        release.set()
    assert (envelope.error.code, envelope.error.reason) == ("timeout", "deadline")


async def test_blocks(setup, caplog):
    """Who blocks the event loop does delay others, and is named in the log and in health."""
    clock = LoopClock()

    async def blocks(connection):
        clock.hold(0.3)
        return Gauge(label="x", value=1)

    await setup.add_odd(blocks)
    service = setup.service(blocking_threshold=0.1)
    watchdog = clock.drive(service._watchdog)
    async with service:
        await service.fetch_data("odd-1", "value")
        await until(lambda: watchdog.blocked)
        health = (await service.health()).data
    blocked = next(plugin.blocked_loop for plugin in health.plugins if plugin.id == "odd")
    assert (blocked.times, "test_hostile.py" in blocked.last_place) == (1, True)
    assert "integration-blocks-loop: odd" in caplog.text


class OwnGauge(Gauge):
    """Looks like a gauge, with a key that no page knows."""

    secret_sauce: int = 1


class HarmlessGauge(Gauge):
    """A gauge with nothing of its own in its JSON."""

    def twice(self):
        return self.value * 2


class RaisingGauge(Gauge):
    @field_serializer("label")
    def _label(self, value):
        raise SystemExit


class LyingGauge(Gauge):
    @field_serializer("kind")
    def _kind(self, value):
        return "chart"


async def returned(value):
    return value


class OwnThreshold(Threshold):
    @field_serializer("value")
    def _value(self, value):
        return "a lot"


def tampered(made, **values):
    """Return it with values that nobody has checked: what is frozen can be changed by whoever wants to."""
    made.__dict__.update(values)
    return made


async def generator(connection):
    yield Gauge(label="x", value=1)


WRONG = [
    None,
    7,
    Gauge,
    object(),
    StatCard(stats=[Stat(label="x", value=1)]),
    OwnGauge(label="x", value=1),
    RaisingGauge(label="x", value=1),
    LyingGauge(label="x", value=1),
    tampered(Gauge(label="x", value=1), label=object()),
    tampered(Gauge(label="x", value=1), label=object(), value=float("nan")),
    tampered(Gauge(label="x", value=1), value="many"),
    tampered(Gauge(label="x", value=1), kind="chart"),
    tampered(Gauge(label="x", value=1), maximum=-1),
    tampered(Gauge(label="x", value=1), thresholds=[Threshold(value=1, status="ok")] * 2),
    tampered(Gauge(label="x", value=1), thresholds=[Threshold(value=n, status="ok") for n in range(11)]),
    tampered(Gauge(label="x", value=1), thresholds=[tampered(Threshold(value=1, status="ok"), status="bad")]),
    tampered(Gauge(label="x", value=1), thresholds=[object()]),
    tampered(Gauge(label="x", value=1), thresholds=None),
]


@pytest.mark.parametrize("value", WRONG)
async def test_returns_the_wrong_thing(setup, value):
    """What is not the view of the endpoint, as pages know it, is refused and named."""
    hostile = await both(setup, lambda connection: returned(value))
    assert (hostile.error.source, hostile.error.reason) == ("integration", "wrong-view")


async def test_returns_ten_megabytes(setup):
    """What no card can show is refused before anything is done with it."""
    huge = tampered(Gauge(label="x", value=1), label="x" * 10_000_000)
    hostile = await both(setup, lambda connection: returned(huge))
    assert (hostile.error.code, hostile.error.reason) == ("bad-response", "too-large")


async def test_view_of_a_harmless_subclass(setup):
    """A view that only has methods of its own is a view."""
    hostile = await both(setup, lambda connection: returned(HarmlessGauge(label="x", value=4)))
    assert (hostile.data.payload.label, hostile.data.payload.value) == ("x", 4)


async def test_parts_are_written_as_what_pages_know(setup):
    """What a class of the integration's own would make of one is not asked."""
    gauge = Gauge(label="x", value=4, thresholds=[OwnThreshold(value=1, status="ok")])
    hostile = await both(setup, lambda connection: returned(gauge))
    assert [1] == [threshold.value for threshold in hostile.data.payload.thresholds]


async def test_view_changed_after_it_was_returned(setup):
    """A snapshot is what the view was when it was returned."""
    kept = []

    async def keeps(connection):
        items = [ListItem(title="first", id="1")]
        kept.append(items)
        return ListView.model_construct(kind="list", items=items)

    class Lists(BaseIntegration[Nothing]):
        """Keeps what it returned."""

        id = "lists"
        name = "Lists"

        @endpoint(ttl=60)
        async def items(self, connection: Connection[Nothing]) -> ListView:
            """Some items."""
            return await keeps(connection)

    setup.registry.register(Lists)
    await setup.apps.create(name="l", integration=setup.registry.get("lists"), config={}, app_id="l")
    async with setup.open() as service:
        await service.fetch_data("l", "items")
        kept[0].clear()
        again = await service.fetch_data("l", "items")
    assert [item.title for item in again.data.payload.items] == ["first"]


@pytest.mark.parametrize(
    "replacement",
    [lambda *args: Gauge(label="x", value=1), lambda *args: generator(None), lambda *args: None, None],
)
@pytest.mark.parametrize("method", ["fetch_data", "test_connection"])
async def test_method_that_is_none(setup, method, replacement):
    """A method that stopped being async after it was looked at is the integration's error."""
    await setup.add_odd(None)
    integration = setup.registry.get("odd")
    setattr(integration, method, replacement)
    async with setup.open() as service:
        if method == "fetch_data":
            envelope = await service.fetch_data("odd-1", "value")
        else:
            envelope = await service.test_connection(integration_type="odd", config={})
    assert (envelope.error.code, envelope.error.source) == ("internal", "integration")


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(1), KeyboardInterrupt()])
async def test_property_that_breaks_later(setup, error):
    """An integration whose properties break later costs neither a batch nor the alerts nor the list of types."""
    await setup.add_odd(None)
    await setup.add_meter()
    setup.upstream.reply("GET", "/alarms", json=[["a", "warning"]])

    def breaks(self):
        raise error

    setup.odd.endpoints = property(breaks)
    async with setup.open() as service:
        wanted = [DataRequest(app_id=app_id, endpoint_id="count") for app_id in ("odd-1", "meter-1")]
        batch = (await service.fetch_many(wanted)).data
        alerts = (await service.alerts()).data
        listed = (await service.list_integrations()).data
    assert [False, True] == [envelope.success for envelope in batch]
    assert (["a"], ["meter"]) == ([alert.title for alert in alerts], [info.id for info in listed])


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_task_that_fails_later(setup):
    """A task that an integration began and left fails alone."""
    told = []

    async def fails_later():
        await asyncio.sleep(0.01)
        raise ValueError("later")

    async def begins(connection):
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
        tasks = [asyncio.create_task(fails_later())]
        tasks[0].add_done_callback(lambda task: tasks.clear())
        return Gauge(label="x", value=1)

    await setup.add_odd(begins)
    await setup.add_meter()
    async with setup.open() as service:
        assert (await service.fetch_data("odd-1", "value")).success
        await until(lambda: told)
        assert (await service.fetch_data("meter-1", "count")).success
    assert [ValueError] == [type(error) for error in told]


async def test_task_that_fails_within_the_call(setup):
    """The failure of a task in a group of the integration's own is the call's failure."""

    async def begins(connection):
        async with anyio.create_task_group() as group:
            group.start_soon(raising(RateLimitedError("slow")), None)
            await anyio.sleep_forever()

    hostile = await both(setup, begins)
    assert hostile.error.code == "rate-limited"


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_starts_a_task_beside_itself(setup):
    """On trio a task started in the nursery that the call runs in belongs to the call, and so does its failure."""

    async def starts(connection):
        trio.lowlevel.current_task().parent_nursery.start_soon(raising(ValueError("beside")), None)
        await trio.sleep_forever()

    hostile = await both(setup, starts)
    assert (hostile.error.code, hostile.error.reason) == ("internal", "ValueError")


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_cancels_its_own_task(setup):
    """An integration that cancels the task it runs in cancels its call and nothing else."""

    async def cancels(connection):
        asyncio.current_task().cancel()
        await anyio.sleep_forever()

    hostile = await both(setup, cancels)
    assert (hostile.error.code, hostile.error.source) == ("internal", "integration")


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_waits_for_a_task_that_was_cancelled(setup):
    """A cancellation that an integration brought upon itself is its failure, not the end of the service."""

    async def waits(connection):
        task = asyncio.create_task(asyncio.sleep(60))
        task.cancel()
        await task

    hostile = await both(setup, waits)
    assert (hostile.error.code, hostile.error.reason) == ("internal", "CancelledError")


class Lax(ServiceConfig):
    """A configuration that its integration can change."""

    model_config = ConfigDict(frozen=False)

    tags: list[str] = Field(default_factory=list)


class Choice(BaseModel):
    minutes: int = 5


class Changer(BaseIntegration[Lax]):
    """Changes whatever it is given."""

    id = "changer"
    name = "Changer"

    @endpoint(ttl=10)
    async def value(self, connection: Connection[Lax], choice: Choice) -> Gauge:
        """What it saw."""
        seen = f"{connection.config.tags} {connection.config.url.endswith('evil')} {sorted(connection.state)}"
        connection.config.tags.append("mine")
        connection.config.url = "http://evil"
        connection.state["mine"] = 1
        before, choice.minutes = choice.minutes, 60
        return Gauge(label=seen, value=before)


async def test_changes_what_it_is_given(setup):
    """What an integration does to its configuration or parameters, no other call sees; nor another app its state."""
    setup.registry.register(Changer)
    integration = setup.registry.get("changer")
    for app_id in ("1", "2"):
        await setup.apps.create(name=app_id, integration=integration, config={"url": "http://a"}, app_id=app_id)
    async with setup.open() as service:
        found = []
        for app_id, minutes in (("1", 5), ("1", 60), ("2", 5)):
            envelope = await service.fetch_data(app_id, "value", parameters={"minutes": minutes})
            found.append((envelope.data.payload.label, envelope.data.payload.value))
    assert found == [("[] False []", 5), ("[] False ['mine']", 60), ("[] False []", 5)]


async def test_forges_our_own_errors(setup):
    """An integration cannot pass for the host to be called more often."""

    async def forges(connection):
        calls.append(1)
        raise UpstreamTimeoutError("x", reason="busy", source=ErrorSource.HOST)

    calls = []
    await setup.add_odd(forges)
    async with setup.open() as service:
        for _ in range(5):
            await service.fetch_data("odd-1", "value")
    assert len(calls) == 1


async def test_alerts_of_all_in_spite_of_one(setup):
    """One integration that fails in its own way hides no other's alerts."""

    class Alarming(BaseIntegration[Nothing]):
        """Alarms."""

        id = "alarming"
        name = "Alarming"

        @endpoint(ttl=10)
        async def alarms(self, connection: Connection[Nothing]) -> AlertBanner:
            """What is wrong."""
            return AlertBanner(alerts=[Alert(id="a", severity=Severity.CRITICAL, title="hot")])

    setup.registry.register(Alarming)
    await setup.apps.create(name="a", integration=setup.registry.get("alarming"), config={}, app_id="a")
    await setup.add_odd(raising(SystemExit(1)))
    async with setup.open() as service:
        alerts = (await service.alerts()).data
    assert {"hot", "odd-1 shows no live data"} == {alert.title for alert in alerts}
