"""The scrubber: no secret is left in any encoding, names are gone, and the rest is as it was."""

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard_integrations.testing import RecordedExchange, RecordedRequest, RecordedResponse, Recording
from dashboard_integrations.testing.scrubber import ScrubError, scrub

CANARY = "k9#Canary/ü+7"


def latin_1_or_utf_8(text):
    """Return how a client of the last century encodes a login, where it can."""
    return "latin-1" if all(ord(character) < 256 for character in text) else "utf-8"


ENCODINGS = {
    "plain": lambda text: text,
    "percent": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "twice-percent": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json-in-json": lambda text: json.dumps(json.dumps(text))[3:-3],
    "html": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "unpadded": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    "login": lambda text: base64.b64encode(f"anna:{text}".encode()).decode(),
    "latin-1-login": lambda text: base64.b64encode(f"anna:{text}".encode(latin_1_or_utf_8(text))).decode(),
    "within-base64": lambda text: base64.b64encode(f"x{text}yz".encode()).decode(),
    "json-in-base64": lambda text: base64.b64encode(json.dumps({"a": text}).encode()).decode(),
}


def recording(
    *, body=None, path="/api", query=None, headers=None, answer_headers=None, asked=None, config=None, content=None
):
    """Return a recording of one exchange."""
    request = RecordedRequest.of("POST", path, query=query, headers=headers, content=asked or b"")
    answer = json.dumps(body).encode() if content is None else content
    response = RecordedResponse.of(200, headers=answer_headers, content=answer)
    exchange = RecordedExchange(during="test", request=request, response=response)
    return Recording(integration="gatus", config=config or {}, exchanges=[exchange])


def scrubbed_body(body, **options):
    """Return what becomes of the JSON of an answer."""
    return scrub(recording(body=body), **options).recording.exchanges[0].response.json_value


def replaced(text, **options):
    """Return what becomes of a text in an answer."""
    return scrubbed_body({"said": text}, **options)["said"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("place", ["body", "key", "path", "query", "header", "answer-header", "form", "text", "bytes"])
def test_a_secret_is_gone_wherever_it_stands(place, encoding):
    """Nothing of it is in the file, and what stands there instead is a stand-in."""
    written = ENCODINGS[encoding](CANARY)
    raw = {
        "body": lambda: recording(body={"a": [f"<{written}>"]}),
        "key": lambda: recording(body={written: 1}),
        "path": lambda: recording(path=f"/api/{quote(written, safe='')}/x"),
        "query": lambda: recording(query={"q": [written, "1"]}),
        "header": lambda: recording(headers={"x-own": written}),
        "answer-header": lambda: recording(answer_headers={"x-own": written}),
        "form": lambda: recording(
            headers={"content-type": "application/x-www-form-urlencoded"}, asked=f"p={quote_plus(written)}".encode()
        ),
        "text": lambda: recording(content=f"one {written} two".encode()),
        "bytes": lambda: recording(content=b"\xff\xfe" + written.encode() + b"\x80"),
    }[place]()
    before = raw.to_json()
    done = scrub(raw, secrets=[CANARY], users=["anna"])
    assert before != done.recording.to_json()
    assert not remains(done.recording, CANARY)


def remains(done, secret):
    """Return whether a secret is in the file, looked for without the library's own patterns."""
    texts = [done.to_json(), *decoded(done.to_json())]
    forms = {
        form(secret).rstrip("=") for name, form in ENCODINGS.items() if "within" not in name and "in-b" not in name
    }
    return [form for form in forms for text in texts if form in text]


def decoded(text):
    """Yield the text of all that may be base64, or bytes in it."""
    for match in re.finditer(r"[A-Za-z0-9+/_-]{8,}", text):
        digits = match[0].replace("-", "+").replace("_", "/")
        yield base64.b64decode(digits[: len(digits) // 4 * 4] + "====").decode("latin-1")
        yield base64.b64decode(digits[: len(digits) // 4 * 4] + "====").decode("utf-8", "replace")


secrets = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=6, max_size=40)


@given(secret=secrets, encoding=st.sampled_from(sorted(ENCODINGS)), around=st.text(max_size=8), data=st.data())
def test_no_secret_is_left(secret, encoding, around, data):
    """Any secret, in any encoding, with anything around it."""
    assume(secret not in recording(body={}).to_json() and not set(secret) & set(around))
    written = f"{around}{ENCODINGS[encoding](secret)}{around}"
    names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
    other = data.draw(st.recursive(st.none() | st.integers() | names, lambda item: st.lists(item, max_size=3)))
    body = {"first": written, "list": [other, {"deep": written}], "again": [[written]]}
    done = scrub(recording(body=body, config={"key": secret}), secrets=[secret], users=["anna"])
    assert not remains(done.recording, secret)


plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda item: st.lists(item, max_size=4) | st.dictionaries(st.sampled_from("abcdef"), item, max_size=4),
    max_leaves=20,
)


@given(body=st.lists(plain_json, max_size=5))
def test_numbers_and_structure_stay(body):
    """What has no name and no secret in it is not touched."""
    assert body == scrubbed_body(body, secrets=["a-secret-of-mine"])


addresses = st.ip_addresses(v=4).filter(lambda address: not address.is_loopback and address.packed[0] != 255)


@given(ips=st.lists(addresses.map(str), min_size=1, max_size=20, unique=True))
def test_addresses_stay_apart(ips):
    """One stand-in for each, the same in a text."""
    assume(not any(ip.startswith(("0.0.0.0", "192.0.2.", "198.51.100.", "203.0.113.")) for ip in ips))
    body = scrubbed_body({"ips": ips, "said": [f"from {ip}:80" for ip in ips]})
    assert len(ips) == len(set(body["ips"]))
    assert [f"from {ip}:80" for ip in body["ips"]] == body["said"]
    assert not set(ips) & set(body["ips"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.1.20", "192.0.2.1"),
        ("http://192.168.1.20:8080/x", "http://192.0.2.1:8080/x"),
        ("fe80::1:2", "2001:db8::1"),
        ("[fd00::7]:80", "[2001:db8::1]:80"),
        ("aa:bb:cc:dd:ee:0f", "00:00:5e:00:53:01"),
        ("AA-BB-CC-DD-EE-0F", "00-00-5E-00-53-01"),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-4000-8000-000000000001"),
        ("anna.b@mail.example", "person-1@example.org"),
        ("http://nas.example.de/a", "http://host-1.example.org/a"),
        ("on nas.local now", "on host-1.example.org now"),
        ("http://anna:pw@nas/a", "http://user-1:recorded-password-1@host-1/a"),
        ("/home/anna/Films/x.mkv", "/home/user-1/path-1/path-2.mkv"),
        ("a /home/anna/y: b", "a /home/user-1/path-1: b"),
        (r"C:\Users\Anna\y", r"C:\Users\user-1\path-1"),
        ("3ad5" * 10, f"{1:040x}"),
        ("AB:" * 31 + "AB", "00:" * 31 + "01"),
        ("MFZWI3D-BONSGYC-YLTMRWG-C43ENR5-QXGZDMM-FZWI3DP-BONSGYY-LTMRWAD", "AAAAAAA-" * 7 + "AAAAAAB"),
        ("ssh-ed25519 " + "AAAA" + "C3Nza" * 8, "ssh-ed25519 " + "0" * 43 + "1"),
        ("A" * 42 + "B=", "0" * 42 + "1="),
        ("dGFsayB0byAxMC4wLjAuNw==", base64.b64encode(b"talk to 192.0.2.1").decode()),
    ],
)
def test_what_identifies_has_a_stand_in_of_its_shape(text, expected):
    """The answers are parsed as before."""
    assert expected == replaced(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.0",
            "192.0.2.9",
            "::1",
            "2001:db8::7",
            "10:20:30",
            "1.2.3",
            "12:30:45.123",
        ),
        *("00:00:00:00:00:00", "00000000-0000-0000-0000-000000000000", "2026-01-02T03:04:05Z", "http://localhost:80/"),
        *("http://example.org/", "somebody@example.org", "/home/", "std::vector", "v1.2.3.4", "admin", "0" * 40),
    ],
)
def test_what_says_nothing_stays(text):
    """Common addresses, times and versions are nobody's."""
    assert text == replaced(text)


def test_a_version_is_no_address():
    """Four numbers with dots are a version where the key says so."""
    assert {"version": "10.4.0.1", "ip": "192.0.2.1"} == scrubbed_body({"version": "10.4.0.1", "ip": "10.4.0.1"})


def test_keys_that_are_addresses_are_replaced():
    """Services list by address."""
    assert {"192.0.2.1": {"n": 1}, "192.0.2.2": {"n": 2}} == scrubbed_body({"10.0.0.1": {"n": 1}, "10.0.0.2": {"n": 2}})


@pytest.mark.parametrize("key", ["hostname", "hostName", "mirrored_hosts", "node_name", "instance"])
def test_a_host_is_known_by_its_key(key):
    """And then by its name, in upper and lower case, as a whole word."""
    body = scrubbed_body({key: ["Nas"], "said": "nas up, nasty down", "vm": {"host": "vm"}})
    assert {key: ["host-1"], "said": "host-1 up, nasty down", "vm": {"host": "host-2"}} == body


def test_the_host_of_the_url_is_replaced():
    """It may stand anywhere."""
    assert "host-1 is up" == replaced("tower is up", url="http://tower:8080/gatus")


def test_a_host_of_a_url_is_replaced_where_there_is_no_url():
    """Messages name it before or after a URL does; a word that is only a host in a URL stays a word."""
    body = {"error": "lookup relays.Example.de: no such host", "at": ["wss://relays.example.de:443/x", "http://nas/"]}
    expected = {
        "error": "lookup host-1.example.org: no such host",
        "at": ["wss://host-1.example.org:443/x", "http://host-1/"],
    }
    assert {**expected, "said": "nas up"} == scrubbed_body({**body, "said": "nas up"})


def test_a_host_of_a_url_that_is_kept_stays():
    """Wherever it is."""
    body = {"at": "https://relays.example.de/x", "said": "relays.example.de is up"}
    assert body == scrubbed_body(body, keep=["relays.example.de"])
    assert body == scrubbed_body(body, keep=["$..at"])


@pytest.mark.parametrize("key", ["user", "userName", "createdBy", "owner", "display_name"])
def test_a_person_is_known_by_its_key(key):
    """And then by name."""
    body = scrubbed_body({key: "Anna", "said": "anna's share, Annapurna"})
    assert {key: "user-1", "said": "user-1's share, Annapurna"} == body


def test_a_name_in_a_path_that_was_asked_for_stays():
    """It is a word of the service's, and the integration will ask for it again."""
    raw = recording(path="/api/tower/x", body={"hostname": "tower"})
    assert "tower" == scrub(raw).recording.exchanges[0].response.json_value["hostname"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("serialNumber", "WD-WCC4N01", "AA-AAA0A01"),
        ("device_id", "deadbeef00", "0000000001"),
        ("fingerprint", "1f2e3d4c5b6a7988", "0000000000000001"),
        ("serial", "123456", "100001"),
    ],
)
def test_an_identity_is_known_by_its_key(key, value, expected):
    """It has letters and digits where it had them."""
    assert {key: expected, "said": f"disk {expected}"} == scrubbed_body({key: value, "said": f"disk {value}"})


def test_secrets_are_called_like_their_field():
    """A person sees what is what."""
    raw = recording(body={"k": "abc-def-ghi"}, headers={"x-api-key": "abc-def-ghi"}, config={"api_key": "abc-def-ghi"})
    done = scrub(raw, secrets=["abc-def-ghi"]).recording
    assert {"api_key": "recorded-api_key-1"} == done.config
    assert {"x-api-key": "recorded-api_key-1"} == done.exchanges[0].request.headers
    assert {"k": "recorded-api_key-1"} == done.exchanges[0].response.json_value


def test_a_login_in_base64_is_that_of_the_stand_ins():
    """What the integration sends with the recorded configuration is what the recording has."""
    login = base64.b64encode(b"anna:pass#word").decode()
    config = {"username": "anna", "password": "pass#word"}
    raw = recording(headers={"authorization": f"Basic {login}"}, config=config)
    done = scrub(raw, secrets=["pass#word"], users=["anna"]).recording
    expected = base64.b64encode(f"{done.config['username']}:{done.config['password']}".encode()).decode()
    assert f"Basic {expected}" == done.exchanges[0].request.headers["authorization"]


def logins(*sessions):
    """Return a recording of logins that each yield a session, which is used."""
    exchanges = []
    for session in sessions:
        login = RecordedResponse.of(200, headers={"set-cookie": f"SID={session}; Path=/"}, content=b"{}")
        used = RecordedRequest.of("GET", "/x", headers={"cookie": f"SID={session}; lang=de"})
        answer = RecordedResponse.of(200, content=json.dumps({"sid": session}).encode())
        exchanges += [
            RecordedExchange(during="test", request=RecordedRequest.of("POST", "/login"), response=login),
            RecordedExchange(during="test", request=used, response=answer),
        ]
    return Recording(integration="gatus", exchanges=exchanges)


def test_every_session_has_the_same_stand_in():
    """Whichever login is replayed first, the session it yields is the recorded one."""
    done = scrub(logins("aaaabbbb1", "ccccdddd2"))
    headers = [exchange.request.headers.get("cookie") for exchange in done.recording.exchanges]
    assert [None, "SID=recorded-SID-1; lang=de"] * 2 == headers
    assert {"aaaabbbb1", "ccccdddd2"} <= done.hidden


@pytest.mark.parametrize("session", ["3", "abc", "true"])
def test_a_short_session_is_replaced_where_it_is_sent(session):
    """It would blank half of every text, so it is replaced in its place only."""
    done = scrub(logins(f"{session}-cookie")).recording.to_json()
    assert f"{session}-cookie" not in done


def test_what_a_header_gives_back_is_a_token():
    """Whatever it is called."""
    first = RecordedExchange(
        during="test",
        request=RecordedRequest.of("GET", "/hello"),
        response=RecordedResponse.of(200, content=b'{"handle": "zz-handle-of-mine"}'),
    )
    second = RecordedExchange(
        during="test",
        request=RecordedRequest.of("GET", "/x", headers={"x-own": "zz-handle-of-mine"}),
        response=RecordedResponse.of(204),
    )
    done = scrub(Recording(integration="gatus", exchanges=[first, second]))
    assert "zz-handle-of-mine" not in done.recording.to_json()


def test_a_token_that_is_a_number_stays_one():
    """The integration reads it as before, and sends it as text."""
    request = RecordedRequest.of("GET", "/x", headers={"x-token": "83726154"})
    response = RecordedResponse.of(200, content=b'{"token": 83726154, "count": 8}')
    exchange = RecordedExchange(during="test", request=request, response=response)
    done = scrub(Recording(integration="gatus", exchanges=[exchange])).recording.exchanges[0]
    assert {"token": 10000001, "count": 8} == done.response.json_value
    assert "10000001" == done.request.headers["x-token"]


def test_a_token_that_says_when_it_ends_still_does():
    """An integration may look into a JWT; the names in it are gone."""
    parts = [{"alg": "HS256"}, {"sub": "anna", "exp": 1795661090, "roles": ["x"], "admin": True}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    token = f"{'.'.join(encoded)}.c2lnbmF0dXJlLW9mLW1pbmU"
    done = scrub(recording(body={"token": token}, headers={"authorization": f"Bearer {token}"})).recording.exchanges[0]
    head, payload, signature = done.response.json_value["token"].split(".")
    said = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, payload)]
    assert [parts[0], {"sub": "recorded", "exp": 1795661090, "roles": ["recorded"], "admin": True}] == said
    assert f"Bearer {head}.{payload}.{signature}" == done.request.headers["authorization"]
    assert "c2lnbmF0dXJlLW9mLW1pbmU" != signature


def test_a_digest_cannot_be_guessed_from():
    """What was made of the password is gone."""
    header = 'Digest username="anna", realm="r", nonce="n0n0n0n0", uri="/x", response="0a1b2c3d4e5f", cnonce="c1c1c1c1"'
    raw = recording(headers={"authorization": header}, config={"username": "anna"})
    done = scrub(raw, users=["anna"]).recording.exchanges[0].request.headers["authorization"]
    assert not {"n0n0n0n0", "0a1b2c3d4e5f", "c1c1c1c1", "anna"} & set(re.findall(r"[\w-]+", done))
    assert 'uri="/x"' in done


@pytest.mark.parametrize("keep", [["Anna"], ["$..user"], ["$.exchanges[*].response.json.*"]])
def test_what_is_kept_stays(keep):
    """By value, or by place."""
    assert {"user": "Anna"} == scrubbed_body({"user": "Anna"}, keep=keep)


def test_a_place_that_is_kept_has_no_secret():
    """Secrets are replaced all the same."""
    body = scrubbed_body({"user": "Anna my-secret-7 10.0.0.1"}, keep=["$..user"], secrets=["my-secret-7"])
    assert {"user": "Anna recorded-secret-1 10.0.0.1"} == body


def test_a_secret_cannot_be_kept():
    """Not even when asked for."""
    with pytest.raises(ScrubError, match="holds a secret"):
        scrubbed_body({}, keep=["my-secret-7"], secrets=["my-secret-7"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Holiday in Rome", "scrubbed-1"),
        ("/srv/films", "/scrubbed/path-1"),
        ("10.0.0.1", "192.0.2.1"),
        ("4711", "1001"),
    ],
)
def test_more_values_are_replaced(value, expected):
    """In every encoding."""
    body = scrubbed_body({"a": value, "b": quote(value, safe="")}, also=[value])
    assert {"a": expected, "b": expected} == {key: text.replace("%2F", "/") for key, text in body.items()}


def test_a_secret_that_cannot_be_replaced_is_told():
    """It names the field and says what to do, and nothing is returned."""
    raw = recording(body={}, config={"token": "gatus"})
    with pytest.raises(ScrubError, match=r"token would still be in the recording, at \$\.integration: let the service"):
        scrub(raw, secrets=["gatus"])


def test_a_stand_in_is_nothing_that_was_there():
    """Two values never become one."""
    assert {"said": "192.0.2.1 192.0.2.2"} == scrubbed_body({"said": "192.0.2.1 10.0.0.1"})


def test_a_stand_in_does_not_hold_another_secret():
    """A secret may be a part of what stand-ins are made of."""
    raw = recording(body={"a": "recorded", "b": "k9canary"}, config={"one": "recorded", "two": "k9canary"})
    done = scrub(raw, secrets=["recorded", "k9canary"]).recording.to_json()
    assert "recorded" not in done
    assert "k9canary" not in done


def test_a_field_that_takes_no_stand_in_gets_the_shape_of_its_secret():
    """An integration may check its configuration."""
    raw = recording(body={}, config={"key": "0a1b2c3d4e5f6071"})
    done = scrub(raw, secrets=["0a1b2c3d4e5f6071"], refused=lambda config: ["key"]).recording
    assert {"key": "0000000000000001"} == done.config


def test_what_looks_secret_is_pointed_out():
    """With its place and its beginning; words, hashes that were replaced and stand-ins are not."""
    body = {
        "odd": "q8Zr4TnX1vK7pL0sWm3Yb9Jd",
        "words": "prometheus_http_request_duration_seconds_bucket",
        "hash": "3ad5" * 10,
    }
    (suspect,) = scrub(recording(body=body)).suspects
    assert ("$.exchanges[0].response.json.odd", "q8Zr… (24 characters)") == (suspect.place, suspect.shown)


def test_what_was_replaced_is_told_without_secrets():
    """For a person to look at."""
    raw = recording(body={"ip": "10.0.0.1"}, config={"key": "my-secret-7"})
    told = [(item.kind, item.original, item.fake) for item in scrub(raw, secrets=["my-secret-7"]).replaced]
    assert [("secret", None, "recorded-key-1"), ("IP address", "10.0.0.1", "192.0.2.1")] == told


def test_the_same_recording_gets_the_same_stand_ins():
    """A recording that is made again differs only in what changed."""
    raw = recording(body={"ips": ["10.0.0.1", "10.0.0.2"], "user": "Anna"}, config={"key": "my-secret-7"})
    assert scrub(raw, secrets=["my-secret-7"]).recording == scrub(raw, secrets=["my-secret-7"]).recording
