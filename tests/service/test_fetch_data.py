"""Live data: through the cache, one call for everybody, the last good data when a service fails."""

import json

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.testing import FakeReply

CANARY = "canary-5ecret-value"


def count(envelope):
    return envelope.data.payload.stats[0].value


async def test_live_data(setup):
    """An endpoint answers with its view, fresh and with its times."""
    await setup.add_meter()
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    shown = envelope.to_dict()
    assert (shown["success"], shown["data"]["view"], count(envelope)) == (True, "stat-card", 42)
    assert (shown["meta"]["age"], shown["meta"]["stale"], shown["meta"]["refreshError"]) == (0, False, None)


async def test_one_call_per_ttl(setup):
    """Within the time to live every caller is answered from memory."""
    await setup.add_meter()
    async with setup.open() as service:
        for _ in range(5):
            await service.fetch_data("meter-1", "count")
            setup.time.advance(1)
    assert len(setup.upstream.requests) == 1


async def test_thousand_callers_make_one_call(setup):
    """A thousand callers of a cold endpoint share one upstream call."""
    await setup.add_meter()
    found = []
    with Held(FakeReply(json={"count": 7})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with setup.open() as service:

            async def ask():
                found.append(count(await service.fetch_data("meter-1", "count")))

            async with anyio.create_task_group() as tasks:
                for _ in range(1_000):
                    tasks.start_soon(ask)
                await until(lambda: held.arrived)
                await anyio.wait_all_tasks_blocked()
                held.release()
    assert ([7] * 1_000, len(setup.upstream.requests)) == (found, 1)


async def test_caller_who_gives_up_harms_nobody(setup):
    """Cancelling the caller that began the call leaves the call to the others, and there is still only one."""
    await setup.add_meter()
    found = []
    caller = anyio.CancelScope()
    with Held(FakeReply(json={"count": 7})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with setup.open() as service:

            async def gives_up():
                with caller:
                    await service.fetch_data("meter-1", "count")

            async def ask():
                found.append(count(await service.fetch_data("meter-1", "count")))

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(gives_up)
                await until(lambda: held.arrived)
                caller.cancel()
                tasks.start_soon(ask)
                tasks.start_soon(ask)
                await anyio.wait_all_tasks_blocked()
                held.release()
    assert (found, len(setup.upstream.requests)) == ([7, 7], 1)


async def test_failure_reaches_all_who_waited(setup):
    """A failing call fails everybody who waited for it, with one upstream call."""
    await setup.add_meter()
    found = []
    with Held(FakeReply(status=500)) as held:
        setup.upstream.reply("GET", "/count", held)
        async with setup.open() as service:

            async def ask():
                found.append((await service.fetch_data("meter-1", "count")).error.code)

            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(ask)
                await until(lambda: held.arrived)
                await anyio.wait_all_tasks_blocked()
                held.release()
    assert (["upstream-error"] * 20, len(setup.upstream.requests)) == (found, 1)


async def test_failure_is_not_kept_as_data(setup):
    """After a failure and its back-off the next caller asks the service again."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with setup.open() as service:
        failed = await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", json={"count": 1})
        setup.time.advance(10)
        recovered = await service.fetch_data("meter-1", "count")
    assert (failed.success, recovered.success) == (False, True)


async def test_stale_data_with_its_reason(setup):
    """A failed refresh answers with the last good data, its age and the reason."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", status=503)
        setup.time.advance(30)
        envelope = await service.fetch_data("meter-1", "count")
    assert (count(envelope), envelope.meta.stale, envelope.meta.age) == (42, True, 30)
    assert envelope.meta.refresh_error.code == "upstream-error"


async def test_stale_data_at_once(setup):
    """While a refresh hangs, stale data is answered without waiting for it."""
    await setup.add_meter()
    async with setup.open(refresh_patience=0.05) as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.hang()
        setup.time.advance(30)
        with anyio.fail_after(30):
            found = [await service.fetch_data("meter-1", "count") for _ in range(2)]
    assert [(42, True, None)] * 2 == [(count(item), item.meta.stale, item.meta.refresh_error) for item in found]


async def test_recovery(setup):
    """New data replaces stale data, and the reason goes."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", status=503)
        setup.time.advance(30)
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", json={"count": 43})
        setup.time.advance(10)
        envelope = await service.fetch_data("meter-1", "count")
    assert (count(envelope), envelope.meta.stale, envelope.meta.refresh_error) == (43, False, None)


async def test_changed_config_shows_no_old_data(setup):
    """After a change of the configuration nothing of before is shown."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await service.apps.update("meter-1", integration=setup.meter, config={"timeout": 5})
        assert count(await service.fetch_data("meter-1", "count")) == 1


async def test_parameters_are_told_apart(setup):
    """Each set of parameters has data of its own, and equal ones share it."""
    await setup.add_meter()
    async with setup.open() as service:
        labels = [
            (await service.fetch_data("meter-1", "window", parameters=parameters)).data.payload.label
            for parameters in ({}, {"minutes": "5"}, {"minutes": 60})
        ]
    assert (labels, len(setup.upstream.requests)) == (["5 min", "5 min", "60 min"], 2)


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [({"minutes": "soon"}, {"minutes"}), ({"minute": 5}, {"minute"}), ({"minutes": None}, {"minutes"})],
)
async def test_wrong_parameters(setup, parameters, fields):
    """Parameters that do not fit are refused by name, and nothing is called."""
    await setup.add_meter()
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "window", parameters=parameters)
    assert (envelope.error.code, set(envelope.error.fields)) == ("invalid-request", fields)
    assert setup.upstream.requests == []


async def test_endpoint_without_parameters(setup):
    """An endpoint that takes no parameters refuses them."""
    await setup.add_meter()
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count", parameters={"minutes": 5})
    assert envelope.error.code == "invalid-request"


@pytest.mark.parametrize(
    ("app_id", "endpoint_id", "code", "hint"),
    [
        ("meter-2", "count", "unknown-app", "meter-1"),
        ("meter-1", "cuont", "unknown-endpoint", "count"),
    ],
)
async def test_unknown(setup, app_id, endpoint_id, code, hint):
    """What is not there is said with what is."""
    await setup.add_meter()
    async with setup.open() as service:
        envelope = await service.fetch_data(app_id, endpoint_id)
    assert (envelope.error.code, hint in envelope.error.message) == (code, True)


async def test_disabled_app(setup):
    """An app that is switched off is not called."""
    await setup.add_meter()
    await setup.apps.update("meter-1", enabled=False)
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    assert (envelope.error.code, setup.upstream.requests) == ("disabled", [])


async def test_dead_service_delays_nobody(setup):
    """An app whose service hangs does not delay another one."""
    await setup.add_meter("dead", url=setup.upstream.url + "/hang")
    await setup.add_meter("living")
    setup.upstream.reply("GET", "/hang/count", json={}, delay=60)
    async with setup.open() as service, anyio.create_task_group() as tasks:
        tasks.start_soon(service.fetch_data, "dead", "count")
        await until(lambda: setup.upstream.requests)
        with anyio.fail_after(30):
            assert (await service.fetch_data("living", "count")).success
        tasks.cancel_scope.cancel()


async def test_leaving_ends_calls_under_way(setup):
    """Leaving the service ends what is under way, and those who wait are told."""
    await setup.add_meter()
    setup.upstream.hang()
    found = []
    async with anyio.create_task_group() as tasks, setup.open() as service:

        async def ask():
            found.append((await service.fetch_data("meter-1", "count")).error)

        tasks.start_soon(ask)
        await until(lambda: setup.upstream.requests)
    assert [(error.code, error.reason) for error in found] == [("internal", "shutting-down")]


async def test_call_outside_of_the_service_is_a_mistake(setup):
    """A call before entering or after leaving raises."""
    async with setup.open() as service:
        pass
    with pytest.raises(RuntimeError, match="async with"):
        await service.fetch_data("a", "b")


async def test_body_exception_is_bare(setup):
    """What the body raises comes out as it is, not in a group."""
    with pytest.raises(LookupError, match="mine"):
        async with setup.open():
            raise LookupError("mine")


class BrokenCache:
    async def get(self, key):
        raise OSError("down")

    async def set(self, key, value, *, ttl):
        raise OSError("down")


async def test_failing_cache_costs_freshness_only(setup):
    """A cache that fails is as good as an empty one."""
    await setup.add_meter()
    async with setup.open(cache=BrokenCache()) as service:
        assert count(await service.fetch_data("meter-1", "count")) == 42


async def test_failing_repository_is_an_envelope(setup):
    """A database that fails is an internal error of the host, without its details."""

    async def fail(app_id):
        raise OSError(f"disk {CANARY}")

    setup.repository.get = fail
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    assert (envelope.error.code, envelope.error.source) == ("internal", "host")
    assert CANARY not in envelope.to_json().decode()


@pytest.mark.parametrize("levels", [0, 1, 2, 4])
async def test_secret_in_json_within_a_view(setup, levels):
    """A service that shows the request it got shows it as JSON, whose escapes a view escapes once more."""
    told = secret = 'canary"/\\secret'
    for _ in range(levels):
        told = json.dumps({"key": told})
    await setup.add_meter(api_key=secret)
    setup.upstream.reply("GET", "/alarms", json=[[told, "info"]])
    async with setup.open() as service:
        body = (await service.fetch_data("meter-1", "alarms")).to_json().decode()
    assert "canary" not in body
