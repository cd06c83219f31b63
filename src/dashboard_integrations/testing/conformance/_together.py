"""Checks that one integration serves many apps at the same time, and keeps them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio
from pydantic import BaseModel

from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.conformance._bench import Bench
from dashboard_integrations.testing.conformance._case import Alter, Case
from dashboard_integrations.testing.conformance._direct import linked
from dashboard_integrations.testing.conformance._held import HeldAnswer, until
from dashboard_integrations.testing.conformance._loop_watch import blocking_problems
from dashboard_integrations.testing.conformance._mutations import MUTATIONS
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest

__all__ = ["apart_problems", "crowd_problems"]

_CROWD = 8
_PATIENCE = 20.0
_TRIES = 3


async def crowd_problems(bench: Bench) -> Sequence[str]:
    """Return what fails when many apps are looked at and tested at once."""
    problems: list[str] = []

    async def look(case: Case, target: str) -> None:
        envelope = await bench.ask(case, target)
        if envelope.error is not None:
            problems.append(f"{target}: {envelope.error.code} ({envelope.error.message}) when many are called at once")

    working = await bench.working()
    cases = [await bench.case() for _ in range(_CROWD)]
    async with anyio.create_task_group() as tasks:
        for case in cases:
            for target in working:
                tasks.start_soon(look, case, target)
    return sorted(set(problems))


async def apart_problems(bench: Bench) -> Sequence[str]:
    """Return where one app sees what belongs to another."""
    problems: list[str] = []
    # Who blocks the event loop cannot be overlapped with, and another check says so.
    for target in () if await blocking_problems(bench) else await bench.working():
        for number in range(1, 1 + await _calls_of(bench, target)):
            problem = await _surely_mixed_up(bench, target, number)
            if problem is not None:
                problems.append(f"{target}: {problem}")
                break
    return problems


async def _surely_mixed_up(bench: Bench, target: str, number: int) -> str | None:
    """Return what is mixed up every time: what depends on the clock may differ once."""
    problem = await _mixed_up(bench, target, number)
    for _ in range(_TRIES - 1):
        if problem is None:
            break
        problem = await _mixed_up(bench, target, number)
    return problem


async def _calls_of(bench: Bench, target: str) -> int:
    case = await bench.case()
    await bench.ask(case, target)
    return len(case.answered)


@dataclass(frozen=True)
class _Look:
    """What a call showed, and what it asked its service for."""

    shown: str
    asked: Sequence[str]


async def _mixed_up(bench: Bench, target: str, number: int) -> str | None:
    """Hold a call of one app while the same is called for another one, whose service says other things."""
    alone, other_alone = await _look(bench, target), await _look(bench, target, alter=_another)
    again = await _look(bench, target)
    one = bench.subject.new()
    held = HeldAnswer(number)
    looks: dict[str, _Look] = {}

    async def first() -> None:
        looks["first"] = await _look(bench, target, alter=held, integration=one)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first)
        await until(lambda: held.arrived or "first" in looks)
        with anyio.move_on_after(_PATIENCE):
            looks["second"] = await _look(bench, target, alter=_another, integration=one)
        held.release()
    if "second" not in looks:
        return "an app waits until another app's service has answered: hold no lock of all apps during a call"
    if alone.shown == again.shown and looks["first"].shown != alone.shown:
        return "an app shows something else when another app is called meanwhile: keep nothing of a call on self"
    if alone.shown == again.shown and looks["second"].shown != other_alone.shown:
        return (
            "an app shows what another app's service said: keep nothing on self or in the module, but in"
            " connection.state"
        )
    if (looks["first"].asked, looks["second"].asked) != (alone.asked, other_alone.asked):
        return "a service is asked for another app, or not asked at all: keep nothing on self or in the module"
    return None


async def _look(
    bench: Bench, target: str, *, alter: Alter | None = None, integration: Integration | None = None
) -> _Look:
    case = await bench.case(alter=alter)
    one = bench.subject.new() if integration is None else integration
    async with linked(bench.subject, case.url, integration=one) as link:
        try:
            shown = await link.call(target)
        except Exception as error:  # noqa: BLE001  (what it says is compared)
            shown = f"{type(error).__name__}: {error}"
    text = shown.model_dump_json() if isinstance(shown, BaseModel) else repr(shown)
    return _Look(text.replace(case.url, "URL"), sorted(item.call.target for item in case.answered))


def _another(request: FakeRequest, usual: FakeReply) -> FakeReply:
    """Answer as another service of the kind would: with other numbers and texts."""
    return MUTATIONS["other texts"](request, MUTATIONS["other numbers"](request, usual))
