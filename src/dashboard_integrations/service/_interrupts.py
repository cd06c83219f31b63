"""Interrupts: which exceptions are for the whole program, whatever code they pass through."""

import dis
import signal
import threading
from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType

import anyio

__all__ = ["ends_the_task", "is_cancelled", "is_ctrl_c", "is_for_the_program"]

_LOOPS = frozenset({"asyncio", "trio"})


def is_for_the_program(error: BaseException) -> bool:
    """Tell whether ``error`` must not be held: a cancellation, the end of a coroutine, or a person's Ctrl-C."""
    return isinstance(error, GeneratorExit | anyio.get_cancelled_exc_class()) or is_ctrl_c(error)


def is_cancelled(error: BaseException) -> bool:
    """Tell whether ``error`` is a cancellation that this task was meant to have, and not one that code made up."""
    return isinstance(error, anyio.get_cancelled_exc_class()) and anyio.current_effective_deadline() == -float("inf")


def ends_the_task(error: BaseException) -> bool:
    """Tell whether a task of the service itself must let ``error`` pass: any other would end all of them with it.

    A host's cache or store may let a cancellation escape that nobody meant for the task.
    """
    return isinstance(error, GeneratorExit) or is_cancelled(error) or is_ctrl_c(error)


def is_ctrl_c(error: BaseException) -> bool:
    """Tell a person's Ctrl-C from ``raise KeyboardInterrupt`` in an integration.

    Python delivers it to the main thread: between two instructions, where no ``raise`` stands, or from the handler of
    the signal, or from the event loop, which may keep it for the task that it began with.
    """
    if not isinstance(error, KeyboardInterrupt) or threading.current_thread() is not threading.main_thread():
        return False
    places = list(_places(error.__traceback__))
    handler = _code_of(signal.getsignal(signal.SIGINT))
    if not places or any(frame.f_code is handler for frame, _ in places):
        return True
    frame, position = places[-1]
    return _is_of_loop(frame) or not _is_raise(frame.f_code, position)


def _places(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lasti
        traceback = traceback.tb_next


def _is_raise(code: CodeType, position: int) -> bool:
    return dis.opname[code.co_code[position]] == "RAISE_VARARGS"


def _is_of_loop(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in _LOOPS


def _code_of(handler: object) -> object:
    """Return the code of a signal handler, which may be wrapped, partial or a method; ``None`` when it is in C."""
    for name in ("func", "__wrapped__", "__func__"):
        handler = getattr(handler, name, handler)
    return getattr(handler, "__code__", None)
