"""Threads for authors' code that cannot be awaited: who waits is answered in time, whether the code ends or not."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter, Event, from_thread
from anyio.lowlevel import EventLoopToken, RunVar, current_token

__all__ = ["OverdueError", "StuckError", "Threads"]

ResultT = TypeVar("ResultT")

_AT_ONCE = 4
_MOST_STUCK = 4
_PATIENCE_IN_LINE = 3


class OverdueError(Exception):
    """The call has not ended in time, and goes on."""


class StuckError(Exception):
    """Not called: as many earlier calls of the same owner as there may be have not ended in time, and go on."""


@dataclass(slots=True, eq=False, kw_only=True)
class _Run:
    owner: str
    ends: float
    is_overdue: bool = False
    outcome: Future[Any] = field(default_factory=Future)


class Threads:
    """Calls functions, each in a thread of its own, that no exit waits for.

    ``patience`` is how many seconds a call may take; who waits for a turn has thrice that. Nothing can stop a thread:
    of each owner, four calls run at once, and no more begin when four are overdue. It may be used from several event
    loops.
    """

    def __init__(self, *, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._runs: dict[Hashable, _Run] = {}
        self._turns: RunVar[dict[str, CapacityLimiter]] = RunVar("turns of authors' code")

    async def call(self, work: Callable[[], ResultT], *, owner: str, key: Hashable) -> ResultT:
        """Return what ``work`` returns, or raise what it raises; who comes with an equal ``key`` meanwhile shares it.

        Raise ``OverdueError``, or ``StuckError``.
        """
        run = self._runs.get(key)
        if run is None:
            with anyio.move_on_after(_PATIENCE_IN_LINE * self.patience) as waiting:
                async with self._turn(owner):
                    waiting.deadline = float("inf")
                    run = self._begun(key, owner, work)
                    await self._over(run)
        else:
            await self._over(run)
        if run is None or not run.outcome.done():
            raise OverdueError
        result: ResultT = run.outcome.result()
        return result

    def _begun(self, key: Hashable, owner: str, work: Callable[[], object]) -> _Run:
        with self._lock:
            known = self._runs.get(key)
            if known is not None:
                return known
            now = self._clock()
            stuck = [run for run in self._runs.values() if run.owner == owner and (run.is_overdue or run.ends <= now)]
            if len(stuck) >= _MOST_STUCK:
                raise StuckError
            run = self._runs[key] = _Run(owner=owner, ends=now + self.patience)
        name = f"dashboard-integrations {owner}"
        threading.Thread(target=self._work, args=(key, run, work), name=name, daemon=True).start()
        return run

    def _work(self, key: Hashable, run: _Run, work: Callable[[], object]) -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  (whoever waits is told)
            self._ended(key)
            run.outcome.set_exception(error)
        else:
            self._ended(key)
            run.outcome.set_result(result)

    def _ended(self, key: Hashable) -> None:
        with self._lock:
            self._runs.pop(key, None)

    async def _over(self, run: _Run) -> None:
        """Wait until ``run`` is over or overdue."""
        over = Event()
        run.outcome.add_done_callback(partial(_wake, over, current_token(), threading.get_ident()))
        with anyio.move_on_after(run.ends - self._clock()):
            await over.wait()
            return
        run.is_overdue = True

    def _turn(self, owner: str) -> CapacityLimiter:
        turns = self._turns.get(None)
        if turns is None:
            turns = {}
            self._turns.set(turns)
        return turns.setdefault(owner, CapacityLimiter(_AT_ONCE))


def _wake(over: Event, token: EventLoopToken, waiter: int, _outcome: Future[Any]) -> None:
    if threading.get_ident() == waiter:  # it was over before we began to wait
        over.set()
        return
    try:
        from_thread.run_sync(over.set, token=token)
    except RuntimeError:
        return  # the event loop is gone, and who waited with it
