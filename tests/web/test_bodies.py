"""Request bodies are read with a cap and parsed strictly."""

import pytest

from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.web import read_body
from dashboard_integrations.web.bodies import ConnectionTestBody, DataRequestsBody, is_json, parse_body


class Chunks:
    """Chunks, and whether they were closed."""

    def __init__(self, *chunks):
        self.closed = False
        self.taken = 0
        self._chunks = iter(chunks)

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            self.taken += 1
            return next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None

    async def aclose(self):
        self.closed = True


async def test_reads_all_chunks():
    """A body is its chunks together."""
    assert await read_body(Chunks(b"{", b"", b"}")) == b"{}"


async def test_a_body_of_exactly_the_limit_is_read_whole():
    """The limit itself is allowed."""
    assert await read_body(Chunks(b"ab", b"cd"), limit=4) == b"abcd"


async def test_stops_reading_past_the_limit():
    """Of a body that is too long, one byte more than the limit is kept and no further chunk is asked for."""
    chunks = Chunks(b"ab", b"cdefgh", b"ijkl")
    assert (await read_body(chunks, limit=4), chunks.taken, chunks.closed) == (b"abcde", 2, True)


async def test_chunks_need_no_close():
    """Any async iterator of bytes will do."""

    class Plain:
        def __aiter__(self):
            return self

        async def __anext__(self):
            raise StopAsyncIteration

    assert await read_body(Plain()) == b""


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("", False),
        ("text/plain", False),
        ("text/plain; application/json", False),
        ("application/x-www-form-urlencoded", False),
        ("application/jsonp", False),
    ],
)
def test_is_json(content_type, expected):
    """Only JSON is JSON: what a form of another site can send is not."""
    assert is_json(content_type) is expected


def test_parses_camel_case():
    """A test names an app, a type and a configuration, whose keys stay as they are."""
    body = parse_body(b'{"appId": "1", "integrationType": "x", "config": {"api_key": "k"}}', ConnectionTestBody)
    assert (body.app_id, body.integration_type, body.config) == ("1", "x", {"api_key": "k"})


def test_numbers_stay_numbers():
    """A configuration keeps whole and broken numbers apart."""
    body = parse_body(b'{"config": {"timeout": 2.5, "port": 9, "ratio": 1.0}}', ConnectionTestBody)
    assert body.config == {"timeout": 2.5, "port": 9, "ratio": 1.0}


ITEM = b'{"appId":"1","endpointId":"e"}'


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", ["body"]),
        (b"{", ["body"]),
        (b"\xff", ["body"]),
        (b'{"requests": "\xff"}', ["body"]),
        ('{"requests": []}'.encode("utf-16"), ["body"]),
        (b"\xef\xbb\xbf{}", ["body"]),
        (b"[]", ["body"]),
        (b"null", ["body"]),
        (b'"requests"', ["body"]),
        (b"NaN", ["body"]),
        (b'{"requests": [NaN]}', ["body"]),
        (b'{"requests": [-Infinity]}', ["body"]),
        (b'{"requests": [1e999]}', ["body"]),
        (b'{"requests": ["\\ud800"]}', ["body"]),
        (b'{"requests": [], "requests": []}', ["body"]),
        (b'{"requests": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", ["body"]),
        (b'{"requests": ' + b"9" * 5_000 + b"}", ["body"]),
        (b"{}", ["requests"]),
        (b'{"requests": null}', ["requests"]),
        (b'{"requests": {}}', ["requests"]),
        (b'{"requests": []}', ["requests"]),
        (b'{"requests": [' + b",".join([ITEM] * 101) + b"]}", ["requests"]),
        (b'{"requests": [' + ITEM + b'], "more": 1}', ["more"]),
        (b'{"requests": [1]}', ["requests.0"]),
        (b'{"requests": [{"appId": 1}]}', ["requests.0.appId", "requests.0.endpointId"]),
        (b'{"requests": [{"app_id": "1", "endpointId": "e"}]}', ["requests.0.appId", "requests.0.app_id"]),
        (b'{"requests": [{"appId": "", "endpointId": "e"}]}', ["requests.0.appId"]),
        (b'{"requests": [{"appId": "a\\u0000", "endpointId": "e\\n"}]}', ["requests.0.appId", "requests.0.endpointId"]),
        (b'{"requests": [{"appId": "' + b"a" * 256 + b'", "endpointId": "e"}]}', ["requests.0.appId"]),
        (b'{"requests": [{"appId": "1", "endpointId": "e", "parameters": []}]}', ["requests.0.parameters"]),
    ],
)
def test_refuses_what_does_not_fit(body, fields):
    """A malformed body is refused, and the fields say where."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_body(body, DataRequestsBody)
    assert fields == list(caught.value.fields)


@pytest.mark.parametrize("count", [1, 100])
def test_takes_batches_of_1_to_100(count):
    """A batch has 1 to 100 requests."""
    body = parse_body(b'{"requests": [' + b",".join([ITEM] * count) + b"]}", DataRequestsBody)
    assert count == len(body.requests)


def test_errors_do_not_repeat_values():
    """What was sent, a password perhaps, is not told back."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_body(b'{"config": "s3cret", "appId": ["s3cret"]}', ConnectionTestBody)
    assert "s3cret" not in f"{caught.value.message} {dict(caught.value.fields)}"


def test_errors_are_bounded():
    """A thousand unknown keys make a short answer."""
    body = b'{"config": {}, ' + b",".join(b'"%d%s": 1' % (number, b"x" * 500) for number in range(1_000)) + b"}"
    with pytest.raises(InvalidRequestError) as caught:
        parse_body(body, ConnectionTestBody)
    assert len(caught.value.message) < 5_000
