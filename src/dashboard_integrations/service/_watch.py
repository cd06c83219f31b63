"""A watch: the changes that one who watches has not been told yet, and what wakes those who wait.

Thousands may be open in a worker, so that each is kept small: nothing of one waits by itself that others can wait for
with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import anyio
from pydantic_core import to_json

from dashboard_integrations.envelope import EndpointData, Envelope

__all__ = ["Bell", "Change", "DataRequest", "Watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """One wish: an endpoint of an app, and what its parameters are."""

    app_id: str
    endpoint_id: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is new about one request: new data, or a new failure. Everybody who watches is given the same one."""

    request: DataRequest
    envelope: Envelope[EndpointData]

    @cached_property
    def encoded(self) -> bytes:
        """The JSON of ``{"appId", "endpointId", "parameters", "envelope"}``, made once."""
        request = self.request
        named = {"appId": request.app_id, "endpointId": request.endpoint_id, "parameters": dict(request.parameters)}
        return to_json(named)[:-1] + b',"envelope":' + self.envelope.to_json() + b"}"


class Bell:
    """Wakes all who watch the same: an event of its own for each would weigh more than all else that is kept of it."""

    __slots__ = ("_alone", "_event", "_is_silent", "beats", "name", "watches")

    def __init__(self, name: str) -> None:
        self.name = name
        self.watches = 0
        self.beats = 0
        self._is_silent = False
        self._event = anyio.Event()
        self._alone: set[anyio.Event] = set()

    def ring(self) -> None:
        """Wake whoever waits."""
        self._is_silent = False
        self._event.set()

    def beat(self) -> None:
        """Wake whoever waits, those who wait for something else as well, when nothing has rung since the last beat."""
        if self._is_silent:
            self.beats += 1
            self._event.set()
            for event in self._alone:
                event.set()
        self._is_silent = True

    async def wait(self) -> None:
        """Wait for the next ring or beat."""
        if self._event.is_set():
            self._event = anyio.Event()
        await self._event.wait()

    async def wait_for(self, event: anyio.Event) -> None:
        """Wait for the next beat, or for something that the others need not be woken for."""
        self._alone.add(event)
        try:
            await event.wait()
        finally:
            self._alone.discard(event)


class Watch:
    """The changes of some requests, for one who watches: at first how each of them is, then what is new.

    Iterate over it; it ends when the service stops. Who is slow is told the latest of each request and not what came
    between. ``last_id`` is what to watch ``after`` in order to go on from here: ``None`` until all were told once.
    """

    __slots__ = ("_after", "_arrived", "_beats", "_bell", "_highest", "_is_closed", "_news", "_untold")

    def __init__(self, keys: Collection[str], *, after: int, bell: Bell) -> None:
        self._after = after
        self._untold: set[str] | None = set(keys) if keys else None
        self._highest = after
        self._news: dict[str, tuple[int, Change]] = {}
        self._arrived: anyio.Event | None = None
        self._bell = bell
        self._beats = bell.beats
        self._is_closed = False

    @property
    def last_id(self) -> str | None:
        """The id of what was told so far."""
        return None if self._untold else f"{self._bell.name}-{self._highest}"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        """Wait for a change; who is cancelled meanwhile misses none."""
        while (change := await self.change_or_beat()) is None:
            pass
        return change

    async def change_or_beat(self) -> Change | None:
        """Wait for a change, or return ``None`` when there was none for some seconds: so that a line is kept awake.

        Raises ``StopAsyncIteration`` when there is no more.
        """
        while not self._news:
            if self._is_closed:
                raise StopAsyncIteration
            if self._beats != self._bell.beats:
                self._beats = self._bell.beats
                return None
            await self._wait()
        self._beats = self._bell.beats
        key = next(iter(self._news))
        number, change = self._news.pop(key)
        self._told(key)
        self._highest = max(self._highest, number)
        return change

    def tell(self, key: str, number: int, change: Change) -> None:
        """Put a change in the place of an older one of the same request that was not fetched yet."""
        if number <= self._after:
            self._told(key)
        else:
            self._news.pop(key, None)
            self._news[key] = (number, change)
        self._wake()

    def close(self) -> None:
        """End the changes, once those that have come are told."""
        self._is_closed = True
        self._wake()

    def leave(self) -> None:
        """End them for one who does not listen any more: nobody else is woken for it."""
        self._is_closed = True
        if self._arrived is not None:
            self._arrived.set()

    def _told(self, key: str) -> None:
        if self._untold is not None:
            self._untold.discard(key)
            if not self._untold:
                self._untold = None

    async def _wait(self) -> None:
        """Wait with the others; until all was told once, alone: what comes meanwhile is no news to them."""
        if self._untold is None:
            await self._bell.wait()
            return
        self._arrived = anyio.Event()
        try:
            await self._bell.wait_for(self._arrived)
        finally:
            self._arrived = None

    def _wake(self) -> None:
        if self._arrived is not None:
            self._arrived.set()
        elif self._untold is None:
            self._bell.ring()
