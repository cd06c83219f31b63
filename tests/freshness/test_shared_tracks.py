"""Tracks as workers share them come back by the reader's clock, or not at all."""

import math

import pytest

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.freshness import AppTrack, EndpointTrack, track_from_bytes, track_to_bytes

ERROR = ErrorBody(
    code=ErrorCode.TIMEOUT, message="größer", source=ErrorSource.UPSTREAM, details={"a": "b"}, retry_after=3.0
)


def test_times_are_those_of_the_reader():
    """What was noted ten seconds before the value was set was so ten seconds before that moment, on any clock."""
    track = EndpointTrack(failures=2, since=990.0, next_try=1_020.0, error=ERROR, noted_at=1_000.0)
    read = track_from_bytes(EndpointTrack, track_to_bytes(track, now=1_010.0), set_at=50_010.0)
    assert read == EndpointTrack(
        failures=2, since=49_990.0, next_try=50_020.0, error=ERROR, noted_at=50_000.0, named_at=1_000.0
    )


def test_what_never_was_and_never_will_be():
    """Times that are infinite stay so, and no failure has no beginning."""
    track = AppTrack(strikes=3, next_try=math.inf, error=ERROR, noted_at=1_000.0, failed_at=-math.inf)
    read = track_from_bytes(AppTrack, track_to_bytes(track, now=1_000.0), set_at=5.0)
    assert (read.next_try, read.failed_at, read.strikes, read.noted_at) == (math.inf, -math.inf, 3, 5.0)
    none = track_from_bytes(EndpointTrack, track_to_bytes(EndpointTrack(noted_at=1.0), now=1.0), set_at=5.0)
    assert (none.since, none.error) == (None, None)


def test_the_name_stays_from_worker_to_worker():
    """A track that was read and set again is the same one."""
    track = AppTrack(failures=1, noted_at=1_000.0)
    read = track_from_bytes(AppTrack, track_to_bytes(track, now=1_000.0), set_at=7.0)
    again = track_from_bytes(AppTrack, track_to_bytes(read, now=8.0), set_at=70.0)
    assert track.name == read.name == again.name


@pytest.mark.parametrize(
    "value", [b"", b"1", b"1\n", b"2\n{}", b"{}", b"1\n[]", b'1\n{"failures": "x"}', b"1\n\xff", b"1\n" + b"[" * 10_000]
)
def test_what_is_no_track(value):
    """Another format, or damage, is as good as missing."""
    assert track_from_bytes(EndpointTrack, value, set_at=0.0) is None
