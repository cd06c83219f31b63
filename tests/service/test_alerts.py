"""Alerts of all apps: what services report, and which cannot be reached."""

import pytest

from dashboard_integrations.views import Gauge


async def titles(service):
    return [alert.title for alert in (await service.alerts()).data]


async def test_no_alerts(setup):
    """No alerts is good news."""
    await setup.add_meter()
    async with setup.open() as service:
        assert await titles(service) == []


async def test_most_severe_first(setup):
    """Alerts of all apps come in one list, the most severe first."""
    await setup.add_meter("b")
    await setup.add_meter("a")
    setup.upstream.reply("GET", "/alarms", json=[["note", "info"], ["fire", "critical"], ["smoke", "warning"]])
    async with setup.open() as service:
        alerts = (await service.alerts()).to_dict()["data"]
    assert [(alert["severity"], alert["appId"]) for alert in alerts] == [
        ("critical", "a"),
        ("critical", "b"),
        ("warning", "a"),
        ("warning", "b"),
        ("info", "a"),
        ("info", "b"),
    ]


async def test_ids_are_unique_and_stable(setup):
    """An alert keeps its id over refreshes, and no other app has it."""
    await setup.add_meter("a")
    await setup.add_meter("b")
    setup.upstream.reply("GET", "/alarms", json=[["fire", "critical"]])
    async with setup.open() as service:
        first = [alert.id for alert in (await service.alerts()).data]
        setup.time.advance(60)
        second = [alert.id for alert in (await service.alerts()).data]
    assert (first, len(set(first))) == (second, 2)


async def test_unreachable_service(setup):
    """A service that cannot be reached is a critical alert, since its first failure."""
    await setup.add_meter()
    setup.upstream.stop()
    async with setup.open() as service:
        await service.alerts()
        setup.time.advance(60)
        alerts = (await service.alerts()).data
    assert [(alert.severity, alert.title) for alert in alerts] == [("critical", "meter-1 cannot be reached")]
    assert alerts[0].since.timestamp() == setup.time.now - 60


async def test_unreachable_with_old_data(setup):
    """Alerts of before stay while the service is down, beside the one that says so."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/alarms", json=[["smoke", "warning"]])
    async with setup.open() as service:
        await service.alerts()
        setup.upstream.stop()
        setup.time.advance(60)
        assert await titles(service) == ["meter-1 cannot be reached", "smoke"]


async def test_app_without_alert_endpoint(setup):
    """An app that reports no alerts is asked for its first endpoint, so that its absence is noticed."""

    async def fails(connection):
        raise ConnectionRefusedError

    await setup.add_odd(fails)
    async with setup.open() as service:
        assert await titles(service) == ["odd-1 cannot be reached"]


@pytest.mark.parametrize("status", [401, 500])
async def test_service_that_refuses(setup, status):
    """A service that answers with a failure is a warning that carries the reason."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/alarms", status=status)
    async with setup.open() as service:
        alerts = (await service.alerts()).data
    assert [(alert.severity, alert.title) for alert in alerts] == [("warning", "meter-1 shows no live data")]
    assert alerts[0].message


async def test_one_slow_answer_is_no_alarm(setup):
    """A timeout is an alarm when it happens twice in a row; nothing listening is one at once."""
    await setup.add_meter(timeout=0.2)
    setup.upstream.hang()
    async with setup.open() as service:
        first = await titles(service)
        setup.time.advance(10)
        second = await titles(service)
    assert (first, second) == ([], ["meter-1 cannot be reached"])


async def test_recovery(setup):
    """The alert goes when the service answers again."""
    await setup.add_meter()
    setup.upstream.stop()
    async with setup.open() as service:
        before = await titles(service)
        setup.upstream.start()
        setup.time.advance(10)
        after = await titles(service)
    assert (before, after) == (["meter-1 cannot be reached"], [])


async def test_apps_that_are_off_or_gone(setup):
    """Apps that are switched off or whose integration is missing raise no alert and break none."""

    async def works(connection):
        return Gauge(label="x", value=1)

    await setup.add_meter("off")
    await setup.apps.update("off", enabled=False)
    await setup.add_odd(works)
    record = await setup.apps.get("odd-1")
    await setup.repository.add(type(record)(id="gone", name="gone", integration_type="removed", integration_config="x"))
    await setup.repository.add(type(record)(id="bookmark", name="bookmark"))
    async with setup.open() as service:
        assert await titles(service) == []


async def test_what_fails_for_one_app_hides_no_alert_of_others(setup):
    """A mistake in the host's rules, or what another version cached, costs the alerts of its app only."""
    await setup.add_meter("a")
    await setup.add_meter("b")
    setup.upstream.reply("GET", "/alarms", json=[["fire", "critical"]])

    def rules(app, endpoint):
        if app.id == "a":
            raise KeyError(app.id)

    async with setup.open(rules=rules) as service:
        assert [alert.app_id for alert in (await service.alerts()).data] == ["b"]
