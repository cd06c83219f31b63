"""Joined reads: what is asked for while an exchange is under way is asked for together in the next one."""

from collections.abc import Awaitable, Callable, Sequence

import anyio
from anyio.abc import TaskGroup

from dashboard_integrations.cache.shared import Aged

__all__ = ["JoinedReads"]

_MOST_KEYS_AT_ONCE = 500


class _Wish:
    """What one caller wants to read."""

    __slots__ = ("done", "error", "found", "keys")

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self.done = anyio.Event()
        self.found: Sequence[Aged | None] = ()
        self.error: Exception | None = None


class JoinedReads:
    """Reads in one exchange what is asked for while another is under way. It belongs to the cache, not to a caller."""

    def __init__(self, tasks: TaskGroup, read: Callable[[Sequence[str]], Awaitable[list[Aged | None]]]) -> None:
        self._tasks = tasks
        self._read = read
        self._wishes: list[_Wish] = []
        self._is_reading = False

    async def read(
        self, keys: Sequence[str], *, alone: Callable[[], Awaitable[Sequence[Aged | None]]] | None = None
    ) -> Sequence[Aged | None]:
        """Return what is kept under each key: at once, by ``alone`` if that is given, where nothing is being read."""
        if self._is_reading:
            return await self._joined(keys)
        self._is_reading = True
        try:
            return await (self._read(keys) if alone is None else alone())
        finally:
            # Who waits meanwhile must not depend on this caller, who may be cancelled.
            if self._wishes:
                self._tasks.start_soon(self._serve)
            else:
                self._is_reading = False

    async def _joined(self, keys: Sequence[str]) -> Sequence[Aged | None]:
        wish = _Wish(keys)
        self._wishes.append(wish)
        await wish.done.wait()
        if wish.error is not None:
            raise type(wish.error)(*wish.error.args) from wish.error
        return wish.found

    async def _serve(self) -> None:
        try:
            while self._wishes:
                await self._fulfil(self._next())
        finally:
            self._is_reading = False

    def _next(self) -> list[_Wish]:
        """Take the wishes for one exchange: one at least, whatever its size."""
        count = 0
        for number, wish in enumerate(self._wishes):
            count += len(wish.keys)
            if number and count > _MOST_KEYS_AT_ONCE:
                taken, self._wishes = self._wishes[:number], self._wishes[number:]
                return taken
        taken, self._wishes = self._wishes, []
        return taken

    async def _fulfil(self, wishes: list[_Wish]) -> None:
        keys = [key for wish in wishes for key in wish.keys]
        try:
            found = await self._read(keys)
            for wish in wishes:
                wish.found, found = found[: len(wish.keys)], found[len(wish.keys) :]
        except Exception as error:  # noqa: BLE001  (told to each of those who wait)
            for wish in wishes:
                wish.error = error
        finally:
            for wish in wishes:
                wish.done.set()
