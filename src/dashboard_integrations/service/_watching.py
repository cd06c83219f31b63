"""Watching: live data told to those who watch, and asked for only while somebody does."""

import json
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Self

import anyio
from anyio import from_thread
from anyio.abc import TaskGroup
from anyio.lowlevel import current_token
from pydantic_core import to_json

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import ErrorSource, InternalError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.service._interrupts import ends_the_task

__all__ = ["Change", "DataRequest", "Watch", "Watches"]

logger = logging.getLogger(__name__)

_MOST_REMEMBERED = 10_000
_SHORTEST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


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


class Watch:
    """The changes of some requests, for one who watches: at first how each of them is, then what is new.

    Iterate over it; it ends when the service stops. Who is slow is told the latest of each request and not what came
    between. ``last_id`` is what to watch ``after`` in order to go on from here: ``None`` until all were told once.
    """

    def __init__(self, keys: Collection[str], *, after: int, name: str) -> None:
        self._after = after
        self._name = name
        self._untold = set(keys)
        self._highest = after
        self._news: OrderedDict[str, tuple[int, Change]] = OrderedDict()
        self._arrived = anyio.Event()
        self._is_closed = False

    @property
    def last_id(self) -> str | None:
        """The id of what was told so far."""
        return None if self._untold else f"{self._name}-{self._highest}"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        """Wait for a change; who is cancelled meanwhile misses none."""
        while not self._news:
            if self._is_closed:
                raise StopAsyncIteration
            self._arrived = anyio.Event()
            await self._arrived.wait()
        key, (number, change) = self._news.popitem(last=False)
        self._untold.discard(key)
        self._highest = max(self._highest, number)
        return change

    def tell(self, key: str, number: int, change: Change) -> None:
        """Put a change in the place of an older one of the same request that was not fetched yet."""
        if number <= self._after:
            self._untold.discard(key)
            return
        self._news.pop(key, None)
        self._news[key] = (number, change)
        self._arrived.set()

    def close(self) -> None:
        """End the changes, once those that have come are told."""
        self._is_closed = True
        self._arrived.set()


@dataclass(slots=True)
class _Known:
    """What was told last about a request, for who comes back: which state, and its number."""

    mark: tuple[object, ...]
    number: int


class _Topic:
    """A request that somebody watches."""

    __slots__ = ("newcomers", "request", "scope", "wake", "watches")

    def __init__(self, request: DataRequest) -> None:
        self.request = request
        self.watches: set[Watch] = set()
        self.newcomers: set[Watch] = set()
        self.wake = anyio.Event()
        self.scope = anyio.CancelScope()


class Watches:
    """Everything that is watched in one service: one asks, however many watch.

    ``fetch`` answers a request and raises nothing; its tasks run in ``tasks``. Times are epoch seconds.
    """

    def __init__(
        self,
        *,
        fetch: Callable[[DataRequest], Awaitable[Envelope[EndpointData]]],
        tasks: TaskGroup,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._fetch = fetch
        self._tasks = tasks
        self._clock = clock
        self._sleep = sleep
        self._run = secrets.token_hex(6)
        self._number = 0
        self._topics: dict[str, _Topic] = {}
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._watches: set[Watch] = set()
        self._is_closed = False
        self._thread = threading.get_ident()
        self._loop = current_token()

    @property
    def count(self) -> int:
        """How many watch."""
        return len(self._watches)

    @asynccontextmanager
    async def watching(
        self, requests: Sequence[DataRequest], *, after: str | None = None
    ) -> AsyncGenerator[Watch, None]:
        """Yield the changes of ``requests`` that come after the one of this id, or all."""
        watched = {} if self._is_closed else {_key(request): request for request in requests}
        name = f"{self._run}.{_digest(*sorted(watched))[:8]}"
        watch = Watch(watched, after=_number_of(after, name, highest=self._number), name=name)
        self._watches.add(watch)
        if self._is_closed:
            watch.close()
        try:
            for key, request in watched.items():
                self._join(key, request, watch)
            yield watch
        finally:
            watch.close()
            self._watches.discard(watch)
            for key in watched:
                self._leave(key, watch)

    def wake(self, app_id: str) -> None:
        """Look at an app's requests again at once: something about it was changed, by any thread."""
        if threading.get_ident() == self._thread:
            self._wake(app_id)
        else:
            # In a thread of its own: another event loop may run in this one, and does not wait for ours.
            threading.Thread(target=self._wake_from_outside, args=(app_id,), daemon=True).start()

    def wake_all(self) -> None:
        """Look at every request again at once."""
        for topic in self._topics.values():
            topic.wake.set()

    def _wake_from_outside(self, app_id: str) -> None:
        with suppress(RuntimeError):  # the event loop is gone, and who watched with it
            from_thread.run_sync(self._wake, app_id, token=self._loop)

    def _wake(self, app_id: str) -> None:
        for topic in self._topics.values():
            if topic.request.app_id == app_id:
                topic.wake.set()

    def close(self) -> None:
        """Tell everybody who watches that there is no more."""
        self._is_closed = True
        for watch in self._watches:
            watch.close()

    def _join(self, key: str, request: DataRequest, watch: Watch) -> None:
        topic = self._topics.get(key)
        if topic is None:
            topic = self._topics[key] = _Topic(request)
            self._tasks.start_soon(self._follow, key, topic)
        topic.watches.add(watch)
        topic.newcomers.add(watch)
        topic.wake.set()

    def _leave(self, key: str, watch: Watch) -> None:
        topic = self._topics[key]
        topic.watches.discard(watch)
        topic.newcomers.discard(watch)
        if not topic.watches:
            del self._topics[key]
            topic.scope.cancel()

    async def _follow(self, key: str, topic: _Topic) -> None:
        with topic.scope:
            while not self._is_closed:
                topic.wake = anyio.Event()
                newcomers, topic.newcomers = topic.newcomers, set()
                envelope = await self._fetched(topic.request)
                self._tell(key, topic, envelope, newcomers)
                await self._pause(topic, envelope)

    async def _fetched(self, request: DataRequest) -> Envelope[EndpointData]:
        """Fetch; what is raised here would end the whole service, a cancellation that somebody made up as well."""
        try:
            return await self._fetch(request)
        except BaseException as error:
            if ends_the_task(error):
                raise
            log_failure(logger, "watch-failed", error, app=request.app_id)
            told = f"the dashboard itself failed ({type(error).__name__}): its log says more"
            return Envelope.failure(InternalError(told, source=ErrorSource.HOST))

    def _tell(self, key: str, topic: _Topic, envelope: Envelope[EndpointData], newcomers: set[Watch]) -> None:
        mark, known = _mark(envelope), self._known.get(key)
        is_new = known is None or known.mark != mark
        if known is None or is_new:
            self._number += 1
            known = self._known[key] = _Known(mark, self._number)
        self._known.move_to_end(key)
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        if is_new:
            topic.newcomers.clear()
        told = topic.watches if is_new else newcomers & topic.watches
        change = Change(request=topic.request, envelope=envelope)
        for watch in told:
            watch.tell(key, known.number, change)

    async def _pause(self, topic: _Topic, envelope: Envelope[EndpointData]) -> None:
        """Wait until asking can bring something else, or somebody has a reason to ask."""
        seconds = min(max(self._seconds(envelope), _SHORTEST_PAUSE), _LONGEST_PAUSE)
        async with anyio.create_task_group() as both:

            async def wake() -> None:
                await topic.wake.wait()
                both.cancel_scope.cancel()

            both.start_soon(wake)
            await self._sleep(seconds)
            both.cancel_scope.cancel()

    def _seconds(self, envelope: Envelope[EndpointData]) -> float:
        if envelope.meta is not None:
            next_refresh = envelope.meta.next_refresh
            return _LONGEST_PAUSE if next_refresh is None else next_refresh.timestamp() - self._clock()
        retry_after = None if envelope.error is None else envelope.error.retry_after
        return _LONGEST_PAUSE if retry_after is None else retry_after


def _key(request: DataRequest) -> str:
    """Return a short name, as it is remembered for long: parameters may be of any length."""
    return _digest(json.dumps([request.app_id, request.endpoint_id, request.parameters], sort_keys=True, default=str))


def _digest(*texts: str) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()


def _number_of(change_id: str | None, watch: str, *, highest: int) -> int:
    """Return the number in the id of a change; of another run, or of other requests, it says nothing here."""
    name, _, text = (change_id or "").rpartition("-")
    is_number = name == watch and text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    number = int(text) if is_number else 0
    return number if number <= highest else 0


def _mark(envelope: Envelope[EndpointData]) -> tuple[object, ...]:
    """Return what makes an envelope another one: when its data came, and why there is no newer."""
    meta, error = envelope.meta, envelope.error
    if meta is None:
        return (None, error and (error.code, error.reason, error.message))
    failure = meta.refresh_error
    return (meta.fetched_at, failure and (failure.code, failure.reason, failure.message))
