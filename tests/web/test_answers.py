"""From an envelope to status, headers and body."""

import json
from dataclasses import replace

import pytest
from scripted_service import FETCHED_AT, live_data

from dashboard_integrations.envelope import Envelope, ErrorBody
from dashboard_integrations.errors import BackingOffError, UnreachableError, UpstreamTimeoutError
from dashboard_integrations.web import Request
from dashboard_integrations.web.answers import answer, answer_data, without_body

REFRESH_FAILED = ErrorBody.of(UnreachableError("no route to nas.local", reason="network"))


def get(if_none_match=None):
    headers = {} if if_none_match is None else {"if-none-match": if_none_match}
    return Request(method="GET", path="/api/integrations/1/data/speed", headers=headers)


def etag(envelope):
    return dict(answer_data(envelope, get()).headers)["etag"]


def test_headers_of_an_answer():
    """An answer is JSON that nobody keeps or guesses the type of."""
    response = answer(Envelope.of([]))
    assert {
        "content-type": "application/json",
        "content-length": str(len(response.body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    } == dict(response.headers)


def test_headers_of_live_data():
    """Live data may be kept by the browser alone, and is asked for again with its tag."""
    headers = dict(answer_data(live_data(), get()).headers)
    assert (headers["cache-control"], headers["etag"][:3]) == ("private, no-cache", 'W/"')


def test_body_is_the_envelope():
    """The body is the envelope's JSON."""
    assert live_data().to_dict() == json.loads(answer_data(live_data(), get()).body)


def test_age_is_no_new_snapshot():
    """The same snapshot has the same tag when it is older."""
    assert etag(live_data(now=FETCHED_AT)) == etag(live_data(now=FETCHED_AT + 5))


@pytest.mark.parametrize(
    "other",
    [
        live_data(b'{"kind":"stat-card","stats":[1]}'),
        live_data(fetched_at=FETCHED_AT - 1),
        live_data(now=FETCHED_AT + 60),
        live_data(refresh_error=REFRESH_FAILED),
    ],
    ids=["payload", "time", "stale", "refresh error"],
)
def test_another_snapshot_has_another_tag(other):
    """What the page shows differently has another tag."""
    assert etag(live_data()) != etag(other)


@pytest.mark.parametrize(
    "pattern", ["{weak}", "{strong}", "*", " * ", '"other", {weak}', 'W/"a,b",{strong} , "x"', "{weak},{weak}"]
)
def test_not_modified(pattern):
    """A list, a star and both comparisons know the snapshot: 304 without a body, with its tag."""
    weak = etag(live_data())
    response = answer_data(live_data(), get(pattern.format(weak=weak, strong=weak.removeprefix("W/"))))
    assert (304, b"", weak, "private, no-cache") == (
        response.status,
        response.body,
        dict(response.headers)["etag"],
        dict(response.headers)["cache-control"],
    )


@pytest.mark.parametrize("pattern", ["", '"other"', "{bare}", 'W/"', '"*"', "x, y"])
def test_modified(pattern):
    """Another tag, or something that is none, is answered in full."""
    bare = etag(live_data()).removeprefix("W/").strip('"')
    assert answer_data(live_data(), get(pattern.format(bare=bare))).status == 200


def test_failure_has_no_tag():
    """A failure is never the snapshot the client has, and nobody keeps it."""
    response = answer_data(Envelope.failure(UpstreamTimeoutError("too slow")), get("*"))
    assert (
        response.status,
        dict(response.headers)["cache-control"],
        "etag" in dict(response.headers),
    ) == (504, "no-store", False)


@pytest.mark.parametrize(
    ("seconds", "header"),
    [(12.1, "13"), (30, "30"), (0.2, "1"), (0, "0"), (-3.0, "0"), (None, None), (float("inf"), None)],
)
def test_retry_after(seconds, header):
    """A back-off tells when to come again, in whole seconds rounded up."""
    response = answer(Envelope.failure(BackingOffError("wait", retry_after=seconds)))
    assert header == dict(response.headers).get("retry-after")


def test_no_retry_after_elsewhere():
    """Only 503 says when to come again."""
    response = answer(Envelope.failure(UpstreamTimeoutError("too slow", retry_after=5)))
    assert "retry-after" not in dict(response.headers)


def test_without_body():
    """HEAD has the headers of GET, its length included."""
    response = answer(Envelope.of([]))
    assert replace(response, body=b"") == without_body(response)
