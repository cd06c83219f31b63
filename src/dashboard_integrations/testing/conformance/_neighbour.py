"""Checks that an integration is a good neighbour: it blocks nobody, calls through its connection, leaves nothing."""

from collections.abc import Sequence

import anyio

from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.service._supervisor import Ended, Supervisor
from dashboard_integrations.testing.conformance._bench import LONG, Bench
from dashboard_integrations.testing.conformance._case import CaseHost
from dashboard_integrations.testing.conformance._direct import Linked, linked
from dashboard_integrations.testing.conformance._held import HeldAnswer, until
from dashboard_integrations.testing.conformance._leftovers import Leftovers
from dashboard_integrations.testing.conformance._loop_watch import blocking_problems
from dashboard_integrations.testing.conformance._mutations import always
from dashboard_integrations.testing.conformance._subject import Subject
from dashboard_integrations.testing.fake_service import FakeReply

__all__ = ["cancellation_problems", "connection_problems", "leftover_problems"]

_PATIENCE = 10.0


async def connection_problems(bench: Bench) -> Sequence[str]:
    """Return what calls the service by another way than its connection."""
    problems: list[str] = []
    for target in bench.subject.targets:
        case, aside = await bench.case(), await bench.case()
        async with linked(bench.subject, case.url, shown_url=aside.url) as link:
            await _outcome(link, target)
        if aside.requests:
            request = aside.requests[0]
            problems.append(
                f"{target}: {request.method} {request.path} is sent past the connection: without its time limits, trust"
                " and policy"
            )
    return problems


async def cancellation_problems(bench: Bench) -> Sequence[str]:
    """Return where a call does not stop when it is told to, or leaves something behind that breaks the next one."""
    problems: list[str] = []
    # Who blocks the event loop cannot be cancelled, and another check says so.
    for target in () if await blocking_problems(bench) else await bench.working():
        case = await bench.case()
        await bench.ask(case, target)
        for number, answered in enumerate(case.answered, start=1):
            wrong = await _cancelled_at(bench, target, number)
            problems += [f"{target}: cancelled at {answered.call}, {item}" for item in wrong]
    return problems


async def _cancelled_at(bench: Bench, target: str, number: int) -> Sequence[str]:
    """Cancel a call while its ``number``-th request waits for an answer."""
    held = HeldAnswer(number)
    case = await bench.case(alter=held)
    async with linked(bench.subject, case.url) as link:
        attempt = _Attempt(link, target)
        async with anyio.create_task_group() as tasks:
            supervisor = Supervisor(tasks, grace=_PATIENCE)
            tasks.start_soon(attempt.run, supervisor)
            await until(lambda: held.arrived or attempt.is_over)
            await supervisor.leave()
            held.release()
        wrong = attempt.problem()
        if wrong is not None:
            return (wrong,)
        again: object = None
        with anyio.move_on_after(LONG) as waiting:
            again = await _outcome(link, target)
        if waiting.cancelled_caught:
            return ("the next call never ends: something that it waits for was not given back",)
        return (f"the next call fails: {again!r}",) if isinstance(again, Exception) else ()


class _Attempt:
    """One call that is going to be cancelled."""

    def __init__(self, link: Linked, target: str) -> None:
        self._link = link
        self._target = target
        self._was_cancelled = False
        self._ended: Ended[object] | None = None
        self.is_over = False

    async def run(self, supervisor: Supervisor) -> None:
        """Make the call under a supervisor, which can let go of one that does not stop."""
        try:
            self._ended = await supervisor.run(
                self._call, integration=self._link.integration, app_id="app", deadline=LONG
            )
        except IntegrationError:
            pass  # what the supervisor says of a call that it stopped
        finally:
            self.is_over = True

    def problem(self) -> str | None:
        """Return what the call did instead of ending."""
        if self._ended is not None and self._ended.error is not None:
            return f"it raised {type(self._ended.error).__name__} instead: catch Exception, never BaseException"
        if self._ended is not None:
            return "it went on and returned something: catch Exception, never BaseException"
        return None if self._was_cancelled else "it went on: let the cancellation rise"

    async def _call(self) -> object:
        try:
            return await self._link.call(self._target)
        except anyio.get_cancelled_exc_class():
            self._was_cancelled = True
            raise


async def leftover_problems(subject: Subject) -> Sequence[str]:
    """Return what is still there when the dashboard has been closed: tasks, threads, sockets."""
    before = Leftovers()
    with CaseHost() as host:
        for target in subject.targets:
            for alter in (None, always(FakeReply(status=500))):
                case = host.add(alter=alter)
                subject.declare(case)
                async with linked(subject, case.url) as link:
                    await _outcome(link, target)
    return await before.problems()


async def _outcome(link: Linked, target: str) -> object:
    """Return what a call returned or raised; what it raises is another check's business."""
    try:
        return await link.call(target)
    except Exception as error:  # noqa: BLE001  (whatever it is)
        return error
