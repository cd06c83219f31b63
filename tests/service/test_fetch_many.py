"""Many at once: in order, each with its own outcome, none delayed by another."""

import anyio
from waiting import Held, until

from dashboard_integrations.service import DataRequest
from dashboard_integrations.testing import FakeReply


async def test_order_and_outcomes(setup):
    """Envelopes come in the order of the requests, failures among them."""
    await setup.add_meter()
    requests = [
        DataRequest(app_id="meter-1", endpoint_id="count"),
        DataRequest(app_id="nobody", endpoint_id="count"),
        DataRequest(app_id="meter-1", endpoint_id="window", parameters={"minutes": 1}),
    ]
    async with setup.open() as service:
        envelopes = (await service.fetch_many(requests)).data
    assert [envelope.error and envelope.error.code for envelope in envelopes] == [None, "unknown-app", None]


async def test_none(setup):
    """Asking for nothing gets nothing."""
    async with setup.open() as service:
        assert (await service.fetch_many([])).data == []


async def test_all_are_called_at_once(setup):
    """No service waits for another one's answer."""
    app_ids = ["one", "two", "three"]
    for app_id in app_ids:
        await setup.add_meter(app_id)
    found = []

    async def fetch(service):
        wanted = [DataRequest(app_id=app_id, endpoint_id="count") for app_id in app_ids]
        found.extend((await service.fetch_many(wanted)).data)

    with Held(FakeReply(json={"count": 1})) as held:
        setup.upstream.reply("GET", "/count", held)
        async with setup.open() as service, anyio.create_task_group() as tasks:
            tasks.start_soon(fetch, service)
            await until(lambda: held.arrived == 3)
            held.release()
    assert [envelope.success for envelope in found] == [True] * 3


async def test_slow_service_delays_only_itself(setup):
    """What is there arrives in time; the slow one says that it is waited for, and arrives with a later call."""
    await setup.add_meter("quick")
    await setup.add_meter("slow", url=setup.upstream.url + "/slow")
    requests = [DataRequest(app_id=app_id, endpoint_id="count") for app_id in ("slow", "quick")]
    with Held(FakeReply(json={"count": 1})) as held:
        setup.upstream.reply("GET", "/slow/count", held)
        async with setup.open(batch_patience=0.05) as service:
            await service.fetch_data("quick", "count")
            first = (await service.fetch_many(requests)).data
            held.release()
            await service.fetch_data("slow", "count")
            second = (await service.fetch_many(requests)).data
    assert [envelope.success for envelope in first] == [False, True]
    assert (first[0].error.code, first[0].error.reason) == ("timeout", "pending")
    assert [envelope.success for envelope in second] == [True, True]
    assert len([request for request in setup.upstream.requests if request.path == "/slow/count"]) == 1


async def test_same_endpoint_twice(setup):
    """The same wish twice is one upstream call."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_many([DataRequest(app_id="meter-1", endpoint_id="count")] * 20)
    assert len(setup.upstream.requests) == 1
