"""The fetcher: an endpoint's data from its snapshot, or from one call that all who want it share."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace

import anyio

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.cache import CacheBackend
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import BackingOffError, ErrorCode, UpstreamTimeoutError
from dashboard_integrations.freshness import Answer, Freshness, FreshnessPolicy, Rule, Snapshot
from dashboard_integrations.integration import Endpoint
from dashboard_integrations.service._flights import Flight, Flights
from dashboard_integrations.service._lanes import Lane, Lanes
from dashboard_integrations.service._ledger import AppLedger, Ledger
from dashboard_integrations.service._live import LiveData, RetriedEnvelope
from dashboard_integrations.service._near import NearCache
from dashboard_integrations.service._refresher import Refresher
from dashboard_integrations.service._targets import Target
from dashboard_integrations.service._upkeep import Upkeep

__all__ = ["PENDING", "Fetcher", "RuleOverride"]

logger = logging.getLogger(__name__)

RuleOverride = Callable[[AppRecord, Endpoint], Rule | None]
"""What a host says about an app's endpoint; ``None`` leaves it to the integration."""

PENDING = "pending"
"""Reason of a ``timeout`` that says: not answered yet, and still waited for."""

_ASK_AGAIN_AFTER = 1.0
_PASSES_BY_ITSELF = frozenset(
    {ErrorCode.UNREACHABLE, ErrorCode.TIMEOUT, ErrorCode.RATE_LIMITED, ErrorCode.UPSTREAM_ERROR}
)


class Fetcher:
    """Answers with data or its absence, never with an exception for what a service does."""

    def __init__(
        self,
        *,
        cache: CacheBackend,
        refresher: Refresher,
        flights: Flights[LiveData | ErrorBody],
        ledger: Ledger,
        lanes: Lanes,
        upkeep: Upkeep,
        policy: FreshnessPolicy,
        rules: RuleOverride | None,
        refresh_patience: float,
        longest_wait: float,
        edits_seen_within: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._refresher = refresher
        self._flights = flights
        self._ledger = ledger
        self._lanes = lanes
        self._near = NearCache()
        self._upkeep = upkeep
        self._policy = policy
        self._rules = rules
        self._refresh_patience = refresh_patience
        self._longest_wait = longest_wait
        self._edits_seen_within = edits_seen_within
        self._clock = clock

    async def fetch(
        self, target: Target, *, patience: float | None = None, ticket: int | None = None
    ) -> Envelope[EndpointData]:
        """Return data, stale data with the reason, or the error.

        Data that is stale but usable is answered at once: who finds no refresh under way begins one and waits only
        ``refresh_patience`` for it. ``patience`` bounds every wait, in seconds; the call goes on without the caller.
        With the ``ticket`` of the lanes from before the target was found, a lane is opened for what can be answered
        again.
        """
        key, ledger, rule = target.key, self._ledger.of(target), self._rule(target)
        self._upkeep.clear()
        live = await self._stored(target)
        snapshot = None if live is None else live.snapshot
        now = self._clock()
        freshness = self._policy.judge(snapshot, rule=rule, now=now)
        under_way = self._flights.under_way(key)
        decision = self._policy.decide(
            freshness, endpoint=ledger.endpoint(key), app=ledger.track, is_probing=ledger.is_probing, now=now
        )
        if live is not None and decision.answer is Answer.SNAPSHOT and (under_way or not decision.calls):
            if ticket is not None and (under_way or freshness is Freshness.FRESH):
                self._open_lane(target, ledger, live, rule, now=now, ticket=ticket)
            return self._answer_from_cache(target, ledger, live)
        if under_way is None and decision.answer is Answer.REFUSAL:
            return Envelope.failure(self._refusal(target, ledger))
        flight = under_way or self._begin(target, ledger, rule)
        outcome = await _wait(flight, self._patience(freshness, patience))
        if isinstance(outcome, LiveData):
            return self._answer(target, ledger, outcome)
        if live is not None:
            return self._answer_from_cache(target, ledger, live)
        return Envelope.failure(_pending(target) if outcome is None else self._with_retry(target, ledger, outcome))

    def _begin(self, target: Target, ledger: AppLedger, rule: Rule) -> Flight[LiveData | ErrorBody]:
        """Begin a flight; a probe is known as one at once, before another endpoint of the app could begin a second."""
        is_probe = ledger.track.is_open

        async def call() -> LiveData | ErrorBody:
            try:
                return await self._refresh(target, ledger, rule)
            finally:
                self._lanes.close_one(target.app.id, target.endpoint.id)
                if is_probe:
                    ledger.is_probing = False

        flight = self._flights.join(target.key, call)
        if is_probe and not flight.has_landed:
            ledger.is_probing = True
        return flight

    def _rule(self, target: Target) -> Rule:
        said = None if self._rules is None else self._rules(target.app, target.endpoint)
        if said is not None:
            return said
        rule = self._policy.rule(target.endpoint.ttl)
        stale_for = target.endpoint.stale_for
        return rule if stale_for is None else replace(rule, stale_for=stale_for)

    def _patience(self, freshness: Freshness, patience: float | None) -> float:
        longest = self._refresh_patience if freshness is Freshness.STALE else self._longest_wait
        return longest if patience is None else min(longest, patience)

    def _open_lane(
        self, target: Target, ledger: AppLedger, live: LiveData, rule: Rule, *, now: float, ticket: int
    ) -> None:
        """Let what is answered now be answered again, where nothing but its age can change by itself.

        It is until the data stops being fresh, or its refresh has landed, or somebody may have edited the app.
        """
        if self._shown_error(target, ledger, live.snapshot, now) is not None:
            return
        expires_at = live.snapshot.expires_at
        end = expires_at if now < expires_at else expires_at + rule.stale_for
        until = min(end, now + self._edits_seen_within)
        self._lanes.open(target.app.id, target.endpoint.id, Lane(live, ledger, since=now, until=until), ticket=ticket)

    def _answer_from_cache(self, target: Target, ledger: AppLedger, live: LiveData) -> Envelope[EndpointData]:
        ledger.hits += 1
        return self._answer(target, ledger, live)

    def _answer(self, target: Target, ledger: AppLedger, live: LiveData) -> Envelope[EndpointData]:
        now = self._clock()
        error = self._shown_error(target, ledger, live.snapshot, now)
        return RetriedEnvelope(
            live,
            now,
            refresh_error=None if error is None else self._with_retry(target, ledger, error),
            next_try=self._policy.next_try(ledger.endpoint(target.key), ledger.track),
        )

    def _shown_error(self, target: Target, ledger: AppLedger, snapshot: Snapshot, now: float) -> ErrorBody | None:
        """Return why there is no newer data than ``snapshot``, if its last refresh failed."""
        error = ledger.endpoint(target.key).error
        if error is None and now >= snapshot.expires_at and now < ledger.track.next_try:
            return ledger.track.error
        return error

    def _refusal(self, target: Target, ledger: AppLedger) -> ErrorBody:
        """Say why no call is made: the failure itself when a person has to act, else that it is waited for."""
        error = ledger.endpoint(target.key).error or ledger.track.error
        if error is not None and error.code not in _PASSES_BY_ITSELF:
            return self._with_retry(target, ledger, error)
        wait = self._seconds_to_next_try(target, ledger) or _ASK_AGAIN_AFTER
        cause = "" if error is None else f": {error.message}"
        return ErrorBody.of(
            BackingOffError(
                f"{target.app.name} is called again in {wait:.0f} seconds, as it failed a moment ago{cause}",
                reason=None if error is None else error.code.value,
                retry_after=wait,
            )
        )

    def _with_retry(self, target: Target, ledger: AppLedger, error: ErrorBody) -> ErrorBody:
        return replace(error, retry_after=self._seconds_to_next_try(target, ledger))

    def _seconds_to_next_try(self, target: Target, ledger: AppLedger) -> float | None:
        """Return how long until the service may be called, ``None`` when a person has to act first."""
        next_try = self._policy.next_try(ledger.endpoint(target.key), ledger.track)
        return round(max(next_try - self._clock(), 0.0), 3) if math.isfinite(next_try) else None

    async def _stored(self, target: Target) -> LiveData | None:
        try:
            value = await self._cache.get(target.key)
        except Exception as error:  # noqa: BLE001  (a failing cache is as good as an empty one)
            logger.warning("cache-get-failed", extra={"error": type(error).__name__})
            return None
        return None if value is None else self._near.read(target.key, value, endpoint_id=target.endpoint.id)

    async def _refresh(self, target: Target, ledger: AppLedger, rule: Rule) -> LiveData | ErrorBody:
        """Call the service unless somebody did while this flight was on its way; raise nothing."""
        stored = await self._stored(target)
        if stored is not None and self._policy.judge(stored.snapshot, rule=rule, now=self._clock()) is Freshness.FRESH:
            return stored
        outcome = await self._refresher.refresh(target, ledger, rule=rule)
        if await self._upkeep.is_current(target) and isinstance(outcome, Snapshot):
            ledger.keeps(target.key)
            await self._keep(target.key, outcome, rule)
        return LiveData(target.endpoint.id, outcome) if isinstance(outcome, Snapshot) else outcome

    async def _keep(self, key: str, snapshot: Snapshot, rule: Rule) -> None:
        try:
            await self._cache.set(key, snapshot.to_bytes(), ttl=rule.ttl + max(self._policy.kept_for, rule.stale_for))
        except Exception as error:  # noqa: BLE001  (a failing cache costs freshness, never an answer)
            logger.warning("cache-set-failed", extra={"error": type(error).__name__})


async def _wait(flight: Flight[LiveData | ErrorBody], patience: float) -> LiveData | ErrorBody | None:
    """Return the outcome, or ``None`` when it is not there within ``patience`` seconds."""
    with anyio.move_on_after(patience):
        return await flight.wait()
    return None


def _pending(target: Target) -> UpstreamTimeoutError:
    return UpstreamTimeoutError(
        f"{target.app.name} has not answered yet and is still waited for: ask again",
        reason=PENDING,
        retry_after=_ASK_AGAIN_AFTER,
    )
