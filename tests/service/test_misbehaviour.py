"""What an integration lets escape becomes the right typed error, in test and in fetch alike."""

import logging
import ssl

import anyio
import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from dashboard_integrations.errors import AuthFailedError, RateLimitedError
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.views import Gauge, Stat, StatCard

CANARY = "canary-5ecret-value"


def raising(error):
    async def behaviour(connection):
        raise error

    return behaviour


def group(*errors):
    return BaseExceptionGroup("several", list(errors))


class Answer(BaseModel):
    number: int


async def read_wrong(connection):
    Answer.model_validate({"number": CANARY})


ESCAPES = [
    (raising(AuthFailedError("no")), "auth-failed", "upstream"),
    (raising(group(ValueError(), RateLimitedError("slow"))), "rate-limited", "upstream"),
    (raising(httpx.ConnectError("refused")), "unreachable", "upstream"),
    (raising(httpx.ReadTimeout("slow")), "timeout", "upstream"),
    (raising(ConnectionRefusedError()), "unreachable", "upstream"),
    (raising(TimeoutError()), "timeout", "upstream"),
    (raising(ssl.SSLCertVerificationError("untrusted")), "tls-untrusted", "upstream"),
    (raising(KeyError("speed")), "internal", "integration"),
    (raising(TypeError("none")), "internal", "integration"),
    (read_wrong, "internal", "integration"),
    (raising(ZeroDivisionError()), "internal", "integration"),
    (raising(SystemExit(3)), "internal", "integration"),
    (raising(GeneratorExit()), "internal", "integration"),
    (raising(group(KeyError("x"))), "internal", "integration"),
]


@pytest.mark.parametrize(("behaviour", "code", "source"), ESCAPES)
async def test_fetch(setup, behaviour, code, source):
    """Whatever is raised, a fetch answers with its typed error."""
    await setup.add_odd(behaviour)
    async with setup.open() as service:
        envelope = await service.fetch_data("odd-1", "value")
    assert (envelope.error.code, envelope.error.source) == (code, source)
    assert CANARY not in envelope.to_json().decode()


@pytest.mark.parametrize(("behaviour", "code", "source"), ESCAPES)
async def test_test(setup, behaviour, code, source):
    """Whatever is raised, a test answers with the same typed error."""
    setup.odd.behaviour = staticmethod(behaviour)
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="odd", config={})
    assert (envelope.error.code, envelope.error.source) == (code, source)


ANSWERS = [
    ({"cuont": 1}, "bad-response"),
    ([1, 2], "bad-response"),
    ({"count": {"a": 1}}, "bad-response"),
    (None, "bad-response"),
]


@pytest.mark.parametrize(("answer", "code"), ANSWERS)
async def test_answer_of_another_shape(setup, answer, code):
    """An answer that the integration trips over is the service's, and says so."""
    await setup.add_meter()
    setup.upstream.reply("GET", "/count", body=TypeAdapter(object).dump_json(answer))
    async with setup.open() as service:
        envelope = await service.fetch_data("meter-1", "count")
    assert (envelope.error.code, envelope.error.source) == (code, "upstream")


async def returns_nothing(connection):
    return None


async def returns_another_view(connection):
    return StatCard(stats=[Stat(label="x", value=1)])


async def returns_a_dict(connection):
    return {"kind": "gauge", "label": "x", "value": 1}


async def returns_what_was_not_validated(connection):
    gauge = Gauge(label="x", value=1)
    gauge.__dict__.update(label=object(), value=float("nan"))
    return gauge


@pytest.mark.parametrize("behaviour", [returns_nothing, returns_another_view, returns_a_dict])
async def test_wrong_view(setup, behaviour):
    """What is not the declared view is the integration's error, and never shown."""
    await setup.add_odd(behaviour)
    async with setup.open() as service:
        envelope = await service.fetch_data("odd-1", "value")
    assert (envelope.error.code, envelope.error.reason) == ("internal", "wrong-view")


async def test_view_that_was_not_validated(setup):
    """A view built around validation does not reach a page."""
    await setup.add_odd(returns_what_was_not_validated)
    async with setup.open() as service:
        envelope = await service.fetch_data("odd-1", "value")
    assert (envelope.success, envelope.error.source) == (False, "integration")


async def returns_a_dict_as_report(connection):
    return {"version": "1"}


async def test_wrong_report(setup):
    """A test has to return a report."""
    setup.odd.behaviour = staticmethod(returns_a_dict_as_report)
    async with setup.open() as service:
        envelope = await service.test_connection(integration_type="odd", config={})
    assert (envelope.error.code, envelope.error.reason) == ("internal", "wrong-type")


async def test_deadline(setup):
    """An integration that never returns is a timeout."""

    async def never(connection):
        await anyio.sleep_forever()

    await setup.add_odd(never)
    async with setup.hurry() as service:
        fetched = await service.fetch_data("odd-1", "value")
    async with setup.open(deadline=0.1) as service:
        tested = await service.test_connection(integration_type="odd", config={})
    assert [("timeout", "deadline")] * 2 == [(item.error.code, item.error.reason) for item in (fetched, tested)]


async def test_integration_without_a_url_has_no_transport(setup):
    """An integration whose configuration has no URL gets a clear error when it calls one."""

    async def calls(connection):
        return await connection.get_json("/x")

    await setup.add_odd(calls)
    async with setup.open() as service:
        envelope = await service.fetch_data("odd-1", "value")
    assert (envelope.error.code, envelope.error.reason) == ("internal", "TypeError")


async def test_state_is_kept_for_the_app(setup):
    """What an integration remembers is there at its next call, for this app only."""

    async def remembers(connection):
        connection.state["calls"] = connection.state.get("calls", 0) + 1
        return Gauge(label=connection.app.name, value=connection.state["calls"])

    await setup.add_odd(remembers, "one")
    await setup.add_odd(remembers, "two")
    async with setup.open() as service:
        found = []
        for app_id in ("one", "one", "two"):
            found.append((await service.fetch_data(app_id, "value")).data.payload.value)
            setup.time.advance(100_000)
    assert found == [1, 2, 1]


async def test_values_of_a_failure_are_not_logged(setup, caplog):
    """The log says where an integration failed, and nothing of the values it failed with."""

    async def fails(connection):
        raise RuntimeError(f"password {CANARY}")

    await setup.add_odd(fails)
    with caplog.at_level(logging.DEBUG):
        async with setup.open() as service:
            envelope = await service.fetch_data("odd-1", "value")
    assert "RuntimeError" in caplog.text
    assert "test_misbehaviour.py" in caplog.text
    assert CANARY not in caplog.text + envelope.to_json().decode()


async def report(connection):
    return ConnectionReport()


async def test_test_needs_no_call(setup):
    """An integration that calls nothing is tested by its configuration alone."""
    setup.odd.behaviour = staticmethod(report)
    async with setup.open() as service:
        assert (await service.test_connection(integration_type="odd", config={})).success
