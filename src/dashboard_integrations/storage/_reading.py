"""Reading in a worker thread, waited for in bounds: a server that has frozen says nothing at all."""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import to_thread

__all__ = ["read_in_thread"]

ResultT = TypeVar("ResultT")

_PATIENCE = 10.0


async def read_in_thread(read: Callable[[], ResultT]) -> ResultT:
    """Return what ``read`` does; raise ``TimeoutError`` after ten seconds, while its thread goes on until it ends."""
    with anyio.fail_after(_PATIENCE):
        return await to_thread.run_sync(read, abandon_on_cancel=True)
