"""Sees calls that block: what the interpreter reports of the thread in which the event loop runs."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cache
from types import FrameType
from typing import Any

from dashboard_integrations.testing.conformance._bench import Bench
from dashboard_integrations.testing.conformance._direct import linked

__all__ = ["LoopWatch", "blocking_problems", "watched_loop"]

_SLEEP = time.sleep
_OURS = frozenset({"dashboard_integrations", "pytest_dashboard_integrations"})
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_WAITING_FOR_THREADS = frozenset({threading.Condition.wait.__code__, threading.Thread.join.__code__})
"""What events, queues and futures of threads wait with."""
_WAITS_ARE_FROM = frozenset({"queue", "threading", __name__})
_STARTING = threading.Thread.start.__code__
_WAITING_FOR_PROCESSES = frozenset({"run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"})


async def blocking_problems(bench: Bench) -> Sequence[str]:
    """Return the calls that hold the event loop while they wait for something."""
    problems: list[str] = []
    for target in bench.subject.targets:
        case = await bench.case()
        async with linked(bench.subject, case.url) as link:
            with watched_loop() as watch, contextlib.suppress(Exception):  # what it raises is another check's business
                await link.call(target)
        problems += [f"{target}: {blocked}" for blocked in dict.fromkeys(watch.blocked)]
    return problems


class LoopWatch:
    """What blocked the thread in which it was made, while it was on."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self.is_on = False
        self.blocked: list[str] = []

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at what the interpreter reports, in whatever thread."""
        if not self.is_on or threading.get_ident() != self._thread:
            return
        what = _what_blocks(event, arguments)
        if what is not None:
            self.blocked.append(f"{what} at {_place()}")

    def note_call(self, frame: FrameType, event: str, function: object) -> None:
        """Look at a call in this thread: the interpreter reports no waiting for threads, nor each version sleeping."""
        if not self.is_on:
            return
        if event == "c_call" and function is _SLEEP:
            self.blocked.append(f"time.sleep at {_place()}")
        elif event == "call" and frame.f_code in _WAITING_FOR_THREADS and _is_a_wait():
            self.blocked.append(f"another thread that is waited for at {_place()}")


@contextlib.contextmanager
def watched_loop() -> Iterator[LoopWatch]:
    """Watch the thread of the caller."""
    hook = _hook()
    watch = LoopWatch()
    hook.watches.append(watch)
    watch.is_on = True
    before = sys.getprofile()
    sys.setprofile(watch.note_call)
    try:
        yield watch
    finally:
        sys.setprofile(before)
        watch.is_on = False
        hook.watches.remove(watch)


class _Hook:
    """The one audit hook: it cannot be taken away again, so it is made when first needed and does nothing after."""

    def __init__(self) -> None:
        self.watches: list[LoopWatch] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        for watch in self.watches:
            watch.note(event, arguments)


@cache
def _hook() -> _Hook:
    hook = _Hook()
    sys.addaudithook(hook)
    return hook


def _what_blocks(event: str, arguments: tuple[Any, ...]) -> str | None:
    match event:
        case "socket.connect" if arguments[0].gettimeout() != 0:
            return "a connection that waits"
        case "os.system":
            return "os.system"
        case "subprocess.Popen" if _is_waited_for():
            return "a process that is waited for"
    return "a look-up of a host name" if event in _LOOKUPS and not _is_number(arguments[0]) else None


def _is_waited_for() -> bool:
    return any(
        frame.f_globals.get("__name__") == "subprocess" and frame.f_code.co_name in _WAITING_FOR_PROCESSES
        for frame in _frames()
    )


def _is_a_wait() -> bool:
    """Return whether it is no thread that only starts, nor the runner of tests that waits for its event loop."""
    frames = list(_frames())
    caller = next((frame for frame in frames if frame.f_globals.get("__name__") not in _WAITS_ARE_FROM), frames[-1])
    is_runners = str(caller.f_globals.get("__name__")).startswith("anyio.")
    return not is_runners and not any(frame.f_code is _STARTING for frame in frames)


def _is_number(host: object) -> bool:
    return host is None or not str(host).strip("0123456789.")


def _place() -> str:
    """Return the innermost line that belongs to no library: an author's, as a rule."""
    for frame in _frames():
        name = frame.f_code.co_filename
        module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if "site-packages" not in name and not name.startswith(sys.base_prefix) and module not in _OURS:
            return f"{name.rpartition('/')[2]}:{frame.f_lineno}"
    return "a place that is not known"


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  (documented, for just this)
    while frame is not None:
        yield frame
        frame = frame.f_back
