"""Replay: a fake service answers from a recording as the real one did."""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest

from dashboard_integrations.testing import FakeService, RecordedExchange, RecordedRequest, RecordedResponse, Recording

LONG = 60
KEY = "recorded-api_key-1"


def exchange(method, path, answer, *, status=200, content=b"", response_headers=None, **request):
    return RecordedExchange(
        during="test",
        request=RecordedRequest.of(method, path, content=content, **request),
        response=RecordedResponse.of(status, content=json.dumps(answer).encode(), headers=response_headers),
    )


@pytest.fixture
def asked():
    """Return what asks a service that replays some exchanges."""
    with FakeService() as service:

        def ask(method, path, *, content=None, **headers):
            url = f"{service.url}{path}"
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            request = urllib.request.Request(url, method=method, data=content, headers=named)
            try:
                with urllib.request.urlopen(request, timeout=LONG) as response:
                    return response.status, json.load(response)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.load(error)

        def declare(*exchanges, **config):
            service.replay(Recording(integration="a", config=config, exchanges=exchanges))

        ask.of, ask.service = declare, service
        yield ask


def test_each_exchange_is_used_once_and_the_last_repeats(asked):
    """Equal requests get their answers in the order of the recording."""
    asked.of(exchange("GET", "/a", {"n": 1}), exchange("GET", "/a", {"n": 2}))
    assert [1, 2, 2] == [asked("GET", "/a")[1]["n"] for _ in range(3)]


def test_the_query_tells_requests_apart(asked):
    """Every value of a name counts, and the order of names does not."""
    asked.of(
        exchange("GET", "/a", "one", query={"m": ["1"], "z": [""]}),
        exchange("GET", "/a", "two", query={"m": ["1", "2"], "z": [""]}),
    )
    assert ["two", "one", "two"] == [asked("GET", f"/a?{query}")[1] for query in ("z=&m=1&m=2", "z=&m=1", "m=1&m=2&z=")]


def test_the_body_tells_requests_apart(asked):
    """JSON is compared as what it says; other bodies byte by byte."""
    asked.of(
        exchange("POST", "/rpc", "session", content=b'{"method": "session-get", "tag": 1}'),
        exchange("POST", "/rpc", "stats", content=b'{"method": "session-stats", "tag": 1}'),
        exchange("POST", "/rpc", "form", content=b"a=1&b=2"),
    )
    bodies = [b"a=1&b=2", b'{"tag":1,"method":"session-stats"}', b'{"tag":1,"method":"session-get"}']
    assert ["form", "stats", "session"] == [asked("POST", "/rpc", content=body)[1] for body in bodies]


def test_without_the_same_request_it_is_the_one_most_like_it(asked):
    """A time that goes on changes nothing about what is asked for."""
    asked.of(
        exchange("GET", "/range", "up", query={"query": ["up"], "end": ["1"]}),
        exchange("GET", "/range", "load", query={"query": ["load"], "end": ["1"]}),
        exchange("POST", "/rpc", "one", content=b'{"method": "one", "id": 1}'),
        exchange("POST", "/rpc", "two", content=b'{"method": "two", "id": 1}'),
    )
    assert ["load", "up", "load"] == [
        asked("GET", f"/range?{query}")[1] for query in ("query=load&end=2", "query=up&end=2", "query=load&end=3")
    ]
    assert ["two", "one"] == [
        asked("POST", "/rpc", content=b'{"method": "%s", "id": 2}' % name)[1] for name in (b"two", b"one")
    ]


def test_what_is_unlike_all_gets_the_first_not_used_yet(asked):
    """Method and path are enough."""
    asked.of(exchange("GET", "/a", 1), exchange("GET", "/a", 2))
    assert [1, 2, 2] == [asked("GET", f"/a?new={number}")[1] for number in range(3)]


def test_another_path_is_not_declared(asked):
    """It is 404, as without a recording."""
    asked.of(exchange("GET", "/a", 1))
    assert [404, 404] == [asked("GET", "/b")[0], asked("POST", "/a")[0]]


def test_an_answer_comes_as_it_was(asked):
    """Status, headers and body are those of the recording; how it was sent is the fake service's own business."""
    asked.of(
        exchange(
            "GET",
            "/a",
            {"odd": "ä"},
            status=207,
            response_headers={"Content-Encoding": "gzip", "content-length": "1", "set-cookie": ["a=1", "b=2"]},
        )
    )
    with urllib.request.urlopen(f"{asked.service.url}/a", timeout=LONG) as response:
        assert (207, {"odd": "ä"}, ["a=1", "b=2"], "application/json") == (
            response.status,
            json.load(response),
            response.headers.get_all("set-cookie"),
            response.headers["content-type"],
        )


def test_a_reply_that_follows_changes_one_answer(asked):
    """The rest of the recording stays."""
    asked.of(exchange("GET", "/a", 1), exchange("GET", "/b", 2))
    asked.service.reply("GET", "/a", json=[3])
    assert [[3], 2] == [asked("GET", "/a")[1], asked("GET", "/b")[1]]


def basic(user, password):
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.mark.parametrize(
    ("headers", "config", "right", "wrong"),
    [
        ({"x-api-key": KEY}, {"api_key": KEY}, {"x_api_key": KEY}, {"x_api_key": "other"}),
        ({"x-odd": KEY}, {"api_key": KEY}, {"x_odd": KEY}, {"x_odd": "other"}),
        ({"x-odd": "my-own"}, {"api_key": "my-own"}, {"x_odd": "my-own"}, {"x_odd": "other"}),
        ({"authorization": "Bearer t"}, {}, {"authorization": "Bearer t"}, {"authorization": "Bearer u"}),
        (
            {"authorization": basic("u", "p")},
            {},
            {"authorization": basic("u", "p")},
            {"authorization": basic("u", "q")},
        ),
        ({"cookie": "SID=1; lang=en"}, {}, {"cookie": "lang=en; SID=1; more=2"}, {"cookie": "SID=2; lang=en"}),
    ],
    ids=["api-key", "made-up", "named-so", "bearer", "basic", "cookie"],
)
def test_other_credentials_than_recorded_are_refused(asked, headers, config, right, wrong):
    """Who has the recorded ones is answered; who has others or none gets 401 and is told what to compare."""
    asked.of(exchange("GET", "/a", "fine", headers=headers), **config)
    (name,) = headers
    refusal = 401, {"error": f"this recording was made with other credentials: compare the header {name}"}
    assert [(200, "fine"), refusal, refusal] == [asked("GET", "/a", **each) for each in (right, wrong, {})]


def test_a_key_in_the_query_is_a_credential(asked):
    """It is one when it is a secret of the configuration."""
    asked.of(exchange("GET", "/a", "fine", query={"k": [KEY], "site": ["home"]}), api_key=KEY, site="home")
    asks = f"k={KEY}&site=home", f"k={KEY}&site=office", "k=other&site=home", "site=home"
    assert [200, 200, 401, 401] == [asked("GET", f"/a?{query}")[0] for query in asks]


@pytest.mark.parametrize("encode", [lambda login: json.dumps(login).encode(), lambda login: urlencode(login).encode()])
def test_a_login_with_another_password_is_refused(asked, encode):
    """What a body holds of the configuration's secrets has to be in that of the request."""
    password = "recorded-password-1 & more"
    asked.of(exchange("POST", "/login", "welcome", content=encode({"u": "a", "p": password})), password=password)
    logins = {"u": "a", "p": password}, {"u": "a", "p": "wrong"}, {"u": "a"}
    assert [200, 401, 401] == [asked("POST", "/login", content=encode(login))[0] for login in logins]


def test_what_was_answered_without_credentials_is_for_everybody(asked):
    """A service that first refuses and then hands out a session does so again to who comes without one."""
    asked.of(
        exchange("POST", "/rpc", "no session", status=409, headers={"authorization": "Basic x"}),
        exchange("POST", "/rpc", "fine", headers={"authorization": "Basic x", "x-session-id": "s"}),
    )
    logged_in = {"authorization": "Basic x"}
    asks = logged_in, {**logged_in, "x_session_id": "s"}, {**logged_in, "x_session_id": "s"}, logged_in, {}
    assert [409, 200, 200, 409, 401] == [asked("POST", "/rpc", content=b"", **headers)[0] for headers in asks]
