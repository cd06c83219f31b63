"""Testing a connection: typed configuration, stored secrets, nothing saved, nothing leaked."""

import base64
from contextlib import AsyncExitStack

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.testing import FakeReply

CANARY = "canary-5ecret-value"


async def test_report(setup):
    """A test that works says what it found."""
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="meter", config={"url": setup.upstream.url})
    assert envelope.to_dict()["data"] == {"version": "2.1", "account": None, "details": {"note": ""}}


async def test_nothing_is_saved(setup):
    """A test saves nothing."""
    async with setup.open() as service:
        await service.test_connection(integration_type="meter", config={"url": setup.upstream.url})
        assert await setup.apps.list() == []


async def test_stored_secret_is_used(setup):
    """With an app, a secret that is left out is the stored one."""
    await setup.add_meter()
    async with setup.open() as service:
        envelope = await service.test_connection(app_id="meter-1", config={"url": setup.upstream.url + "/"})
    assert (envelope.success, setup.upstream.requests[0].headers["x-api-key"]) == (True, CANARY)


async def test_stored_secret_does_not_go_to_another_origin(setup):
    """A stored secret is never sent to another origin: it has to be typed again."""
    await setup.add_meter()
    other = setup.upstream.url.replace("127.0.0.1", "localhost")
    async with setup.open() as service:
        envelope = await service.test_connection(app_id="meter-1", config={"url": other})
    assert (envelope.error.code, list(envelope.error.fields)) == ("invalid-config", ["api_key"])
    assert setup.upstream.requests == []


async def test_stored_secret_is_not_for_another_type(setup):
    """A stored secret is not used for an integration of another type."""
    await setup.add_meter()

    async def report(connection):
        raise AssertionError

    async with setup.open() as service:
        envelope = await service.test_connection(app_id="meter-1", integration_type="odd", config={"api_key": "x"})
    assert envelope.error.code == "invalid-config"


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({}, {"url"}),
        ({"url": "nas"}, {"url"}),
        ({"url": "http://nas", "timeout": "long", "api_kee": "x"}, {"timeout", "api_kee"}),
        ({"url": "http://nas", "api_key": {"x": CANARY}}, {"api_key"}),
    ],
)
async def test_invalid_config(setup, config, fields):
    """All that is wrong is said at once, by field, without the values."""
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="meter", config=config)
    assert (envelope.error.code, set(envelope.error.fields)) == ("invalid-config", fields)
    assert CANARY not in envelope.to_json().decode()


async def test_unknown_type(setup):
    """An unknown type is said with what there is."""
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="metre", config={})
    assert (envelope.error.code, "meter" in envelope.error.message) == ("unknown-integration", True)


async def test_no_type(setup):
    """A test has to say what of."""
    async with setup.open() as service:
        envelope = await service.test_connection(config={})
    assert envelope.error.code == "invalid-request"


async def test_unknown_app(setup):
    """A test of an app that is not there says so."""
    async with setup.open() as service:
        envelope = await service.test_connection(app_id="nobody", config={})
    assert envelope.error.code == "unknown-app"


async def test_each_test_logs_in_anew(setup):
    """A test uses no connection of the app: it proves what was typed."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        await service.test_connection(app_id="meter-1", config={"api_key": "another"})
        await service.fetch_data("meter-1", "alarms")
    keys = [request.headers["x-api-key"] for request in setup.upstream.requests]
    assert keys == [CANARY, "another", CANARY]


ECHOES = [
    CANARY,
    base64.b64encode(CANARY.encode()).decode(),
    f"user:{CANARY}",
    "".join(f"%{byte:02x}" for byte in CANARY.encode()),
]


@pytest.mark.parametrize("echo", ECHOES[:3])
async def test_service_that_echoes_the_secret(setup, echo):
    """A secret that the service sends back is masked in report and data."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/version", json={"version": "1", "note": f"key {echo}!"})
    setup.upstream.reply("GET", "/count", json={"count": f"key {echo}", "unit": "B"})
    async with setup.open() as service:
        tested = await service.test_connection(app_id="meter-1", config={})
        fetched = await service.fetch_data("meter-1", "count")
    assert (tested.success, fetched.success) == (True, True)
    assert CANARY not in tested.to_json().decode() + fetched.to_json().decode()
    assert echo not in tested.to_json().decode() + fetched.to_json().decode()


async def test_numbers_stay_numbers_beside_a_short_secret(setup):
    """A secret that looks like a number blanks no value."""
    await setup.add_meter(api_key="42")
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    assert envelope.data.payload.stats[0].value == 42


async def test_tests_have_a_bound_of_their_own(setup):
    """However often a person presses the button, no more than so many calls are under way; fetches do not wait."""
    await setup.add_meter()
    config = {"url": setup.upstream.url}
    with Held(FakeReply(json={"version": "2.1"})) as held:
        setup.upstream.reply("GET", "/version", held)
        async with setup.open(calls_in_all=2) as service:
            found = []

            async def press():
                found.append(await service.test_connection(integration_type="meter", config=config))

            async with anyio.create_task_group() as tasks:
                for _ in range(5):
                    tasks.start_soon(press)
                await until(lambda: held.arrived == 2)
                await anyio.wait_all_tasks_blocked()
                fetched = await service.fetch_data("meter-1", "count")
                arrived = held.arrived
                held.release()
    assert (arrived, fetched.success, [each.success for each in found]) == (2, True, [True] * 5)


async def test_a_test_without_a_place_in_time_says_so(setup):
    """The person is told that the service was not called."""
    await setup.add_meter()
    async with setup.open(calls_per_app=1, deadline=0.1) as service, AsyncExitStack() as held:
        await held.enter_async_context(service._running.tester.limits.place("meter-1", is_suspect=False))
        error = (await service.test_connection(app_id="meter-1", config={})).error
    assert (error.code, error.reason, error.source, setup.upstream.requests) == ("timeout", "busy", "host", [])
