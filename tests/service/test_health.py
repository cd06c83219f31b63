"""Health: how each app and each plugin is, told without asking anybody."""

from datetime import UTC, datetime

import pytest

from dashboard_integrations.errors import AuthFailedError, BadResponseError, RateLimitedError, UnreachableError
from dashboard_integrations.registry import PluginEntry, PluginOrigin, PluginState
from dashboard_integrations.service._health import health_of, without_folders
from dashboard_integrations.service._ledger import Ledger
from dashboard_integrations.views import Gauge

CANARY = "canary-5ecret-value"


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


async def app_of(service, app_id):
    return next(app for app in (await service.health()).data.apps if app.app_id == app_id)


async def test_app_that_was_never_called(setup):
    """An app that nobody asked for is idle; asking for health does not change that."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.health()
        app = await app_of(service, "meter-1")
    assert (app.state, app.calls, app.last_success, app.next_refresh) == ("idle", 0, None, None)
    assert setup.upstream.requests == []


async def test_app_that_works(setup, time):
    """Success is told with its time, its calls and what the cache saved."""
    await setup.add_meter()
    async with setup.open() as service:
        for _ in range(3):
            await service.fetch_data("meter-1", "count")
        app = await app_of(service, "meter-1")
    assert (app.state, app.calls, app.cache_hits, app.last_error) == ("ok", 1, 2, None)
    assert app.last_success == at(time.now)
    assert at(time.now + 10) <= app.next_refresh <= at(time.now + 10.5)
    assert app.latency == 0.0


async def test_stale_answer_is_a_hit(setup, time):
    """An answer from the cache counts, also while it is refreshed."""
    await setup.add_meter()
    async with setup.open(refresh_patience=0.0) as service:
        await service.fetch_data("meter-1", "count")
        time.advance(60)
        await service.fetch_data("meter-1", "count")
        app = await app_of(service, "meter-1")
    assert app.cache_hits == 1


def failing(setup, *errors):
    left = list(errors)

    async def behaviour(connection):
        error = left.pop(0) if len(left) > 1 else left[0]
        if error is None:
            return Gauge(label="x", value=1)
        raise error

    return setup.add_odd(behaviour)


async def state_after(setup, calls, *errors):
    await failing(setup, *errors)
    async with setup.open() as service:
        for _ in range(calls):
            await service.fetch_data("odd-1", "value")
            app = await app_of(service, "odd-1")
            setup.time.advance(10_000)
    return app


async def test_failing(setup, time):
    """The last error is told with its source and the seconds that are left."""
    began = time.now
    app = await state_after(setup, 1, BadResponseError("odd answer"))
    assert (app.state, app.last_error.code, app.last_error.source) == ("failing", "bad-response", "upstream")
    assert app.last_failure == at(began)
    assert (app.next_refresh - at(began)).total_seconds() == pytest.approx(app.last_error.retry_after, abs=0.001)


async def test_backing_off(setup):
    """An app whose service is down is left alone for a while."""
    app = await state_after(setup, 3, UnreachableError("refused", reason="refused"))
    assert (app.state, app.last_error.reason) == ("backing-off", "refused")
    assert app.next_refresh > app.last_failure


async def test_rate_limited(setup, time):
    """What the service asked for is waited for."""
    began = time.now
    app = await state_after(setup, 1, RateLimitedError("slow down", retry_after=120))
    assert (app.state, app.next_refresh) == ("backing-off", at(began + 120))


async def test_stopped(setup):
    """After refused credentials a person is needed: there is no next refresh."""
    app = await state_after(setup, 3, AuthFailedError("no"))
    assert (app.state, app.next_refresh, app.last_error.retry_after) == ("stopped", None, None)


async def test_recovered(setup):
    """After a success the last error is history: still told, and no state any more."""
    app = await state_after(setup, 2, BadResponseError("odd"), None)
    assert (app.state, app.last_error.code, app.last_error.retry_after) == ("ok", "bad-response", None)


async def test_retried(setup):
    """A person's retry leaves an app as if nobody had asked."""
    await failing(setup, AuthFailedError("no"))
    async with setup.open() as service:
        await service.fetch_data("odd-1", "value")
        await service.retry("odd-1")
        assert (await app_of(service, "odd-1")).state == "idle"


async def test_configuration_that_changed(setup):
    """What was known under another configuration says nothing of this one."""
    await setup.add_meter(api_key="wrong")
    setup.upstream.reply("GET", "/count", status=401)
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        await setup.apps.update("meter-1", integration=setup.meter, config={"api_key": "right"})
        app = await app_of(service, "meter-1")
    assert (app.state, app.last_error, app.calls) == ("idle", None, 0)


async def test_disabled(setup):
    """An app that is switched off says so, whatever was before."""
    await setup.add_meter()
    await setup.apps.update("meter-1", integration=setup.meter, enabled=False)
    async with setup.open() as service:
        assert (await app_of(service, "meter-1")).state == "disabled"


async def test_unknown_integration(setup):
    """An app whose plugin is not there says so."""
    await setup.add_meter()
    setup.registry = type(setup.registry)()
    async with setup.open() as service:
        app = await app_of(service, "meter-1")
        envelope = await service.fetch_data("meter-1", "count")
    assert (app.state, app.integration_type) == ("unknown-integration", "meter")
    assert (app.last_error.code, app.last_error.reason) == ("unknown-integration", "not-installed")
    assert "the integration 'meter' of 'meter-1' is not installed: install the package" in app.last_error.message
    assert app.last_error.message == envelope.error.message


async def test_an_integration_that_cannot_be_used_says_why(setup):
    """The plugin's own reason stands at its apps too, without the folders of this machine."""
    await setup.add_meter()
    entry = PluginEntry(
        id="meter", state=PluginState.BROKEN, origin=PluginOrigin.ENTRY_POINT, reason="no /opt/secret/place/meter.py"
    )
    health = health_of(await setup.apps.list(), [entry], ledger=Ledger(), blocked={}, now=0.0)
    app = health.apps[0]
    assert (app.state, app.last_error.reason) == ("unknown-integration", "broken")
    assert app.last_error.message == "the integration 'meter' of 'meter-1' is broken: no meter.py"


async def test_secrets_are_masked(setup):
    """The last error is the one that pages were told."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", status=500, text=f"no {CANARY} here")
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        health = await service.health()
    assert health.data.apps[0].last_error.code == "upstream-error"
    assert CANARY not in health.to_json().decode()


async def test_json(setup):
    """In JSON there is everything that the contract names."""
    await setup.add_meter()
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        value = (await service.health()).to_dict()
    assert set(value["data"]) == {"apps", "plugins", "blockedLoop"}
    assert set(value["data"]["apps"][0]) == {
        "appId",
        "name",
        "integrationType",
        "state",
        "lastSuccess",
        "lastFailure",
        "lastError",
        "latency",
        "calls",
        "cacheHits",
        "nextRefresh",
    }
    assert value["data"]["plugins"][0] == {
        "id": "meter",
        "state": "active",
        "distribution": None,
        "version": None,
        "reason": None,
        "loadSeconds": None,
        "blockedLoop": None,
    }


def entry(**attributes):
    return PluginEntry(**({"id": "x", "state": PluginState.BROKEN, "origin": PluginOrigin.ENTRY_POINT} | attributes))


def test_plugin_that_is_broken():
    """A row says why, without telling where things are on the machine."""
    row = entry(
        distribution="dashboard-x",
        version="1.2",
        load_seconds=0.12345,
        reason="dashboard-x 1.2 (x:X): ImportError: cannot import name 'a' from 'b' (/home/me/venv/lib/b/__init__.py)",
    )
    (plugin,) = health_of([], [row], ledger=Ledger(), blocked={}, now=0.0).plugins
    expected = "dashboard-x 1.2 (x:X): ImportError: cannot import name 'a' from 'b' (__init__.py)"
    assert (plugin.state, plugin.reason, plugin.load_seconds) == ("broken", expected, 0.123)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/lib/x.so.1: cannot open shared object file", "x.so.1: cannot open shared object file"),
        ("C:\\Users\\me\\x.dll is missing", "x.dll is missing"),
        ("No such file: '/srv/secret/x.json'", "No such file: 'x.json'"),
        ("see https://example.org/a/b and and/or", "see https://example.org/a/b and and/or"),
        ("update it: v3 / v4", "update it: v3 / v4"),
    ],
)
def test_folders(text, expected):
    """Of an absolute path the last part is left; what is none stays."""
    assert without_folders(text) == expected
