"""The freshness policy: what to answer and whether to call, decided from what is known and the time; no I/O."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.freshness._snapshot import Snapshot
from dashboard_integrations.freshness._tracks import AppTrack, EndpointTrack

__all__ = ["Answer", "Decision", "Freshness", "FreshnessPolicy", "Rule"]

_LONGEST_RETRY_AFTER = 86_400.0

_OF_THE_APP = frozenset(
    {
        ErrorCode.AUTH_FAILED,
        ErrorCode.BLOCKED_ADDRESS,
        ErrorCode.INVALID_CONFIG,
        ErrorCode.RATE_LIMITED,
        ErrorCode.SECRET_UNREADABLE,
        ErrorCode.TIMEOUT,
        ErrorCode.TLS_UNTRUSTED,
        ErrorCode.UNREACHABLE,
    }
)
"""Failures that say something of the app as a whole; the others say that it answers."""


class Freshness(Enum):
    """How good a snapshot is.

    ``FRESH``: as good as a call. ``STALE``: good enough to show at once. ``OLD``: better than nothing. ``MISSING``.
    """

    FRESH = "fresh"
    STALE = "stale"
    OLD = "old"
    MISSING = "missing"


class Answer(Enum):
    """What a caller gets: the snapshot at once, the outcome of a call, or the reason why there is none."""

    SNAPSHOT = "snapshot"
    OUTCOME = "outcome"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long an endpoint's data is fresh, and how long after that it is shown at once; both in seconds."""

    ttl: float
    stale_for: float

    def __post_init__(self) -> None:
        if not (self.ttl > 0 and self.stale_for >= 0):
            raise ValueError(f"a ttl is more than 0 seconds and stale_for not less: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do for a caller. ``calls``: begin a call, or join the one under way."""

    answer: Answer
    calls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessPolicy:
    """The numbers of the policy, and its decisions. Times are in seconds.

    After failure *n* the next call waits ``base`` · 2ⁿ⁻¹ with up to ``jitter`` of that added, ``longest`` at most
    (with up to ``jitter`` taken off), and never less than the service's ``Retry-After``, of which a day counts. After
    ``strikes`` refused credentials, those within ``base`` seconds counted once, nothing is called until the
    configuration changes or a person retries. After ``circuit_after`` failures in a row of an app as a whole, or one
    request for fewer calls, one probe at a time is let through. ``kept_for`` is how old data may be and still be shown
    while a service is down. ``herd_offset`` lengthens each time to live by up to that part, so that many apps do not
    refresh in step.
    """

    base: float = 5.0
    longest: float = 600.0
    jitter: float = 0.25
    strikes: int = 3
    circuit_after: int = 3
    stale_ttls: float = 10.0
    shortest_stale_for: float = 300.0
    kept_for: float = 86_400.0
    herd_offset: float = 0.05

    def rule(self, ttl: float) -> Rule:
        """Return the rule for a time to live that nobody said more about."""
        return Rule(ttl=ttl, stale_for=max(ttl * self.stale_ttls, self.shortest_stale_for))

    def expires_at(self, fetched_at: float, *, rule: Rule, random: Callable[[], float]) -> float:
        """Return when data fetched now stops being fresh."""
        return fetched_at + rule.ttl * (1 + self.herd_offset * random())

    def judge(self, snapshot: Snapshot | None, *, rule: Rule, now: float) -> Freshness:
        """Say how good ``snapshot`` is. One from the future (a clock was set back) is stale, not fresh for long."""
        if snapshot is None:
            return Freshness.MISSING
        lifetime = snapshot.expires_at - snapshot.fetched_at
        if snapshot.fetched_at - lifetime <= now < snapshot.expires_at:
            return Freshness.FRESH
        return Freshness.STALE if now < snapshot.expires_at + rule.stale_for else Freshness.OLD

    def decide(
        self, freshness: Freshness, *, endpoint: EndpointTrack, app: AppTrack, is_probing: bool, now: float
    ) -> Decision:
        """Say what a caller gets and whether to call. ``is_probing``: a probe of the app is under way already."""
        if freshness is Freshness.FRESH:
            return Decision(answer=Answer.SNAPSHOT, calls=False)
        waits = now < self.next_try(endpoint, app) or (app.is_open and is_probing)
        if freshness is Freshness.STALE:
            return Decision(answer=Answer.SNAPSHOT, calls=not waits)
        if not waits:
            return Decision(answer=Answer.OUTCOME, calls=True)
        shown = Answer.REFUSAL if freshness is Freshness.MISSING else Answer.SNAPSHOT
        return Decision(answer=shown, calls=False)

    @staticmethod
    def next_try(endpoint: EndpointTrack, app: AppTrack) -> float:
        """Return when the endpoint may be called again, in epoch seconds; infinite when a person has to act."""
        return max(endpoint.next_try, app.next_try)

    def endpoint_failed(
        self, track: EndpointTrack, error: ErrorBody, *, now: float, random: Callable[[], float]
    ) -> EndpointTrack:
        """Return the endpoint's track after one more failure."""
        failures = track.failures + 1
        return EndpointTrack(
            failures=failures,
            since=now if track.since is None else track.since,
            next_try=now + self._wait(failures, error, random=random),
            error=error,
            noted_at=now,
        )

    def app_failed(self, track: AppTrack, error: ErrorBody, *, now: float, random: Callable[[], float]) -> AppTrack:
        """Return the app's track after a failure of one of its endpoints."""
        if error.code not in _OF_THE_APP:
            return AppTrack(strikes=track.strikes, struck_at=track.struck_at, noted_at=now)
        failures = track.failures + 1
        rounds, failed_at = track.rounds, track.failed_at
        if now - failed_at >= self.base:
            rounds, failed_at = rounds + 1, now
        strikes, struck_at = track.strikes, track.struck_at
        if error.code is ErrorCode.AUTH_FAILED and now - struck_at >= self.base:
            strikes, struck_at = strikes + 1, now
        is_open = failures >= self.circuit_after or error.code is ErrorCode.RATE_LIMITED
        next_try = 0.0
        if strikes >= self.strikes:
            next_try = math.inf
        elif is_open:
            next_try = max(track.next_try, now + self._wait(rounds, error, random=random))
        return AppTrack(
            failures=failures,
            rounds=rounds,
            failed_at=failed_at,
            strikes=strikes,
            struck_at=struck_at,
            is_open=is_open,
            next_try=next_try,
            error=error,
            noted_at=now,
        )

    def _wait(self, failures: int, error: ErrorBody, *, random: Callable[[], float]) -> float:
        exponent = min(failures - 1, 64)
        chance = self.jitter * random()
        wait = self.base * 2.0**exponent * (1 + chance)
        if wait > self.longest:  # spread downwards there, or all that wait longest would call in step
            wait = self.longest * (1 - chance)
        asked = error.retry_after if error.retry_after is not None and error.retry_after > 0 else 0.0
        return max(wait, min(asked, _LONGEST_RETRY_AFTER))
