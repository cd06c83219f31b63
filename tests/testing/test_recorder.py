"""The recorder: what an integration says to a service and hears from it, whatever the way it logs in."""

import base64
import gzip
from functools import partial

import pytest
from http_login import digest_guard
from pydantic import BaseModel, Field, SecretStr, field_validator

from dashboard_integrations import (
    ApiKeyHeader,
    ApiKeyQuery,
    BaseIntegration,
    BasicAuth,
    BearerToken,
    ConnectionReport,
    CookieLogin,
    DigestAuth,
    HttpIntegration,
    InvalidConfigError,
    OAuth2ClientCredentials,
    ServiceConfig,
    TokenLogin,
    endpoint,
)
from dashboard_integrations.errors import UnknownEndpointError
from dashboard_integrations.testing import FakeReply, FakeService, RecordingError, open_app
from dashboard_integrations.testing.recorder import differences, record, refused_fields, replayed
from dashboard_integrations.testing.scrubber import scrub
from dashboard_integrations.views import Stat, StatCard

PASSWORD = "k9-canary-word"
TOKEN = "zz-token-handed-out"
LOGIN = {"user": "anna", "password": PASSWORD}


class Config(ServiceConfig):
    user: str | None = None
    password: SecretStr | None = None


class Choice(BaseModel):
    room: str = "attic"
    count: int = 1


class Gatus(HttpIntegration[Config]):
    """A service of these tests."""

    id = "gatus"
    name = "Gatus"

    async def test_connection(self, connection):
        version = await connection.get_json("version")
        return ConnectionReport(version=version["version"])

    @endpoint()
    async def rooms(self, connection) -> StatCard:
        """Two calls."""
        names = await connection.get_json("rooms")
        values = await connection.post_json("values", json={"names": names})
        return StatCard(stats=[Stat(label=name, value=value) for name, value in zip(names, values, strict=True)])

    @endpoint()
    async def room(self, connection, choice: Choice) -> StatCard:
        """One call, with parameters."""
        value = await connection.get_json(f"rooms/{choice.room}", params={"count": choice.count})
        return StatCard(stats=[Stat(label=choice.room, value=value["t"])])


def gatus(auth=None):
    """Return the integration with an auth scheme."""
    return type("Gatus", (Gatus,), {"auth": auth, "id": "gatus", "__doc__": Gatus.__doc__})()


def guarded(is_allowed, answer):
    """Answer who may ask, and 401 who may not."""
    return lambda request: FakeReply(json=answer) if is_allowed(request) else FakeReply(status=401, json={})


def declare(service, is_allowed=lambda request: True):
    """Make a service of the fake one."""
    service.reply("GET", "/version", guarded(is_allowed, {"version": "2.1", "host": "nas-of-anna"}))
    service.reply("GET", "/rooms", guarded(is_allowed, ["attic", "hall"]))
    service.reply("POST", "/values", guarded(is_allowed, [20.5, 19]))
    service.reply("GET", "/rooms/attic", guarded(is_allowed, {"t": 20.5}))


@pytest.fixture
def service():
    with FakeService() as running:
        declare(running)
        yield running


def recorded(integration, service, **options):
    """Record with a login."""
    return record(integration, config={"url": service.url, **LOGIN}, **options)


def scrubbed(take, integration=None):
    """Return the recording without secrets."""
    refused = None if integration is None else partial(refused_fields, integration)
    return scrub(take.recording, secrets=take.secrets, users=take.users, url=take.url, refused=refused).recording


def basic(user, password):
    """Return the header of a login."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def has(name, value):
    """Tell a request with this header."""
    return lambda request: request.headers.get(name) == value


def grant(**reply):
    """Answer a login with the right password, whatever the form of its body."""
    return lambda request: FakeReply(**reply) if PASSWORD.encode() in request.body else FakeReply(status=401, json={})


def numbered_sessions():
    """Return a login of which each yields another cookie, and what tells a request with one of these."""
    given = []

    def log_in(request):
        given.append(f"zz-session-{len(given)}")
        return FakeReply(json={}, headers={"Set-Cookie": [f"SID={given[-1]}; Path=/", "lang=de"]})

    return log_in, lambda request: any(f"SID={session}" in request.headers.get("cookie", "") for session in given)


SCHEMES = {
    "none": (None, None, lambda request: True),
    "header": (ApiKeyHeader("X-Own", "password"), None, has("x-own", PASSWORD)),
    "query": (ApiKeyQuery("key", "password"), None, lambda request: request.query.get("key") == PASSWORD),
    "bearer": (BearerToken("password"), None, has("authorization", f"Bearer {PASSWORD}")),
    "basic": (BasicAuth("user", "password"), None, has("authorization", basic("anna", PASSWORD))),
    "token": (
        TokenLogin("login", body={"u": "user", "p": "password"}, token="session.sid", header="X-Own", prefix=""),
        grant(json={"session": {"sid": TOKEN}}),
        has("x-own", TOKEN),
    ),
    "number": (
        TokenLogin("login", body={"u": "user", "p": "password"}, token="n"),
        grant(json={"n": 4711471147}),
        has("authorization", "Bearer 4711471147"),
    ),
    "cookie": (CookieLogin("login", form={"u": "user", "p": "password"}), *numbered_sessions()),
    "oauth2": (
        OAuth2ClientCredentials("login", "user", "password"),
        lambda request: FakeReply(json={"access_token": TOKEN, "expires_in": 3600}),
        has("authorization", f"Bearer {TOKEN}"),
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_scrubbed_recording_shows_what_the_service_did(service, scheme):
    """With every way to log in; and none of its secrets is in the file."""
    auth, log_in, is_allowed = SCHEMES[scheme]
    declare(service, is_allowed)
    if log_in is not None:
        service.reply("POST", "/login", log_in)
    take = await recorded(gatus(auth), service)
    assert {} == take.failures
    recording = scrubbed(take)
    for secret in (PASSWORD, TOKEN, "4711471147", "zz-session", "anna", basic("anna", PASSWORD)):
        assert secret not in recording.to_json()
    replay = await replayed(recording, gatus(auth))
    assert ({}, take.views) == (replay.failures, replay.views)


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES) - {"none"}))
async def test_a_replay_says_no_to_another_password(service, scheme):
    """So that a test of it needs no service."""
    auth, log_in, is_allowed = SCHEMES[scheme]
    declare(service, is_allowed)
    if log_in is not None:
        service.reply("POST", "/login", log_in)
    recording = scrubbed(await recorded(gatus(auth), service))
    with FakeService() as replaying:
        replaying.replay(recording)
        config = {**recording.config, "url": replaying.url, "password": "another"}
        async with open_app(gatus(auth), config=config) as app:
            tested = await app.test()
    assert tested.error is not None
    assert "auth-failed" == tested.error.code


async def test_a_digest_login_can_be_replayed(service):
    """Its proof is made anew from the stand-ins."""
    for method, path in (("GET", "/version"), ("GET", "/rooms"), ("POST", "/values"), ("GET", "/rooms/attic")):
        service.reply(method, path, digest_guard)
    integration = gatus(DigestAuth("user", "password"))
    config = {"url": service.url, "user": "anna", "password": "pass"}
    take = await record(integration, config=config, keep_going=True)
    recording = scrubbed(take)
    assert {401, 200} == {exchange.response.status for exchange in recording.exchanges}
    assert "anna" not in recording.to_json()
    with FakeService() as replaying:
        replaying.replay(recording)
        async with open_app(integration, config={**recording.config, "url": replaying.url}) as app:
            right = await app.test()
            wrong = await app.test(password="wrong")
    assert right.error is not None  # the guard answers with no version, to who knows the password
    assert wrong.error is not None
    assert ("bad-response", "auth-failed") == (right.error.code, wrong.error.code)


async def test_an_exchange_says_what_was_asked_and_answered(service):
    """With the query, the body of the request and who asked; without what is about the wire."""
    take = await recorded(gatus(), service)
    asked = [(exchange.during, exchange.request.method, exchange.request.path) for exchange in take.recording.exchanges]
    assert [
        ("test", "GET", "/version"),
        ("rooms", "GET", "/rooms"),
        ("rooms", "POST", "/values"),
        ("room", "GET", "/rooms/attic"),
    ] == asked
    values, room = take.recording.exchanges[2:]
    assert ({"names": ["attic", "hall"]}, [20.5, 19]) == (values.request.json_value, values.response.json_value)
    assert {"count": ["1"]} == room.request.query
    assert {"accept": "application/json"} == room.request.headers
    assert {"content-type": "application/json"} == room.response.headers
    assert ("2.1", {"user": "anna", "password": PASSWORD}) == (take.recording.software, take.recording.config)


async def test_parameters_are_those_that_were_given(service):
    """As values of the endpoint's own types, and they are asked for again in a replay."""
    service.reply("GET", "/rooms/hall", json={"t": 19})
    take = await recorded(gatus(), service, parameters={"room": {"room": "hall", "count": "3"}})
    assert {"room": {"room": "hall", "count": 3}} == take.recording.parameters
    assert {"count": ["3"]} == take.recording.exchanges[-1].request.query
    assert take.views == (await replayed(scrubbed(take), gatus())).views


async def test_an_unknown_endpoint_is_told():
    """Before anything is called."""
    with pytest.raises(UnknownEndpointError, match="did you mean 'room'"):
        await record(gatus(), config={"url": "http://127.0.0.1:1"}, parameters={"rom": {"room": "hall"}})


async def test_a_configuration_that_is_wrong_is_told():
    """Before anything is called."""
    with pytest.raises(InvalidConfigError, match="url"):
        await record(gatus(), config={"url": "nas"})


async def test_a_path_before_the_service_is_left_out(service):
    """A replay has none; redirects lead below it as well."""
    service.reply("GET", "/base/version", status=302, headers={"Location": "/base/v2?x=1"})
    service.reply("GET", "/base/v2", json={"version": "2"})
    service.reply("GET", "/base/rooms", json=[])
    service.reply("POST", "/base/values", json=[])
    service.reply("GET", "/base/rooms/attic", status=307, headers={"Location": f"{service.url}/base/t"})
    service.reply("GET", "/base/t", json={"t": 1})
    take = await record(gatus(), config={"url": f"{service.url}/base"})
    paths = [exchange.request.path for exchange in take.recording.exchanges]
    assert ["/version", "/v2", "/rooms", "/values", "/rooms/attic", "/t"] == paths
    locations = [exchange.response.headers.get("location") for exchange in take.recording.exchanges]
    assert ["/v2?x=1", "/t"] == [location for location in locations if location is not None]
    assert take.views == (await replayed(scrubbed(take), gatus())).views


async def test_a_failed_test_ends_it(service):
    """The reason is typed, and the account is not locked by more tries."""
    declare(service, lambda request: False)
    take = await recorded(gatus(BasicAuth("user", "password")), service)
    assert {"test": "auth-failed"} == {name: error.code for name, error in take.failures.items()}
    assert 1 == len(service.requests)


async def test_failures_are_recorded_when_asked_for(service):
    """And are the same in a replay."""
    service.reply("GET", "/rooms", status=500, json={"error": "the disk of anna is full"})
    take = await recorded(gatus(), service, keep_going=True)
    assert {"rooms": "upstream-error"} == {name: error.code for name, error in take.failures.items()}
    replay = await replayed(scrubbed(take), gatus())
    assert {"rooms": "upstream-error"} == {name: error.code for name, error in replay.failures.items()}
    assert take.views == replay.views


async def test_a_service_that_is_not_there_is_a_failure():
    """Without an exchange."""
    take = await record(gatus(), config={"url": "http://127.0.0.1:1"}, keep_going=True)
    assert {"test", "rooms", "room"} == set(take.failures)
    assert {"unreachable"} == {error.code for error in take.failures.values()}
    assert [] == list(take.recording.exchanges)


async def test_too_much_is_refused(service):
    """It says during what, and what to do."""
    service.reply("GET", "/rooms", json=["x" * 1_000])
    with pytest.raises(RecordingError, match=r"more than the 500 bytes .* during 'rooms'\): choose parameters"):
        await recorded(gatus(), service, max_bytes=500, keep_going=True)


async def test_who_calls_nothing_cannot_be_recorded():
    """Such as an integration without HTTP."""

    class Still(BaseIntegration[Choice]):
        """Nothing."""

        id = "still"
        name = "Still"

        @endpoint()
        async def it(self, connection) -> StatCard:
            """Nothing."""
            return StatCard(stats=[Stat(label="n", value=1)])

    with pytest.raises(RecordingError, match="Still made no HTTP call"):
        await record(Still(), config={})


async def test_bodies_are_as_they_were_meant(service):
    """Decompressed; bytes as base64."""
    packed = gzip.compress(b'{"version": "3"}')
    service.reply("GET", "/version", body=packed, headers={"content-encoding": "gzip", "content-type": "text/plain"})
    service.reply("GET", "/rooms/attic", body=b"\x89PNG\xff", headers={"content-type": "image/png"})
    take = await recorded(gatus(), service, keep_going=True)
    first, last = take.recording.exchanges[0].response, take.recording.exchanges[-1].response
    assert ({"version": "3"}, {"content-type": "text/plain"}) == (first.json_value, first.headers)
    assert (None, "iVBOR/8=", b"\x89PNG\xff") == (last.text, last.base64, last.content())


async def test_certificates_and_time_limits_stay_at_home(service):
    """A fake service needs none."""
    take = await record(gatus(), config={"url": service.url, "timeout": 5, "ca_certificate": None, **LOGIN})
    assert LOGIN == take.recording.config


class Picky(ServiceConfig):
    key: SecretStr = Field(min_length=16, max_length=16)

    @field_validator("key")
    @classmethod
    def _is_hex(cls, value):
        int(value.get_secret_value(), 16)
        return value


async def test_a_picky_configuration_gets_a_stand_in_it_takes(service):
    """The shape of the secret, as its own validator wants it."""
    namespace = {"auth": ApiKeyHeader("X-Own", "key"), "auth_config": Picky, "id": "gatus", "__doc__": "It."}
    integration = type("Gatus", (Gatus,), namespace)()
    declare(service, has("x-own", "0a1b2c3d4e5f6071"))
    take = await record(integration, config={"url": service.url, "key": "0a1b2c3d4e5f6071"})
    recording = scrubbed(take, integration)
    assert {"key": "0000000000000001"} == recording.config
    assert ({}, take.views) == ((replay := await replayed(recording, integration)).failures, replay.views)


def test_views_differ_by_what_is_there():
    """Not by what it says."""
    real = {"a": {"stats": [{"label": "x", "value": 1, "link": None}, {"label": "y", "value": None}], "t": 1}}
    same = {"a": {"stats": [{"label": "z", "value": 2, "link": None}, {"label": "y", "value": None}], "t": 9}}
    other = {"a": {"stats": [{"label": "z", "value": None, "link": "l"}], "t": None}}
    assert [] == differences(real, same)
    assert [
        "a: stats has 1 entries, and from the service 2",
        "a: t is missing, unlike from the service",
    ] == differences(real, other)
