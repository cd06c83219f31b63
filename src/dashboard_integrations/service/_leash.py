"""The leash: drives one call of an integration, and lets go of one that goes on although it is cancelled."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import anyio

from dashboard_integrations.service._interrupts import is_ctrl_c

__all__ = ["Leash", "Turn"]

ResultT = TypeVar("ResultT")

_PATIENCE = 100


@dataclass(slots=True)
class Turn:
    """Whose turn it is: the id of the integration whose code runs in the event loop right now."""

    holder: str | None = None


class Leash(Generic[ResultT]):
    """Awaits ``call`` for its task, step by step; await it once.

    ``is_over`` says whether the call has been told to stop. From then on a hundred cancellations that it swallows are
    patience enough: asyncio and trio would repeat them for ever, at the cost of a whole processor. During each step
    ``holder`` has the ``turn``.
    """

    def __init__(
        self, call: Coroutine[Any, Any, ResultT], *, is_over: Callable[[], bool], turn: Turn, holder: str
    ) -> None:
        self._call: Coroutine[Any, Any, ResultT] | None = call
        self._is_over = is_over
        self._turn = turn
        self._holder = holder
        self._task: asyncio.Task[Any] | None = None
        self._swallowed = 0
        self._is_cut = False
        self.is_let_go = False

    def __await__(self) -> Generator[Any, Any, ResultT]:
        # One reference only: a coroutine that is let go has to die here, where its last steps still find a loop.
        call, self._call = self._call, None
        if call is None:
            raise RuntimeError("a leash is awaited once")
        self._task = _asyncio_task()
        cancelled_class = anyio.get_cancelled_exc_class()
        step: Callable[[], object] = partial(call.send, None)
        thrown: object
        while True:
            try:
                waits_for = self._take(step)
            except StopIteration as end:
                result: ResultT = end.value
                return result
            try:
                sent = yield waits_for
            except GeneratorExit:
                self.is_let_go = True
                raise
            except BaseException as error:  # noqa: BLE001  (whatever it is, it is the call's)
                step, thrown = partial(call.throw, error), error
            else:
                # trio does not throw: it sends an outcome that holds a value or an error
                step, thrown = partial(call.send, sent), getattr(sent, "error", None)
            if isinstance(thrown, cancelled_class) and self._is_enough():
                self.is_let_go = True
                _close(call)
                del step, call
                raise thrown

    def cut(self) -> None:
        """Cancel the call whether it shields itself or not, and let go of it. On trio nothing can do that."""
        self._is_cut = True
        if self._task is not None:
            self._task.cancel()

    def _take(self, step: Callable[[], object]) -> object:
        self._turn.holder = self._holder
        try:
            return step()
        finally:
            self._turn.holder = None

    def _is_enough(self) -> bool:
        self._swallowed += self._is_over()
        return self._is_cut or self._swallowed > _PATIENCE


def _close(call: Coroutine[Any, Any, Any]) -> None:
    try:
        call.close()
    except BaseException as error:  # whatever its last steps raise; mostly "coroutine ignored GeneratorExit"
        if is_ctrl_c(error):
            raise


def _asyncio_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # trio
        return None
