"""Reading in a worker thread, waited for in bounds: a server that has frozen says nothing at all."""

import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import to_thread

__all__ = ["read_in_thread", "read_until_cancelled"]

ResultT = TypeVar("ResultT")

_PATIENCE = 10.0
_MOST_THREADS = 100
"""So many threads read at once; more than anyio lets run are there only when others were given up."""


class _Threads:
    """How many threads read, those included that nobody waits for any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def run(self, read: Callable[[], ResultT]) -> ResultT:
        with self._lock:
            self.count += 1
        try:
            return read()
        finally:
            with self._lock:
                self.count -= 1


_threads = _Threads()


async def read_in_thread(read: Callable[[], ResultT]) -> ResultT:
    """Return what ``read`` does; raise ``TimeoutError`` after ten seconds, while its thread goes on until it ends."""
    with anyio.fail_after(_PATIENCE):
        return await read_until_cancelled(read)


async def read_until_cancelled(read: Callable[[], ResultT]) -> ResultT:
    """Return what ``read`` does; its thread goes on when this is cancelled.

    Raise ``TimeoutError`` at once where a hundred threads wait for a database that does not answer.
    """
    if _threads.count >= _MOST_THREADS:
        raise TimeoutError(f"{_MOST_THREADS} threads wait for the database, which does not answer")
    return await to_thread.run_sync(_threads.run, read, abandon_on_cancel=True)
