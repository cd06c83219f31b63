"""Waiting for what happens, however long the machine takes to get there: no time decides a test."""

import threading
import time
from collections.abc import Callable

import anyio
import anyio.lowlevel

from dashboard_integrations.testing import FakeReply, FakeRequest

__all__ = ["Held", "turns", "until", "until_in_thread"]

_LONGEST = 60.0
_EVERY = 0.005


async def until(condition: Callable[[], object], *, seconds: float = _LONGEST) -> None:
    """Wait until ``condition()`` is true; ``seconds`` only keep a broken test from hanging."""
    with anyio.fail_after(seconds):
        while not condition():
            await anyio.sleep(_EVERY)


async def turns(count: int = 50) -> None:
    """Let other tasks go on until they wait for something.

    For tasks that look again and again: ``wait_all_tasks_blocked`` may meet one of them awake each time it looks.
    """
    for _ in range(count):
        await anyio.lowlevel.checkpoint()


def until_in_thread(condition: Callable[[], object], *, seconds: float = _LONGEST) -> None:
    """Do what ``until`` does, where there is no event loop or where it must be held."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"did not happen within {seconds:g} seconds")
        time.sleep(_EVERY)


class Held:
    """An answer of a ``FakeService`` that is held back until ``release``, or until its ``with`` is left.

    A function that answers is called only then. ``arrived`` counts the requests that this answer was chosen for: unlike
    ``FakeService.requests``, it says that the next request gets the next answer.
    """

    def __init__(self, answer: FakeReply | Callable[[FakeRequest], FakeReply]) -> None:
        self._answer = answer
        self._released = threading.Event()
        self._lock = threading.Lock()
        self.arrived = 0

    def __call__(self, request: FakeRequest) -> FakeReply:
        with self._lock:
            self.arrived += 1
        self._released.wait(_LONGEST)
        return self._answer if isinstance(self._answer, FakeReply) else self._answer(request)

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Answer whoever waits, and at once from now on."""
        self._released.set()
