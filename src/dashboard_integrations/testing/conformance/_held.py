"""An answer that is held back, so that what happens meanwhile is certain."""

import threading
from collections.abc import Callable

import anyio

from dashboard_integrations.testing.conformance._bench import LONG
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest

__all__ = ["HeldAnswer", "until"]

_EVERY = 0.002


class HeldAnswer:
    """Holds back the ``number``-th answer of a service, counted from 1, until it is released."""

    def __init__(self, number: int) -> None:
        self._left = number
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._arrived = threading.Event()

    @property
    def arrived(self) -> bool:
        """Whether the request for it is there."""
        return self._arrived.is_set()

    def release(self) -> None:
        """Answer."""
        self._released.set()

    def __call__(self, _request: FakeRequest, usual: FakeReply) -> FakeReply:
        with self._lock:
            self._left -= 1
            is_held = self._left == 0
        if is_held:
            self._arrived.set()
            self._released.wait(LONG)
        return usual


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    with anyio.fail_after(LONG):
        while not condition():  # noqa: ASYNC110  (what it waits for happens in threads of a service)
            await anyio.sleep(_EVERY)
