"""The fault matrix: at each call, as it is answered when all is well, and without taking a busy machine for a fault."""

import contextlib
from dataclasses import replace

import pytest
from suspects.good import Good, Level
from suspects.meter import Meter
from suspects.services import GOOD_CONFIG, METER_CONFIG, declare_good, declare_meter

from dashboard_integrations import endpoint
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeReply
from dashboard_integrations.testing.conformance._bench import open_bench
from dashboard_integrations.testing.conformance._matrix import matrix_problems, sites_of
from dashboard_integrations.testing.conformance._readings import BodyKind, body_kind, readings
from dashboard_integrations.testing.conformance._subject import Subject
from dashboard_integrations.testing.faults import FAULTS
from dashboard_integrations.views import Gauge, Stat, StatCard

BY_NAME = {fault.name: fault for fault in FAULTS}


def subject_of(integration, config, declare):
    return Subject(integration=integration, config=config, parameters={}, declare=declare)


GOOD = subject_of(Good, GOOD_CONFIG, declare_good)
METER = subject_of(Meter, METER_CONFIG, declare_meter)


async def test_every_call_is_a_site():
    """Each call of each target; the login, which is the same for all, at two of them."""
    async with open_bench(GOOD) as bench:
        sites = await sites_of(bench)
    assert [
        "test: POST /login",
        "test: GET /version",
        "level: POST /login",
        "level: GET /level",
        "summary: GET /level",
        "summary: GET /tanks",
        "tanks: GET /tanks",
    ] == [str(site) for site in sites]


@pytest.mark.parametrize("name", ["refused", "hang-after-connect", "reset-in-body", "status-401", "sign-in-page"])
async def test_a_fault_at_a_later_call_meets_that_call(name):
    """One that ignores its second call shows data, and is found out at that call only."""

    class Ignores(Good):
        @endpoint()
        async def summary(self, connection) -> StatCard:
            """Ignore the second call."""
            level = (await connection.get_json("level", Level)).level
            with contextlib.suppress(Exception):
                await connection.get_json("tanks")
            return StatCard(stats=[Stat(label="Level", value=level)])

    async with open_bench(replace(GOOD, integration=Ignores)) as bench:
        problems = await matrix_problems(bench, [BY_NAME[name]], tolerated={})
    assert [f"summary: GET /tanks: {name}"] == [":".join(problem.split(":")[:3]) for problem in problems]


async def test_a_busy_machine_is_not_taken_for_a_fault():
    """Where little time is given and used up, there is a second try with more."""

    def declare(service):
        declare_good(service)
        service.reply("GET", "/level", FakeReply(json={"level": 7.5}, delay=0.7))

    async with open_bench(replace(GOOD, declare=declare)) as bench:
        assert [] == await matrix_problems(bench, [BY_NAME["hang-in-body"]], tolerated={})


async def test_what_is_tolerated_may_be_data():
    """By method, path and the name of the fault; what is not needed is a problem of its own."""

    class Forgiving(Meter):
        @endpoint()
        async def level(self, connection) -> Gauge:
            """Take 404 for nothing."""
            response = await connection.request("GET", "level", accept={404})
            value = None if response.status == 404 else response.json()["level"]
            return Gauge(label="Level", value=value)

    faults = [BY_NAME["status-404"], BY_NAME["status-500"]]
    reasons = {"status-404": "there may be none", "status-500": "no reason"}
    async with open_bench(replace(METER, integration=Forgiving)) as bench:
        without = await matrix_problems(bench, faults, tolerated={})
        tolerated = await matrix_problems(bench, faults, tolerated={"GET /level": reasons})
    assert ["level: GET /level: status-404"] == [":".join(problem.split(":")[:3]) for problem in without]
    assert ["tolerated['GET /level']['status-500'] is not needed: take it out"] == tolerated


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"a": 1}', BodyKind.OBJECT),
        (b"[1]", BodyKind.LIST),
        (b"null", BodyKind.SCALAR),
        (b" <!doctype html>", BodyKind.PAGE),
        (b"v4.6.0", BodyKind.TEXT),
        (b"", BodyKind.TEXT),
    ],
)
def test_kinds_of_answers(body, kind):
    """What an answer is when all is well decides what may be made of a faulty one."""
    assert kind == body_kind(FakeReply(body=body))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("kind", BodyKind)
def test_the_error_of_a_fault_is_always_right(fault, kind):
    """What core makes of a fault where an integration lets it rise is right; ``internal`` never is."""
    allowed = readings(fault, kind)
    assert fault.code in allowed
    assert ErrorCode.INTERNAL not in allowed


def test_data_is_right_only_where_it_can_be_told():
    """Of JSON objects nothing but what does no harm is data."""
    data = {fault.name for fault in FAULTS if None in readings(fault, BodyKind.OBJECT)}
    assert {fault.name for fault in FAULTS if fault.code is None} == data
