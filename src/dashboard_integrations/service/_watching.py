"""Watching: live data told to those who watch, and asked for only while somebody does."""

import json
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from hashlib import sha256

import anyio
from anyio import from_thread
from anyio.abc import TaskGroup
from anyio.lowlevel import current_token

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import ErrorSource, InternalError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.service._interrupts import ends_the_task
from dashboard_integrations.service._watch import Bell, Change, DataRequest, Watch

__all__ = ["Watches"]

logger = logging.getLogger(__name__)

_MOST_REMEMBERED = 10_000
_SHORTEST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LONGEST_SILENCE = 15.0
_TURNS = 8


@dataclass(slots=True)
class _Known:
    """What was told last about a request, for who comes back: which state, and its number."""

    mark: tuple[object, ...]
    number: int


class _Topic:
    """A request that somebody watches."""

    __slots__ = ("key", "newcomers", "request", "scope", "wake", "watches")

    def __init__(self, key: str, request: DataRequest) -> None:
        self.key = key
        self.request = request
        self.watches: set[Watch] = set()
        self.newcomers: set[Watch] = set()
        self.wake = anyio.Event()
        self.scope = anyio.CancelScope()


@dataclass(frozen=True, slots=True)
class _Begun:
    """Who is told, and where all of it is to be taken away again."""

    watch: Watch
    bell: Bell
    bells: dict[str, Bell]
    topics: Sequence[_Topic]


class _Watching:
    """The time in which one watches. No generator: its frame would weigh as much as all that is kept here."""

    __slots__ = ("_after", "_begun", "_requests", "_watches")

    def __init__(self, watches: "Watches", requests: Sequence[DataRequest], after: str | None) -> None:
        self._watches = watches
        self._requests = requests
        self._after = after
        self._begun: _Begun | None = None

    async def __aenter__(self) -> Watch:
        self._begun = self._watches.begin(self._requests, after=self._after)
        self._requests = ()
        return self._begun.watch

    async def __aexit__(self, *exception: object) -> None:
        if self._begun is not None:
            self._watches.end(self._begun)


class Watches:
    """Everything that is watched in one service: one asks, however many watch.

    ``fetch`` answers a request and raises nothing; its tasks run in ``tasks``. Times are epoch seconds. Who was told
    nothing for some seconds is given a beat, each in its turn: all at once would hold the loop.
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
        self._bells: Sequence[dict[str, Bell]] = [{} for _ in range(_TURNS)]
        self._turn = 0
        self._between_turns = _LONGEST_SILENCE / 2 / _TURNS
        self._is_beating = False
        self._is_closed = False
        self._thread = threading.get_ident()
        self._loop = current_token()

    @property
    def count(self) -> int:
        """How many watch."""
        return len(self._watches)

    def watching(
        self, requests: Sequence[DataRequest], *, after: str | None = None
    ) -> AbstractAsyncContextManager[Watch]:
        """Yield the changes of ``requests`` that come after the one of this id, or all."""
        return _Watching(self, requests, after)

    def begin(self, requests: Sequence[DataRequest], *, after: str | None) -> _Begun:
        """Begin to tell of ``requests``."""
        watched = {} if self._is_closed else {_key(request): request for request in requests}
        topics = tuple(self._topic(key, request) for key, request in watched.items())
        keys = [topic.key for topic in topics]
        name = f"{self._run}.{_digest(*sorted(keys))[:8]}"
        self._turn = (self._turn + 1) % _TURNS
        bells = self._bells[self._turn]
        bell = bells.get(name) or bells.setdefault(name, Bell(name))
        bell.watches += 1
        watch = Watch(keys, after=_number_of(after, name, highest=self._number), bell=bell)
        self._watches.add(watch)
        if self._is_closed:
            watch.close()
        elif not self._is_beating:
            self._is_beating = True
            self._tasks.start_soon(self._beat)
        for topic in topics:
            topic.watches.add(watch)
            topic.newcomers.add(watch)
            topic.wake.set()
        return _Begun(watch, bell, bells, topics)

    def end(self, begun: _Begun) -> None:
        """Tell nothing more."""
        watch, bell = begun.watch, begun.bell
        watch.leave()
        self._watches.discard(watch)
        bell.watches -= 1
        if not bell.watches:
            del begun.bells[bell.name]
            bell.ring()
        for topic in begun.topics:
            self._leave(topic, watch)

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

    def _topic(self, key: str, request: DataRequest) -> _Topic:
        topic = self._topics.get(key)
        if topic is None:
            topic = self._topics[key] = _Topic(key, request)
            self._tasks.start_soon(self._follow, topic)
        return topic

    def _leave(self, topic: _Topic, watch: Watch) -> None:
        topic.watches.discard(watch)
        topic.newcomers.discard(watch)
        if not topic.watches:
            del self._topics[topic.key]
            topic.scope.cancel()

    async def _beat(self) -> None:
        """Give beats as long as somebody watches."""
        turn = 0
        while self._watches:
            await anyio.sleep(self._between_turns)
            turn = (turn + 1) % _TURNS
            for bell in self._bells[turn].values():
                bell.beat()
        self._is_beating = False

    async def _follow(self, topic: _Topic) -> None:
        with topic.scope:
            while not self._is_closed:
                topic.wake = anyio.Event()
                newcomers, topic.newcomers = topic.newcomers, set()
                envelope = await self._fetched(topic.request)
                self._tell(topic, envelope, newcomers)
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

    def _tell(self, topic: _Topic, envelope: Envelope[EndpointData], newcomers: set[Watch]) -> None:
        key, mark = topic.key, _mark(envelope)
        known = self._known.get(key)
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
