"""Assertions: they pass what is right, and say what to do about what is not."""

from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from pydantic import SecretStr

from dashboard_integrations import Envelope, ErrorBody, ErrorCode, ErrorSource, Meta
from dashboard_integrations.envelope import EndpointData
from dashboard_integrations.testing import (
    FakeService,
    assert_asked,
    assert_code,
    assert_data,
    assert_no_secret,
    assert_shows,
    assert_view,
)
from dashboard_integrations.testing.assertions import describe
from dashboard_integrations.views import Gauge, ListItem, ListView, StatCard, ViewKind

SECRET = "a secret & more"
GAUGE = Gauge(label="Load", value=3)


def error(code=ErrorCode.AUTH_FAILED, **more):
    return ErrorBody(code=code, message="no", source=ErrorSource.UPSTREAM, **more)


def data(view=GAUGE):
    return EndpointData(endpoint_id="load", view=view.kind, encoded=view.model_dump_json().encode())


def fresh(view=GAUGE, *, refresh_error=None):
    meta = Meta.at(10.0, fetched_at=10.0, expires_at=20.0, refresh_error=refresh_error)
    return Envelope.of(data(view), meta=meta)


def text_of(call):
    with pytest.raises(AssertionError) as caught:
        call()
    return str(caught.value)


def test_new_data_is_returned():
    """Of an envelope with live data or with anything else."""
    assert [assert_data(Envelope.of(5)), assert_data(fresh()).endpoint_id] == [5, "load"]


@pytest.mark.parametrize("envelope", [Envelope.failure(error()), fresh(refresh_error=error())], ids=["none", "old"])
def test_without_new_data_the_error_is_told(envelope):
    """Old data is no new data."""
    told = text_of(lambda: assert_data(envelope))
    assert told.startswith(
        "the envelope has no new data: auth-failed (upstream): no\n  What to do: the service refused"
    )


@pytest.mark.parametrize("code", list(ErrorCode))
def test_a_description_tells_everything(code):
    """Code, source, reason, message, and the fields that are wrong."""
    told = describe(error(code, reason="why", fields={"url": "is no URL"}))
    assert told.startswith(f"{code} (upstream, reason why): no\n  url: is no URL")


def test_a_view_of_its_kind_is_returned():
    """By class or by kind, from a view or an envelope."""
    assert [GAUGE] * 4 == [
        assert_view(GAUGE, Gauge),
        assert_view(GAUGE, ViewKind.GAUGE),
        assert_view(fresh(), Gauge).model_copy(update={"thresholds": ()}),
        assert_view(fresh(), ViewKind.GAUGE).model_copy(update={"thresholds": ()}),
    ]


@pytest.mark.parametrize(("kind", "name"), [(StatCard, "StatCard"), (ViewKind.STAT_CARD, "stat-card")])
def test_a_view_of_another_kind_says_which(kind, name):
    """And where the kind is declared."""
    told = text_of(lambda: assert_view(fresh(), kind))
    assert told.startswith(f"not a {name} but a Gauge (gauge): Gauge(")
    assert "What to do: the kind of an endpoint is what its method returns by its annotation" in told


def test_what_is_shown_is_compared_as_it_is_sent():
    """Whether a list is a tuple in Python makes no difference; what makes one is told line by line."""
    assert_shows(fresh(), GAUGE)
    assert_shows(GAUGE, GAUGE)
    told = text_of(lambda: assert_shows(fresh(), Gauge(label="Load", value=4)))
    assert '-  "value": 4,\n+  "value": 3,' in told
    assert "What to do: look which of both is right" in told


def test_an_error_of_the_code_is_returned():
    """Of an envelope with or without old data, or as it is."""
    wrong = error(reason="http-401")
    told = [Envelope.failure(wrong), fresh(refresh_error=wrong), wrong]
    assert [wrong] * 3 == [
        assert_code(item, ErrorCode.FORBIDDEN, ErrorCode.AUTH_FAILED, reason="http-401") for item in told
    ]


@pytest.mark.parametrize(
    ("told", "reason", "expected"),
    [
        (fresh(), None, "no error, but timeout or forbidden was expected: Envelope(success=True"),
        (error(), None, "not timeout or forbidden but auth-failed (upstream): no"),
        (error(ErrorCode.TIMEOUT), "dns", "not timeout or forbidden with reason dns but timeout (upstream): no"),
    ],
    ids=["none", "other-code", "other-reason"],
)
def test_another_error_is_told(told, reason, expected):
    """And none is told as the mistake that it mostly is."""
    text = text_of(lambda: assert_code(told, ErrorCode.TIMEOUT, ErrorCode.FORBIDDEN, reason=reason))
    assert text.startswith(expected)
    assert "What to do: " in text


@pytest.mark.parametrize(
    "told",
    [
        f"https://host/?key={SECRET}",
        b"a%20secret%20%26%20more",
        ["fine", {"nested": ("a secret &amp; more",)}],
        {SECRET: 1},
        ListView(items=[ListItem(id="a", title=SECRET)]),
        Envelope.failure(error(reason=SECRET)),
        error(details={"who": "YSBzZWNyZXQgJiBtb3Jl"}),
        ValueError(SECRET),
    ],
    ids=["text", "percent", "nested", "key", "view", "envelope", "base64", "exception"],
)
def test_a_secret_is_found_wherever_it_is_told(told):
    """In any usual encoding; the failure does not tell it again."""
    text = text_of(lambda: assert_no_secret(told, [SecretStr(SECRET)]))
    assert text.startswith("a secret is told: ")
    assert "What to do: leave it out" in text
    assert SECRET not in text


def test_what_tells_no_secret_passes():
    """What is masked already is no secret."""
    assert_no_secret(["a secret", "[hidden]", fresh(), error(), 5, None], [SECRET])


def test_looking_for_no_secret_is_a_mistake():
    """It would always pass."""
    with pytest.raises(ValueError, match="no secret was given"):
        assert_no_secret("x", ["", SecretStr(" ")])


def test_what_was_asked_is_returned_or_told():
    """The last of several; and what was asked for instead."""
    with FakeService() as service:
        told = text_of(lambda: assert_asked(service, "get", "/a"))
        assert told.startswith("nobody asked for GET /a; asked for was nothing\n  What to do: ask for it")
        for target in ("/a?n=1", "/b", "/a?n=2"):
            service.reply("GET", urlsplit(target).path, json={})
            urlopen(f"{service.url}{target}", timeout=60).close()
        assert assert_asked(service, "get", "/a").query == {"n": "2"}
        told = text_of(lambda: assert_asked(service, "POST", "/b"))
        assert "asked for was\n    GET /a\n    GET /b\n    GET /a\n" in told
