"""Back-off: a failing service is called as rarely as the policy says, and people see why."""

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.freshness import AppTrack, Rule
from dashboard_integrations.service import DataRequest
from dashboard_integrations.testing import FakeReply

FAILING = AppTrack(failures=1)


def calls(setup):
    return len(setup.upstream.requests)


async def test_no_call_while_backing_off(setup):
    """Right after a failure nothing is called; the answer says when it will be, and why."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        error = (await service.fetch_data("meter-1", "count")).error
    assert (error.code, error.reason, calls(setup)) == ("backing-off", "upstream-error", 1)
    assert 5 <= error.retry_after <= 6.25


async def test_first_failure_says_when_to_ask_again(setup):
    """The failure itself says when the next call may be."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with setup.open() as service:
        error = (await service.fetch_data("meter-1", "count")).error
    assert 5 <= error.retry_after <= 6.25


async def test_calls_of_a_dead_service_in_an_hour(setup):
    """Viewers who ask every five seconds for an hour cost a dead service no more calls than the policy allows."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500)
    async with setup.open() as service:
        for _ in range(720):
            await service.fetch_data("meter-1", "count")
            setup.time.advance(5)
    assert 10 <= calls(setup) <= 13


async def test_error_of_a_person_stays_itself(setup):
    """What a person has to mend is shown as it is, not as a back-off."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=401)
    async with setup.open() as service:
        codes = [(await service.fetch_data("meter-1", "count")).error.code for _ in range(3)]
    assert (codes, calls(setup)) == (["auth-failed"] * 3, 1)


async def strike_out(setup, service):
    setup.upstream.reply("GET", "/count", status=401)
    for _ in range(10):
        await service.fetch_data("meter-1", "count")
        setup.time.advance(1_000)


async def test_refused_credentials_stop_polling(setup):
    """After three refusals nothing is called any more, and nothing promises that it will be."""
    await setup.add_meter()
    async with setup.open() as service:
        await strike_out(setup, service)
        error = (await service.fetch_data("meter-1", "count")).error
    assert (calls(setup), error.code, error.retry_after) == (3, "auth-failed", None)


async def test_strikes_hold_for_all_endpoints(setup):
    """The credentials are the app's: its other endpoints are not called either."""
    await setup.add_meter()
    async with setup.open() as service:
        await strike_out(setup, service)
        error = (await service.fetch_data("meter-1", "alarms")).error
    assert (calls(setup), error.code) == (3, "auth-failed")


async def test_changed_config_is_called_at_once(setup):
    """A change of the configuration begins anew."""
    await setup.add_meter()
    async with setup.open() as service:
        await strike_out(setup, service)
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await service.apps.update("meter-1", integration=setup.meter, config={"api_key": "right"})
        assert (await service.fetch_data("meter-1", "count")).success


async def test_retry_by_hand(setup):
    """A person's retry is called at once."""
    await setup.add_meter()
    async with setup.open() as service:
        await strike_out(setup, service)
        setup.upstream.reply("GET", "/count", json={"count": 1})
        assert (await service.retry("meter-1")).success
        assert (await service.fetch_data("meter-1", "count")).success


async def test_successful_test_is_a_retry(setup):
    """A test of the app that works is a retry as well."""
    await setup.add_meter()
    async with setup.open() as service:
        await strike_out(setup, service)
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await service.test_connection(app_id="meter-1", config={})
        assert (await service.fetch_data("meter-1", "count")).success


async def test_retry_of_nobody(setup):
    """Retrying an app that is not there says so."""
    async with setup.open() as service:
        assert (await service.retry("nobody")).error.code == "unknown-app"


async def test_stale_data_says_the_next_refresh(setup):
    """While it backs off, stale data says when the next refresh may be."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.reply("GET", "/count", status=503, headers={"Retry-After": "120"})
        setup.time.advance(30)
        await service.fetch_data("meter-1", "count")
        meta = (await service.fetch_data("meter-1", "count")).meta
    assert (meta.next_refresh.timestamp() - setup.time.now, calls(setup)) == (120, 2)


async def test_circuit_spares_the_other_endpoints(setup):
    """A service that is down is not asked by each of its endpoints: one probe at a time, from whichever."""
    await setup.add_meter()
    setup.upstream.drop()
    async with setup.open() as service:
        for _ in range(3):
            await service.fetch_data("meter-1", "count")
            setup.time.advance(50)
        before = calls(setup)
        error = (await service.fetch_data("meter-1", "alarms")).error
        probes = calls(setup) - before
        await service.fetch_data("meter-1", "window")
    assert (error.code, probes, calls(setup) - before) == ("unreachable", 1, 1)


async def test_rule_of_the_host(setup):
    """A host says how long data of an app's endpoint is fresh."""
    await setup.add_meter()

    def rules(app, endpoint):
        return Rule(ttl=1_000, stale_for=0) if (app.id, endpoint.id) == ("meter-1", "count") else None

    async with setup.open(rules=rules) as service:
        for _ in range(3):
            await service.fetch_data("meter-1", "count")
            await service.fetch_data("meter-1", "alarms")
            setup.time.advance(300)
    paths = [request.path for request in setup.upstream.requests]
    assert (paths.count("/count"), paths.count("/alarms")) == (1, 3)


@pytest.mark.parametrize(
    ("author", "host", "refused"), [(1, None, True), (None, 1, True), (1, 600, True), (600, None, False)]
)
async def test_calls_per_minute(setup, author, host, refused):
    """Of what the author and the host allow the lower counts."""
    await setup.add_meter(timeout=10)
    setup.meter.calls_per_minute = author
    async with setup.open(calls_per_minute={} if host is None else {"meter": host}) as service:
        await service.fetch_data("meter-1", "count")
        error = (await service.fetch_data("meter-1", "alarms")).error
    assert (error is not None and error.reason == "own-limit") is refused


async def test_many_dead_services_starve_no_living_one(setup):
    """With every place for suspects taken by services that hang, a living one is answered."""
    for number in range(6):
        await setup.add_meter(f"dead-{number}", url=setup.upstream.url + "/dead")
    await setup.add_meter("living")
    with Held(FakeReply(json={})) as held:
        setup.upstream.reply("GET", "/dead/count", held)
        async with setup.open(calls_in_all=4) as service, anyio.create_task_group() as tasks:
            for number in range(6):
                service._ledger.of(await service._targets.find(f"dead-{number}", "count", {})).track = FAILING
            for number in range(6):
                tasks.start_soon(service.fetch_data, f"dead-{number}", "count")
            await until(lambda: held.arrived == 2)
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(30):
                assert (await service.fetch_data("living", "count")).success
            assert held.arrived == 2
            tasks.cancel_scope.cancel()


@pytest.mark.parametrize("options", [{"calls_per_app": 0}, {"calls_in_all": 1}])
async def test_limits_of_nothing(setup, options):
    """A limit that lets nobody through is refused."""
    with pytest.raises(ValueError, match="at least"):
        async with setup.open(**options):
            pass


async def test_endpoints_asked_together_send_one_probe(setup):
    """A page asks for all of its cards in the same moment: one of them is the probe, and the others wait for it."""
    await setup.add_meter()
    setup.upstream.drop()
    wanted = [DataRequest(app_id="meter-1", endpoint_id=name) for name in ("count", "alarms", "window")]
    async with setup.open() as service:
        await service.fetch_many(wanted)
        setup.time.advance(1_000)
        before = calls(setup)
        errors = sorted(each.error.code for each in (await service.fetch_many(wanted)).data)
    assert (errors, calls(setup) - before) == (["backing-off", "backing-off", "unreachable"], 1)


async def test_probe_that_succeeds_lets_the_others_call(setup):
    """Nothing is left of a probe: when it brought data, every endpoint is called again."""
    await setup.add_meter()
    setup.upstream.drop()
    wanted = [DataRequest(app_id="meter-1", endpoint_id=name) for name in ("count", "window")]
    async with setup.open() as service:
        for _ in range(3):
            await service.fetch_many(wanted)
            setup.time.advance(1_000)
        setup.upstream.recover()
        setup.upstream.reply("GET", "/count", json={"count": 1})
        await service.fetch_many(wanted)
        found = [each.success for each in (await service.fetch_many(wanted)).data]
    assert found == [True, True]
