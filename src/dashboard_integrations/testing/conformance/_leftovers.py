"""What is there now and was not before: tasks, threads, sockets."""

import gc
import socket
import threading
from collections.abc import Callable, Collection, Sequence

import anyio

__all__ = ["Leftovers"]

_WORKERS = ("AnyIO worker", "asyncio_", "Trio thread")
"""Threads that libraries keep for later; they end with the loop or the process."""

_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""What ends by itself ends within these."""


class Leftovers:
    """Remembers what is there when it is made, and tells what has come since and stays."""

    def __init__(self) -> None:
        self._tasks = {task.id for task in anyio.get_running_tasks()}
        self._threads = set(threading.enumerate())
        self._sockets = _sockets()

    async def problems(self) -> Sequence[str]:
        """Return what does not end within some seconds."""
        tasks = await _staying(self._new_tasks)
        threads = await _staying(self._new_threads)
        sockets = await _staying(self._new_sockets)
        return (
            *(f"a task is not awaited, and goes on after its call: {name}" for name in tasks),
            *(f"a thread is not waited for, and goes on after its call: {name}" for name in threads),
            *(f"a socket is still open when the dashboard is closed: {name}" for name in sockets),
        )

    def _new_tasks(self) -> Collection[str]:
        return sorted(task.name or "task" for task in anyio.get_running_tasks() if task.id not in self._tasks)

    def _new_threads(self) -> Collection[str]:
        found = (thread for thread in threading.enumerate() if thread not in self._threads)
        return sorted(thread.name for thread in found if not thread.name.startswith(_WORKERS))

    def _new_sockets(self) -> Collection[str]:
        known = {id(item) for item in self._sockets}
        return sorted(_described(item) for item in _sockets() if id(item) not in known)


def _sockets() -> Sequence[socket.socket]:
    # By their type, not by isinstance: that would ask objects that answer for others.
    return [item for item in gc.get_objects() if issubclass(type(item), socket.socket) and item.fileno() != -1]


def _described(item: socket.socket) -> str:
    try:
        return f"to {item.getpeername()}"
    except OSError:
        return "that listens, or is not connected"


async def _staying(look: Callable[[], Collection[str]]) -> Collection[str]:
    """Return what is still seen after some seconds."""
    found = look()
    for pause in _PAUSES:
        if not found:
            break
        await anyio.sleep(pause)
        found = look()
    return found
