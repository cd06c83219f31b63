"""The policy decides from what is known and the time alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.freshness import (
    Answer,
    AppTrack,
    Decision,
    EndpointTrack,
    Freshness,
    FreshnessPolicy,
    Rule,
    Snapshot,
)

POLICY = FreshnessPolicy()
RULE = POLICY.rule(10)


def no_jitter():
    return 0.0


def error(code="unreachable", retry_after=None):
    return ErrorBody(code=ErrorCode(code), message="m", source=ErrorSource.UPSTREAM, retry_after=retry_after)


def failed(times, code="unreachable", *, every=0.0, start=1_000.0):
    """Return both tracks after so many failures in a row."""
    endpoint, app = EndpointTrack(), AppTrack()
    for number in range(times):
        now = start + number * every
        endpoint = POLICY.endpoint_failed(endpoint, error(code), now=now, random=no_jitter)
        app = POLICY.app_failed(app, error(code), now=now, random=no_jitter)
    return endpoint, app


def decide(freshness, *, endpoint=None, app=None, now=1_000.0, is_probing=False):
    return POLICY.decide(
        freshness, endpoint=endpoint or EndpointTrack(), app=app or AppTrack(), is_probing=is_probing, now=now
    )


@pytest.mark.parametrize(
    ("now", "freshness"),
    [
        (1_000.0, Freshness.FRESH),
        (1_009.9, Freshness.FRESH),
        (1_010.0, Freshness.STALE),
        (1_309.0, Freshness.STALE),
        (1_310.0, Freshness.OLD),
        (995.0, Freshness.FRESH),
        (900.0, Freshness.STALE),
    ],
)
def test_judge(now, freshness):
    """A snapshot is fresh for its time, then usable for a while, then only better than nothing."""
    kept = Snapshot(view="gauge", encoded=b"{}", fetched_at=1_000.0, expires_at=1_010.0)
    assert POLICY.judge(kept, rule=RULE, now=now) is freshness


def test_missing():
    """Nothing at hand is missing."""
    assert POLICY.judge(None, rule=RULE, now=0.0) is Freshness.MISSING


@pytest.mark.parametrize(("ttl", "stale_for"), [(1, 300.0), (30, 300.0), (60, 600.0), (3_600, 36_000.0)])
def test_rule_follows_from_the_ttl(ttl, stale_for):
    """Data is shown at once for ten times its time to live, five minutes at least."""
    assert POLICY.rule(ttl).stale_for == stale_for


@pytest.mark.parametrize(("ttl", "stale_for"), [(0, 1), (-1, 1), (1, -1), (math.nan, 1)])
def test_rule_of_nothing(ttl, stale_for):
    """A rule that would call for every viewer is refused."""
    with pytest.raises(ValueError, match="more than 0"):
        Rule(ttl=ttl, stale_for=stale_for)


@pytest.mark.parametrize(
    ("freshness", "decision"),
    [
        (Freshness.FRESH, Decision(answer=Answer.SNAPSHOT, calls=False)),
        (Freshness.STALE, Decision(answer=Answer.SNAPSHOT, calls=True)),
        (Freshness.OLD, Decision(answer=Answer.OUTCOME, calls=True)),
        (Freshness.MISSING, Decision(answer=Answer.OUTCOME, calls=True)),
    ],
)
def test_healthy(freshness, decision):
    """Without failures the freshness decides."""
    assert decide(freshness) == decision


@pytest.mark.parametrize(
    ("freshness", "answer"),
    [(Freshness.STALE, Answer.SNAPSHOT), (Freshness.OLD, Answer.SNAPSHOT), (Freshness.MISSING, Answer.REFUSAL)],
)
def test_backing_off(freshness, answer):
    """While it backs off nothing is called, and whatever there is is shown."""
    endpoint, app = failed(1)
    assert decide(freshness, endpoint=endpoint, app=app) == Decision(answer=answer, calls=False)


def test_back_off_doubles_up_to_its_longest():
    """The wait doubles from 5 seconds up to 600."""
    waits = [failed(number)[0].next_try - 1_000.0 for number in range(1, 10)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_are_bounded(failures, chance):
    """However often it failed and whatever the dice say, a wait is between 5 and 600 seconds."""
    track = EndpointTrack(failures=failures - 1)
    wait = POLICY.endpoint_failed(track, error(), now=0.0, random=lambda: chance).next_try
    assert 5 <= wait <= 600


@given(st.floats(0, 1, exclude_max=True))
def test_longest_waits_are_spread_as_well(chance):
    """After a long outage services are not called in step."""
    wait = POLICY.endpoint_failed(EndpointTrack(failures=50), error(), now=0.0, random=lambda: chance).next_try
    assert wait == 600 * (1 - 0.25 * chance)


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_jitter_only_adds(one, other):
    """Jitter spreads the tries and never makes one earlier than the policy says."""
    waits = [
        POLICY.endpoint_failed(EndpointTrack(), error(), now=0.0, random=lambda c=c: c).next_try for c in (one, other)
    ]
    assert all(5 <= wait <= 6.25 for wait in waits)


@pytest.mark.parametrize(
    ("retry_after", "wait"), [(0.0, 5), (3.0, 5), (60.0, 60), (86_400.0, 86_400), (10_000_000.0, 86_400), (-5.0, 5)]
)
def test_retry_after_is_a_floor(retry_after, wait):
    """What the service asks for is the least wait, a day at most."""
    asked = error("rate-limited", retry_after)
    endpoint = POLICY.endpoint_failed(EndpointTrack(), asked, now=0.0, random=no_jitter)
    app = POLICY.app_failed(AppTrack(), asked, now=0.0, random=no_jitter)
    assert (endpoint.next_try, app.next_try) == (wait, wait)


def test_strikes_stop_everything():
    """After three refused credentials nothing is called any more."""
    _, app = failed(3, "auth-failed", every=100.0)
    assert decide(Freshness.STALE, app=app, now=1e12) == Decision(answer=Answer.SNAPSHOT, calls=False)
    assert decide(Freshness.MISSING, app=app, now=1e12) == Decision(answer=Answer.REFUSAL, calls=False)


def test_two_strikes_do_not():
    """Two refusals are waited out."""
    _, app = failed(2, "auth-failed", every=100.0)
    assert decide(Freshness.MISSING, app=app, now=1e6).calls


def test_refusals_of_one_moment_are_one_strike():
    """Endpoints that are refused at the same moment strike once: it was one login."""
    _, app = failed(8, "auth-failed", every=0.1)
    assert app.strikes == 1


def test_circuit_opens_after_failures_in_a_row():
    """After three failures of the app as a whole, endpoints that never failed wait as well."""
    _, app = failed(3)
    assert not decide(Freshness.MISSING, app=app, now=1_001.0).calls


def test_endpoints_that_fail_together_wait_as_one():
    """A blip that eight endpoints meet at once is waited out like one failure, not like eight in a row."""
    _, app = failed(8, every=0.1)
    assert 5 <= app.next_try - 1_000.0 <= 6


def test_a_row_begins_anew_after_an_answer():
    """After an answer, be it a failure of one endpoint, the app's next row waits as its first did."""
    _, app = failed(3, every=0.1)
    app = POLICY.app_failed(app, error("bad-response"), now=1_001.0, random=no_jitter)
    for _ in range(3):
        app = POLICY.app_failed(app, error(), now=1_002.0, random=no_jitter)
    assert app.next_try == 1_007.0


def test_circuit_waits_double_with_each_probe():
    """The app's wait doubles when a probe fails, whatever the number of its endpoints."""
    _, app = failed(4, every=0.1)
    waits = []
    for _ in range(4):
        now = app.next_try
        app = POLICY.app_failed(app, error(), now=now, random=no_jitter)
        waits.append(app.next_try - now)
    assert waits == [10, 20, 40, 80]


def test_circuit_lets_one_probe_through():
    """When the wait is over one probe goes ahead, and the others wait for it."""
    _, app = failed(3)
    later = app.next_try
    assert decide(Freshness.MISSING, app=app, now=later).calls
    assert not decide(Freshness.MISSING, app=app, now=later, is_probing=True).calls


@pytest.mark.parametrize("code", ["bad-response", "not-found", "upstream-error", "forbidden", "internal"])
def test_failure_of_one_endpoint_is_not_the_app(code):
    """A failure that shows that the app answers closes the circuit for the other endpoints."""
    _, open_app = failed(3)
    closed = POLICY.app_failed(open_app, error(code), now=2_000.0, random=no_jitter)
    assert decide(Freshness.MISSING, app=closed, now=2_000.0).calls


def test_rate_limit_is_of_the_app():
    """A service that asks for fewer calls gets none from any endpoint until its time is over."""
    app = POLICY.app_failed(AppTrack(), error("rate-limited", 60.0), now=1_000.0, random=no_jitter)
    assert [decide(Freshness.MISSING, app=app, now=now).calls for now in (1_059.0, 1_060.0)] == [False, True]


def test_since_is_the_first_failure():
    """A row of failures began with its first."""
    endpoint, _ = failed(4, every=60.0)
    assert endpoint.since == 1_000.0


@given(
    st.sampled_from(list(Freshness)),
    st.lists(st.sampled_from(list(ErrorCode)), max_size=12),
    st.floats(0, 1e7),
    st.booleans(),
)
def test_never_a_refusal_with_data_at_hand(freshness, codes, now, is_probing):
    """Whatever happened, data at hand is shown, fresh data is never fetched, and missing data never shown."""
    endpoint, app = EndpointTrack(), AppTrack()
    for number, code in enumerate(codes):
        endpoint = POLICY.endpoint_failed(endpoint, error(code), now=number * 7.0, random=no_jitter)
        app = POLICY.app_failed(app, error(code), now=number * 7.0, random=no_jitter)
    decision = decide(freshness, endpoint=endpoint, app=app, now=now, is_probing=is_probing)
    if freshness is Freshness.FRESH:
        assert decision == Decision(answer=Answer.SNAPSHOT, calls=False)
    elif freshness is Freshness.MISSING:
        assert decision.answer is not Answer.SNAPSHOT
    else:
        assert decision.answer is not Answer.REFUSAL
    if decision.calls:
        assert now >= POLICY.next_try(endpoint, app)


@given(st.floats(0, 1, exclude_max=True))
def test_herd_offset(chance):
    """Apps that were fetched at once do not expire at once; none before its time, none much later."""
    expires_at = POLICY.expires_at(1_000.0, rule=RULE, random=lambda: chance)
    assert 1_010.0 <= expires_at <= 1_010.5
