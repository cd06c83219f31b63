"""The fleet: workers that share a cache make one call where each of them would have made its own.

What is in the cache: snapshots; the tracks of failures; until when a person forgave; and, while a call is under way,
who makes it. Workers tell each other what happened, so that what each remembers is trusted as long as it listens.
A failing cache costs that and nothing else: each worker then goes on by itself.
"""

import math
import secrets
import threading
from collections.abc import Awaitable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TypeVar

import anyio
from anyio import from_thread
from anyio.abc import TaskGroup
from anyio.lowlevel import EventLoopToken, current_token

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cache import Aged, SharedCacheBackend
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.freshness import (
    AppTrack,
    EndpointTrack,
    Freshness,
    Rule,
    track_from_bytes,
    track_to_bytes,
)
from dashboard_integrations.service._flights import Flights
from dashboard_integrations.service._hearing import Hearing
from dashboard_integrations.service._lease import Lease
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._live import LiveData
from dashboard_integrations.service._messages import Message, MessageKind
from dashboard_integrations.service._refusals import refusal
from dashboard_integrations.service._snapshots import LocalSnapshots
from dashboard_integrations.service._targets import Target, link_key

__all__ = ["Fleet"]

TrackT = TypeVar("TrackT", AppTrack, EndpointTrack)

_POLL = 0.5
_LONGEST_LEASE = 6.0
_LONGEST_PAUSE = 5.0
_SHORTEST_PAUSE = 0.1
_PATIENCE_WHEN_CANCELLED = 1.0
_PARDON = b"1"
_KEPT_FOR_GOOD = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look found."""

    live: LiveData | None


@dataclass(slots=True, kw_only=True, eq=False)
class Fleet:
    """The snapshots of all workers over one ``backend``. Run ``listen`` in ``tasks`` as long as the service runs.

    ``deadline`` bounds a call, ``longest_wait`` how long another worker's calls are waited for, in seconds.
    """

    backend: SharedCacheBackend
    local: LocalSnapshots
    tasks: TaskGroup
    deadline: float
    longest_wait: float
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    _epoch: int = 0
    _is_listening: bool = False
    _landings: dict[str, anyio.Event] = field(default_factory=dict)
    _looks: Flights[_Looked] = field(init=False)
    _thread: int = field(default_factory=threading.get_ident)
    _loop: EventLoopToken = field(default_factory=current_token)

    def __post_init__(self) -> None:
        self._looks = Flights(self.tasks, aborted=_Looked(None), failed=_Looked(None))

    @property
    def may_repeat(self) -> bool:
        """Whether other workers are heard."""
        return self._is_listening

    async def read(self, target: Target, ledger: AppLedger) -> LiveData | None:
        """Return the target's data as it is remembered here, while that can be trusted; else look into the cache."""
        entry = self.local.near.known(target.key)
        if entry is not None and self._is_listening and entry.stamp == self._stamp(ledger):
            return entry.live
        looked = await self._looks.join(target.key, partial(self._looked, target, ledger)).wait()
        return looked.live

    async def refresh(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Return what whichever worker calls first brings; be that worker if nobody is."""
        lease = self._lease("lease", target.key)
        try:
            outcome = await self._outcome_of_others(lease, target, ledger, rule)
        except Exception as error:  # noqa: BLE001  (alone, then)
            self.local.outage.failed("lease", error)
            return await self._call_alone(target, ledger, rule)
        self.local.outage.worked("lease")
        if outcome is not None:
            return outcome
        async with lease.held(self.tasks):
            return await self._refresh_as_holder(target, ledger, rule)

    async def forgive(self, app: AppRecord) -> None:
        """Tell all workers that a person forgave the app's failures."""
        key = _name("pardon", link_key(app.id, AppService.fingerprint(app)))
        await self._set(key, _PARDON, ttl=_KEPT_FOR_GOOD)
        await self._tell(MessageKind.FORGIVEN, app.id)

    def tell_edited(self, app_id: str) -> Awaitable[None] | None:
        """Tell all workers that an app is not what it was; whose event loop is this one can wait until it is told."""
        if threading.get_ident() == self._thread:
            return self._tell(MessageKind.EDITED, app_id)
        # In a thread of its own: another event loop may run in this one, and does not wait for ours.
        threading.Thread(target=self._tell_edited_from_outside, args=(app_id,), daemon=True).start()
        return None

    async def listen(self, hearing: Hearing) -> None:
        """Let ``hearing`` know what other workers say, and when some of it may have been missed, for ever."""
        pause = _SHORTEST_PAUSE
        while True:
            try:
                async with self.backend.subscribe() as messages:
                    self._epoch += 1
                    self._is_listening = True
                    self.local.outage.worked("subscribe")
                    hearing.lose()
                    pause = _SHORTEST_PAUSE
                    async for message in messages:
                        self._hear(message, hearing)
            except Exception as error:  # noqa: BLE001  (whatever is the matter, it is tried again)
                self.local.outage.failed("subscribe", error)
            finally:
                if self._is_listening:
                    self._is_listening = False
                    hearing.lose()
            await anyio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def close(self) -> None:
        """Begin no more looks."""
        self._looks.close()

    def _tell_edited_from_outside(self, app_id: str) -> None:
        with suppress(RuntimeError):  # the event loop is gone, and the service with it
            from_thread.run(self._tell, MessageKind.EDITED, app_id, token=self._loop)

    def _hear(self, received: bytes, hearing: Hearing) -> None:
        message = Message.from_bytes(received)
        if message is None or message.sender == self.name:
            return
        hearing.hear(message)
        landing = self._landings.get(message.key)
        if landing is not None:
            landing.set()

    def _stamp(self, ledger: AppLedger) -> object:
        """Name what was said up to now: what is read later can be trusted until it has another name."""
        return self._epoch, ledger.news

    async def _looked(self, target: Target, ledger: AppLedger) -> _Looked:
        try:
            return _Looked(await self._look(target, ledger))
        except Exception as error:  # noqa: BLE001  (what was read last is better than nothing)
            self.local.outage.failed("get", error)
            entry = self.local.near.known(target.key)
            return _Looked(None if entry is None else entry.live)

    async def _look(self, target: Target, ledger: AppLedger) -> LiveData | None:
        """Read what the fleet knows; raise what the backend raises."""
        stamp = self._stamp(ledger)
        link = target.link_key
        names = target.key, _name("endpoint", target.key), _name("app", link), _name("pardon", link)
        snapshot, endpoint, app, pardon = await self.backend.get_aged(names)
        self.local.outage.worked("get")
        now = self.local.clock()
        live = self.local.near.read(
            target.key,
            None if snapshot is None else snapshot.value,
            endpoint_id=target.endpoint.id,
            stamp=stamp,
            set_at=None if snapshot is None else now - snapshot.age,
        )
        if pardon is not None:
            ledger.adopt_pardon(now - pardon.age)
        if live is not None and snapshot is not None:
            ledger.adopt_success(target.key, fetched_at=now - snapshot.age, expires_at=live.snapshot.expires_at)
        if (endpoint_track := _track(EndpointTrack, endpoint, now)) is not None and (
            snapshot is None or endpoint_track.noted_at > now - snapshot.age
        ):
            ledger.adopt_endpoint(target.key, endpoint_track)
        if (app_track := _track(AppTrack, app, now)) is not None:
            ledger.adopt_app(app_track)
        return live

    async def _outcome_of_others(
        self, lease: Lease, target: Target, ledger: AppLedger, rule: Rule
    ) -> LiveData | ErrorBody | None:
        """Return what another worker brought, or ``None`` once the lease is ours; raise what the backend raises."""
        key, known = target.key, ledger.endpoint(target.key)
        ends_at = anyio.current_time() + self.longest_wait
        try:
            while True:
                landing = self._landings[key] = anyio.Event()
                if await lease.take():
                    return None
                with anyio.move_on_after(_POLL):
                    await landing.wait()
                live = await self._look(target, ledger)
                if live is not None and self._judge(live, rule) is Freshness.FRESH:
                    return live
                track = ledger.endpoint(key)
                if track is not known and track.error is not None:
                    return track.error
                if anyio.current_time() > ends_at:
                    raise TimeoutError("another worker calls for longer than a call can take")
        finally:
            self._landings.pop(key, None)

    async def _refresh_as_holder(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Call the service, unless another worker did a moment ago and all has been said."""
        try:
            live = await self._look(target, ledger)
            freshness = self._judge(live, rule)
            decision = self.local.policy.decide(
                freshness,
                endpoint=ledger.endpoint(target.key),
                app=ledger.track,
                is_probing=False,
                now=self.local.clock(),
            )
            # Of an app in trouble, one endpoint at a time is called, by whichever worker.
            probe = self._lease("probe", target.link_key) if decision.calls and ledger.track.is_open else None
            may_call = decision.calls and (probe is None or await probe.take())
        except Exception as error:  # noqa: BLE001  (alone, then)
            self.local.outage.failed("get", error)
            return await self._call_alone(target, ledger, rule)
        if not may_call:
            return live or refusal(target, ledger, now=self.local.clock())
        async with nullcontext() if probe is None else probe.held(self.tasks):
            return await self._call(target, ledger, rule)

    async def _call(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Call the service, and tell all workers what came of it."""
        endpoint, app = ledger.endpoint(target.key), ledger.track
        try:
            return await self._call_alone(target, ledger, rule)
        finally:
            with anyio.CancelScope(shield=True), anyio.move_on_after(_PATIENCE_WHEN_CANCELLED):
                await self._share(target, ledger, endpoint, app)

    async def _call_alone(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        return await self.local.call(target, ledger, rule, stamp=self._stamp(ledger))

    async def _share(self, target: Target, ledger: AppLedger, endpoint: EndpointTrack, app: AppTrack) -> None:
        """Keep what changed of the tracks, for all workers, and tell them that the call is over."""
        now, key, link = self.local.clock(), target.key, target.link_key
        if ledger.endpoint(key) is not endpoint and ledger.endpoint(key).error is not None:
            await self._keep(_name("endpoint", key), ledger.endpoint(key), now)
        if _says_something(ledger.track) or _says_something(app):
            await self._keep(_name("app", link), ledger.track, now)
        await self._tell(MessageKind.LANDED, target.app.id, endpoint_id=target.endpoint.id, key=key)

    async def _keep(self, key: str, track: TrackT, now: float) -> None:
        waits = track.next_try - now
        ttl = max(waits, 0.0) + self.local.policy.kept_for if math.isfinite(waits) else _KEPT_FOR_GOOD
        await self._set(key, track_to_bytes(track, now=now), ttl=ttl)

    async def _set(self, key: str, value: bytes, *, ttl: float) -> None:
        try:
            await self.backend.set(key, value, ttl=ttl)
        except Exception as error:  # noqa: BLE001  (other workers find out for themselves)
            self.local.outage.failed("set", error)
        else:
            self.local.outage.worked("set")

    async def _tell(self, kind: MessageKind, app_id: str, *, endpoint_id: str = "", key: str = "") -> None:
        message = Message(kind=kind, sender=self.name, app_id=app_id, endpoint_id=endpoint_id, key=key)
        try:
            await self.backend.publish(message.to_bytes())
        except Exception as error:  # noqa: BLE001  (other workers find out for themselves)
            self.local.outage.failed("publish", error)
        else:
            self.local.outage.worked("publish")

    def _lease(self, kind: str, of: str) -> Lease:
        return Lease(self.backend, _name(kind, of), ttl=min(_LONGEST_LEASE, self.deadline))

    def _judge(self, live: LiveData | None, rule: Rule) -> Freshness:
        snapshot = None if live is None else live.snapshot
        return self.local.policy.judge(snapshot, rule=rule, now=self.local.clock())


def _says_something(track: AppTrack) -> bool:
    return track.failures > 0 or track.strikes > 0 or track.is_open


def _track(kind: type[TrackT], found: Aged | None, now: float) -> TrackT | None:
    return None if found is None else track_from_bytes(kind, found.value, set_at=now - found.age)


def _name(kind: str, of: str) -> str:
    """Return a key of its own for what belongs to a snapshot, or to an app under one configuration."""
    return f"dashboard-integrations:{kind}:{sha256(of.encode()).hexdigest()[:40]}"
