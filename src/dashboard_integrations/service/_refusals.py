"""Refusals: why a service is not called now, and when it will be."""

import math
from dataclasses import replace

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import BackingOffError, ErrorCode
from dashboard_integrations.freshness import FreshnessPolicy
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._targets import Target

__all__ = ["refusal", "with_retry"]

_ASK_AGAIN_AFTER = 1.0
_PASSES_BY_ITSELF = frozenset(
    {ErrorCode.UNREACHABLE, ErrorCode.TIMEOUT, ErrorCode.RATE_LIMITED, ErrorCode.UPSTREAM_ERROR}
)


def refusal(target: Target, ledger: AppLedger, *, now: float) -> ErrorBody:
    """Say why no call is made: the failure itself when a person has to act, else that it is waited for."""
    error = ledger.endpoint(target.key).error or ledger.track.error
    if error is not None and error.code not in _PASSES_BY_ITSELF:
        return with_retry(error, target, ledger, now=now)
    wait = _seconds_to_next_try(target, ledger, now) or _ASK_AGAIN_AFTER
    cause = "" if error is None else f": {error.message}"
    return ErrorBody.of(
        BackingOffError(
            f"{target.app.name} is called again in {wait:.0f} seconds, as it failed a moment ago{cause}",
            reason=None if error is None else error.code.value,
            retry_after=wait,
        )
    )


def with_retry(error: ErrorBody, target: Target, ledger: AppLedger, *, now: float) -> ErrorBody:
    """Return ``error`` with the time until the service is called again."""
    return replace(error, retry_after=_seconds_to_next_try(target, ledger, now))


def _seconds_to_next_try(target: Target, ledger: AppLedger, now: float) -> float | None:
    """Return how long until the service may be called, ``None`` when a person has to act first."""
    next_try = FreshnessPolicy.next_try(ledger.endpoint(target.key), ledger.track)
    return round(max(next_try - now, 0.0), 3) if math.isfinite(next_try) else None
