"""The fetcher: an endpoint's data from its snapshot, or from one call that all who want it share."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import anyio

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode, UpstreamTimeoutError
from dashboard_integrations.freshness import Answer, Freshness, FreshnessPolicy, Rule, Snapshot
from dashboard_integrations.integration import Endpoint
from dashboard_integrations.service._boarding import Boarding
from dashboard_integrations.service._flights import Flight, Flights
from dashboard_integrations.service._lanes import Lane, Lanes
from dashboard_integrations.service._ledger import AppLedger, Ledger
from dashboard_integrations.service._live import LiveData, RetriedEnvelope
from dashboard_integrations.service._refusals import refusal, with_retry
from dashboard_integrations.service._snapshots import Snapshots
from dashboard_integrations.service._targets import Target
from dashboard_integrations.service._upkeep import Upkeep

__all__ = ["PENDING", "Fetcher", "RuleOverride"]

RuleOverride = Callable[[AppRecord, Endpoint], Rule | None]
"""What a host says about an app's endpoint; ``None`` leaves it to the integration."""

PENDING = "pending"
"""Reason of a ``timeout`` that says: not answered yet, and still waited for."""

_ASK_AGAIN_AFTER = 1.0


class Fetcher:
    """Answers with data or its absence, never with an exception for what a service does."""

    def __init__(
        self,
        *,
        snapshots: Snapshots,
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
        self._snapshots = snapshots
        self._flights = flights
        self._ledger = ledger
        self._lanes = lanes
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
        live = await self._snapshots.read(target, ledger)
        snapshot = None if live is None else live.snapshot
        now = self._clock()
        freshness = self._policy.judge(snapshot, rule=rule, now=now)
        under_way = self._flights.under_way(key)
        decision = self._policy.decide(
            freshness, endpoint=ledger.endpoint(key), app=ledger.track, is_probing=ledger.is_probing, now=now
        )
        if live is not None and decision.answer is Answer.SNAPSHOT and (under_way or not decision.calls):
            may_repeat = ticket is not None and self._snapshots.may_repeat
            if ticket is not None and may_repeat and (under_way or freshness is Freshness.FRESH):
                self._open_lane(target, ledger, live, rule, now=now, ticket=ticket)
            return self._answer_from_cache(target, ledger, live)
        if under_way is None and decision.answer is Answer.REFUSAL:
            return Envelope.failure(refusal(target, ledger, now=now))
        flight = under_way or self._begin(target, ledger, rule)
        if live is None and under_way is None and ticket is not None and self._snapshots.may_repeat:
            self._board(flight, target, ledger, now=now, ticket=ticket)
        outcome = await _wait(flight, self._patience(freshness, patience))
        if live is not None and not isinstance(outcome, LiveData):
            return self._answer_from_cache(target, ledger, live)
        return self._landed(target, ledger, outcome)

    async def aboard(self, boarding: Boarding) -> Envelope[EndpointData]:
        """Return what came of the flight that others wait for."""
        return self._landed(boarding.target, boarding.ledger, await boarding.wait())

    def _landed(
        self, target: Target, ledger: AppLedger, outcome: LiveData | ErrorBody | None
    ) -> Envelope[EndpointData]:
        if isinstance(outcome, LiveData):
            return self._answer(target, ledger, outcome)
        return Envelope.failure(_pending(target) if outcome is None else self._told(target, ledger, outcome))

    def _board(
        self, flight: Flight[LiveData | ErrorBody], target: Target, ledger: AppLedger, *, now: float, ticket: int
    ) -> None:
        """Let who comes next wait for the flight without finding out what it is for, while a lane would be open."""
        boarding = Boarding(flight, target, ledger, since=now, until=now + self._edits_seen_within)
        if not flight.has_landed and self._lanes.board(target.app.id, target.endpoint.id, boarding, ticket=ticket):
            self._flights.beside(partial(boarding.hold, self._longest_wait))

    def _begin(self, target: Target, ledger: AppLedger, rule: Rule) -> Flight[LiveData | ErrorBody]:
        """Begin a flight; a probe is known as one at once, before another endpoint of the app could begin a second."""
        is_probe = ledger.track.is_open

        async def call() -> LiveData | ErrorBody:
            try:
                return await self._snapshots.refresh(target, ledger, rule)
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
            refresh_error=None if error is None else with_retry(error, target, ledger, now=now),
            next_try=self._policy.next_try(ledger.endpoint(target.key), ledger.track),
        )

    def _told(self, target: Target, ledger: AppLedger, outcome: ErrorBody) -> ErrorBody:
        is_refusal = outcome.code is ErrorCode.BACKING_OFF
        return outcome if is_refusal else with_retry(outcome, target, ledger, now=self._clock())

    def _shown_error(self, target: Target, ledger: AppLedger, snapshot: Snapshot, now: float) -> ErrorBody | None:
        """Return why there is no newer data than ``snapshot``, if its last refresh failed."""
        error = ledger.endpoint(target.key).error
        if error is None and now >= snapshot.expires_at and now < ledger.track.next_try:
            return ledger.track.error
        return error


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
