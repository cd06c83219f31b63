"""The ledger: what is remembered of each app's calls, for the policy and for health."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.freshness import AppTrack, EndpointTrack
from dashboard_integrations.service._targets import Target

__all__ = ["AppLedger", "Ledger"]

_MOST_APPS = 10_000
_MOST_ENDPOINTS = 500
_UNTRACKED = EndpointTrack()
_numbers = count()


@dataclass(slots=True, kw_only=True)
class AppLedger:
    """One app under one configuration. Times are epoch seconds; ``latency`` is of the last call, in seconds.

    ``hits`` counts answers given from a snapshot; ``expires_at`` is when the data that came last stops being fresh.
    ``kept`` are the keys of the snapshots in the cache. ``news`` is a number of its own, and another one whenever
    another worker may know more of the app.
    """

    app_id: str
    fingerprint: str
    track: AppTrack = field(default_factory=AppTrack)
    is_probing: bool = False
    calls: int = 0
    hits: int = 0
    latency: float | None = None
    last_success: float | None = None
    last_failure: float | None = None
    last_error: ErrorBody | None = None
    expires_at: float | None = None
    forgiven_at: float = -math.inf
    news: int = field(default_factory=_numbers.__next__)
    kept: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _endpoints: OrderedDict[str, EndpointTrack] = field(default_factory=OrderedDict)

    @property
    def endpoints(self) -> Mapping[str, EndpointTrack]:
        """The tracks of endpoints that failed last, by the keys of their snapshots."""
        return self._endpoints

    def endpoint(self, key: str) -> EndpointTrack:
        """Return the track of the endpoint whose snapshot is ``key``."""
        return self._endpoints.get(key, _UNTRACKED)

    def succeeded(self, key: str, *, now: float, expires_at: float) -> None:
        """Note that a call of the endpoint brought data: nothing of its failures, or the app's, counts any more."""
        self._endpoints.pop(key, None)
        self.track = AppTrack(noted_at=now)
        self.last_success, self.expires_at = now, expires_at

    def failed(self, key: str, *, endpoint: EndpointTrack, app: AppTrack, error: ErrorBody, now: float) -> None:
        """Note that a call of the endpoint failed, and the tracks that follow from it."""
        self._endpoints[key] = endpoint
        _bound(self._endpoints, key)
        self.track = app
        self.last_failure, self.last_error = now, error

    def keeps(self, key: str) -> None:
        """Note that there is a snapshot of this key."""
        self.kept[key] = None
        _bound(self.kept, key)

    def forgive(self, *, now: float) -> None:
        """Forget all failures, so that the next caller calls."""
        self._endpoints.clear()
        self.track = AppTrack(noted_at=now)
        self.forgiven_at = now

    def has_news(self) -> None:
        """Note that another worker may know more."""
        self.news = next(_numbers)

    def adopt_success(self, key: str, *, fetched_at: float, expires_at: float) -> None:
        """Note data that another worker fetched, unless as much is known."""
        if fetched_at > self.endpoint(key).noted_at:
            self._endpoints.pop(key, None)
        if self.last_success is None or fetched_at > self.last_success:
            self.last_success, self.expires_at = fetched_at, expires_at

    def adopt_endpoint(self, key: str, track: EndpointTrack) -> None:
        """Take another worker's track, unless a later one is known, or a person has forgiven since."""
        known = self.endpoint(key)
        if track.name != known.name and track.noted_at > max(known.noted_at, self.forgiven_at):
            self._endpoints[key] = track
            _bound(self._endpoints, key)
            self._adopt_failure(track.error, track.noted_at)

    def adopt_app(self, track: AppTrack) -> None:
        """Take another worker's track, unless a later one is known, or a person has forgiven since."""
        if track.name != self.track.name and track.noted_at > max(self.track.noted_at, self.forgiven_at):
            self.track = track
            self._adopt_failure(track.error, track.noted_at)

    def adopt_pardon(self, forgiven_at: float) -> None:
        """Take it that a person has forgiven the app then, whichever worker was told."""
        if forgiven_at > self.forgiven_at:
            self.forgiven_at = forgiven_at
            self._endpoints = OrderedDict(
                (key, track) for key, track in self._endpoints.items() if track.noted_at > forgiven_at
            )
            if self.track.noted_at <= forgiven_at:
                self.track = AppTrack(noted_at=forgiven_at)

    def _adopt_failure(self, error: ErrorBody | None, noted_at: float) -> None:
        if error is not None and (self.last_failure is None or noted_at > self.last_failure):
            self.last_failure, self.last_error = noted_at, error


class Ledger:
    """The ledgers of all apps, bounded; an app whose configuration changed begins a new one.

    ``retired`` are those of configurations that are gone, for somebody to clear away what they name.
    """

    def __init__(self) -> None:
        self._apps: OrderedDict[str, AppLedger] = OrderedDict()
        self.retired: list[AppLedger] = []
        self._past_hits = 0

    @property
    def hits(self) -> int:
        """Answers given from snapshots since the start, of apps that are gone as well."""
        return self._past_hits + sum(app.hits for app in tuple(self._apps.values()))

    def backing_off(self, now: float) -> int:
        """Return how many apps are left alone at ``now``, because they failed as a whole."""
        return sum(app.track.is_open and now < app.track.next_try for app in tuple(self._apps.values()))

    def of(self, target: Target) -> AppLedger:
        """Return the ledger of the target's app under its present configuration."""
        fingerprint = target.fingerprint
        known = self._apps.get(target.app.id)
        if known is None or known.fingerprint != fingerprint:
            self.retire(target.app.id)
            known = self._apps[target.app.id] = AppLedger(app_id=target.app.id, fingerprint=fingerprint)
        self._apps.move_to_end(target.app.id)
        while len(self._apps) > _MOST_APPS:
            self.retire(next(iter(self._apps)))
        return known

    def known(self, app_id: str) -> AppLedger | None:
        """Return what is remembered of an app, ``None`` when nothing is."""
        return self._apps.get(app_id)

    def retire(self, app_id: str) -> None:
        """Remember the app no longer."""
        gone = self._apps.pop(app_id, None)
        if gone is not None:
            self._past_hits += gone.hits
            self.retired.append(gone)

    def retire_others(self, apps: Iterable[AppRecord]) -> None:
        """Remember only these apps, as they are configured now."""
        current = {app.id: AppService.fingerprint(app) for app in apps}
        for app_id, ledger in tuple(self._apps.items()):
            if current.get(app_id) != ledger.fingerprint:
                self.retire(app_id)


def _bound(values: OrderedDict[str, Any], newest: str) -> None:
    values.move_to_end(newest)
    while len(values) > _MOST_ENDPOINTS:
        values.popitem(last=False)
