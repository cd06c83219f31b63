"""Snapshots survive a cache, and their keys tell apart what must not be mixed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.freshness import Snapshot, snapshot_key

KEPT = Snapshot(view="gauge", encoded=b"{}", fetched_at=1_000.0, expires_at=1_010.0)


@given(st.binary(), st.floats(0, 1e12), st.floats(0, 1e12))
def test_round_trip(encoded, fetched_at, expires_at):
    """A snapshot reads back as it was, whatever bytes its payload holds."""
    kept = Snapshot(view="chart", encoded=encoded, fetched_at=fetched_at, expires_at=expires_at)
    assert Snapshot.from_bytes(kept.to_bytes()) == kept


@given(st.binary(max_size=200))
def test_damaged_is_missing(value):
    """What is no snapshot reads as missing."""
    assert Snapshot.from_bytes(value) is None


@pytest.mark.parametrize(
    "head",
    [
        b'{"v":1,"view":"gauge","fetchedAt":NaN,"expiresAt":2,"check":2745614147}',
        b'{"v":1,"view":"gauge","fetchedAt":1,"expiresAt":Infinity,"check":2745614147}',
        b'{"v":1,"view":"gauge","fetchedAt":1%s,"expiresAt":2,"check":2745614147}' % (b"0" * 400),
        b"[" * 100_000,
    ],
    ids=["not a number", "infinite", "too large", "nested"],
)
def test_times_that_are_none_are_missing(head):
    """A snapshot without a time it was fetched at cannot be shown, so it reads as missing."""
    assert Snapshot.from_bytes(head + b"\n{}") is None


@pytest.mark.parametrize("damaged", [KEPT.to_bytes()[:-1], KEPT.to_bytes() + b"x", KEPT.to_bytes()[:-1] + b"]"])
def test_a_damaged_payload_is_missing(damaged):
    """Half of a payload would be half of a body of JSON: a cache may lose its end, and no answer is broken by it."""
    assert Snapshot.from_bytes(damaged) is None


def test_what_is_no_bytes_is_missing():
    """A backend that returns text, as some clients do, is as good as an empty one."""
    assert Snapshot.from_bytes(KEPT.to_bytes().decode()) is None


def test_another_format_is_missing():
    """A snapshot of a later version reads as missing."""
    assert Snapshot.from_bytes(KEPT.to_bytes().replace(b'"v":1', b'"v":2')) is None


def test_keys_differ_by_every_part():
    """App, endpoint, parameters and configuration each make another key."""
    first = ("a", "e", {}, "f")
    parts = [first, ("b", "e", {}, "f"), ("a", "x", {}, "f"), ("a", "e", {"p": 1}, "f"), ("a", "e", {}, "g")]
    keys = {snapshot_key(a, e, parameters=p, fingerprint=f) for a, e, p, f in parts}
    assert len(keys) == len(parts)


def test_key_does_not_depend_on_the_order_of_parameters():
    """The same parameters in another order are the same key."""
    one = snapshot_key("a", "e", parameters={"x": 1, "y": 2}, fingerprint="f")
    assert one == snapshot_key("a", "e", parameters={"y": 2, "x": 1}, fingerprint="f")


@given(st.text(), st.text())
def test_keys_are_short_ascii(app_id, endpoint_id):
    """A key fits every backend, whatever the ids."""
    key = snapshot_key(app_id, endpoint_id, parameters={}, fingerprint="f")
    assert key.isascii()
    assert key.isprintable()
    assert len(key) <= 250
