"""Pace: calls are spread, bursts are small, and nobody waits for longer than an answer may take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import RateLimitedError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.http.pace import Pace
from dashboard_integrations.testing import FakeService


class FakeTime:
    def __init__(self):
        self.now = 5_000.0

    def __call__(self):
        return self.now


def test_a_burst_of_ten_seconds_goes_at_once():
    """Thirty calls a minute let five go at once, and then one every two seconds."""
    pace = Pace(30, clock=FakeTime())
    assert [pace.take() for _ in range(8)] == [0, 0, 0, 0, 0, 2, 4, 6]


def test_slow_paces_let_one_call_go():
    """One call a minute is one call a minute."""
    pace = Pace(1, clock=FakeTime())
    assert [pace.take() for _ in range(3)] == [0, 60, 120]


def test_unused_time_is_not_saved_up():
    """After an idle hour the burst is as small as ever."""
    time = FakeTime()
    pace = Pace(30, clock=time)
    for _ in range(8):
        pace.take()
    time.now += 3_600
    assert [pace.take() for _ in range(6)] == [0, 0, 0, 0, 0, 2]


@given(st.floats(0.5, 600), st.lists(st.floats(0, 30), max_size=100))
def test_no_minute_has_more_calls_than_allowed(per_minute, pauses):
    """In any minute no more calls are made than a minute's and a burst's."""
    time = FakeTime()
    pace = Pace(per_minute, clock=time)
    made = []
    for pause in pauses:
        time.now += pause
        made.append(time.now + pace.take())
    for start in made:
        in_a_minute = sum(start <= moment < start + 60 for moment in made)
        assert in_a_minute <= per_minute + max(per_minute / 6, 1) + 1


@pytest.mark.parametrize("per_minute", [0, -1, float("nan")])
def test_a_pace_of_nothing(per_minute):
    """A pace that lets nothing through is a mistake."""
    with pytest.raises(ValueError, match="more than 0"):
        Pace(per_minute)


async def test_calls_beyond_the_limit_are_not_made():
    """A call whose turn is further away than an answer may be is refused at once, and not sent."""
    with FakeService() as service:
        service.reply("GET", "/x", json={})
        async with HttpPool() as pool:
            app = pool.app(
                key="1",
                config=ServiceConfig(url=service.url, timeout=20),
                auth=None,
                max_response_bytes=1_000,
                calls_per_minute=1,
            )
            await app.transport.send(HttpRequest(method="GET", path="/x"))
            with pytest.raises(RateLimitedError) as caught:
                await app.transport.send(HttpRequest(method="GET", path="/x"))
        assert (caught.value.reason, caught.value.source, len(service.requests)) == ("own-limit", "host", 1)
        assert 20 < caught.value.retry_after <= 60


async def test_calls_wait_for_their_turn():
    """A call whose turn is near waits for it and is made."""
    with FakeService() as service:
        service.reply("GET", "/x", json={})
        async with HttpPool() as pool:
            app = pool.app(
                key="1",
                config=ServiceConfig(url=service.url),
                auth=None,
                max_response_bytes=1_000,
                calls_per_minute=600,
            )
            for _ in range(103):
                await app.transport.send(HttpRequest(method="GET", path="/x"))
        assert len(service.requests) == 103
