"""Bodies become what the caller asked for, or the typed reason why not."""

import pytest
from pydantic import BaseModel

from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.exchange import HttpResponse


class Speed(BaseModel):
    down: int
    up: int


def response(content, **headers):
    return HttpResponse(status=200, headers=headers, content=content, url="http://nas:9091/rpc")


def test_json_without_a_model():
    """JSON comes back as plain values."""
    assert response(b'{"a": [1, 2.5, null]}').json() == {"a": [1, 2.5, None]}


def test_json_after_a_byte_order_mark():
    """A byte-order mark, which some services send, is no part of the JSON."""
    assert response(b'\xef\xbb\xbf{"a": 1}').json() == {"a": 1}


def test_json_with_a_model():
    """JSON comes back as an instance of the model."""
    assert response(b'{"down": 1, "up": 2}').json(Speed) == Speed(down=1, up=2)


def test_json_as_any_type():
    """A model may be any type pydantic knows."""
    assert response(b'[{"down": 1, "up": 2}]').json(list[Speed]) == [Speed(down=1, up=2)]


def test_part_of_the_body():
    """A part of the body is parsed with the same errors as the whole."""
    answer = response(b'{"result": {"down": 1, "up": "x"}}')
    with pytest.raises(BadResponseError, match="up"):
        answer.parse(answer.json()["result"], Speed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "html"),
        (b"\n <html><body>", "html"),
        (b"Fails.", "not-json"),
        (b'{"a": 1', "not-json"),
        (b"\xff\xfe\x00", "not-json"),
        (b"[" * 100_000, "not-json"),
    ],
)
def test_not_json(content, reason):
    """What is not JSON is a bad response that says which kind."""
    with pytest.raises(BadResponseError) as caught:
        response(content).json()
    assert caught.value.reason == reason


def test_shape_names_the_places_and_not_the_values():
    """A wrong shape names the fields, and never the values that came."""
    with pytest.raises(BadResponseError) as caught:
        response(b'{"down": "hunter2", "up": {"secret": "hunter2"}}').json(Speed)
    message = caught.value.message
    assert ("down:" in message, "up:" in message, "hunter2" in message) == (True, True, False)


def test_text_in_its_declared_encoding():
    """Text is decoded as its headers say."""
    assert response("Grüße".encode("latin-1"), **{"content-type": "text/plain; charset=iso-8859-1"}).text == "Grüße"


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-8", '"UTF-8"'])
def test_text_in_an_unknown_encoding(charset):
    """An unknown encoding reads as UTF-8, and what cannot be decoded is replaced."""
    assert response(b"a\xff", **{"content-type": f"text/plain; charset={charset}"}).text == "a\N{REPLACEMENT CHARACTER}"


def test_repr_hides_the_body():
    """The repr shows neither body nor headers nor cookies: they may hold credentials."""
    shown = repr(HttpResponse(status=200, headers={"x": "canary"}, content=b"canary", url="u", cookies={"s": "canary"}))
    assert "canary" not in shown


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "zlib", "nul\0", "x" * 10_000])
def test_text_in_what_is_no_charset(charset):
    """A service may name anything: Python would take hours for some, and raise for others."""
    content = b"a" * 500_000 + b"-\\x41\xff"
    found = response(content, **{"content-type": f"text/plain; charset={charset}"}).text
    assert found == content.decode("utf-8", "replace")


def test_a_long_list_of_wrong_items():
    """Only their number is told."""
    answer = response(b"[" + b'"x",' * 5_000 + b"1]")
    with pytest.raises(BadResponseError, match="unexpected shape: the answer: 5,000 values are not"):
        answer.json(list[int])
