"""The host in memory, its clock, and connections of their own."""

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from dashboard_integrations import (
    AuthFailedError,
    BasicAuth,
    Connection,
    ConnectionReport,
    CookieLogin,
    DigestAuth,
    ErrorCode,
    HttpIntegration,
    InvalidConfigError,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.testing import (
    AppOpener,
    FakeClock,
    FakeReply,
    FakeService,
    RecordedExchange,
    RecordedRequest,
    RecordedResponse,
    Recording,
    assert_shows,
    connect,
    open_app,
)
from dashboard_integrations.views import Gauge


class Config(ServiceConfig):
    user: str | None = None
    password: SecretStr | None = None


class Options(BaseModel):
    label: str = "Load"


class Parameters(BaseModel):
    core: int = 0


class Meter(HttpIntegration[Config]):
    id = "meter"
    name = "Meter"
    auth = BasicAuth("user", "password")
    extra_config = Options

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        return ConnectionReport(version=await connection.get_json("version"))

    @endpoint(ttl=60)
    async def load(self, connection: Connection[Config], parameters: Parameters) -> Gauge:
        """How busy a core is."""
        value = await connection.get_json("load", int, params={"core": parameters.core})
        return Gauge(label=connection.extra.label, value=value)


class Guarded(Meter):
    id = "guarded"
    auth = DigestAuth("user", "password")


class Portal(Meter):
    id = "portal"
    auth = CookieLogin("login", form={"p": "password"}, cookie="sid")


@pytest.fixture
def service():
    with FakeService() as fake:
        fake.reply("GET", "/version", json="2.1")
        fake.reply("GET", "/load", lambda request: FakeReply(json=10 + int(request.query["core"])))
        yield fake


async def test_an_app_shows_what_its_service_says(service):
    """A class or an instance, with options and parameters as a form sends them."""
    async with open_app(Meter, config={"url": service.url}, extra={"label": "Busy"}) as app:
        assert_shows(await app.show("load", {"core": 3}), Gauge(label="Busy", value=13))
    async with open_app(Meter(), config={"url": service.url}, parameters={"load": {"core": 1}}) as app:
        assert_shows(await app.show("load"), Gauge(label="Load", value=11))
        assert_shows(await app.show("load", {}), Gauge(label="Load", value=10))


async def test_each_look_is_a_new_one(service):
    """What was shown hours ago is not shown again; the clock is the service's, and a test's to move."""
    clock = FakeClock()
    async with open_app(Meter, config={"url": service.url}, clock=clock) as app:
        began = clock()
        first = await app.fetch("load")
        service.reply("GET", "/load", json=99)
        assert (await app.show("load")).value == 99
        assert app.clock is clock
        assert clock() > began
        assert first.meta.fetched_at.timestamp() <= clock()
        service.stop()
        assert (await app.service.fetch_data(app.id, "load")).data.payload.value == 99


async def test_a_failure_is_told_with_and_without_old_data(service):
    """Why there is nothing new, whether something old could be shown or not."""
    async with open_app(Meter, config={"url": service.url}) as app:
        service.reply("GET", "/load", status=403)
        without = await app.failure("load")
        service.reply("GET", "/load", json=1)
        await app.show("load")
        service.reply("GET", "/load", status=500)
        assert (without.code, (await app.failure("load")).code) == (ErrorCode.FORBIDDEN, ErrorCode.UPSTREAM_ERROR)


async def test_showing_a_failure_fails_with_what_to_do(service):
    """The text names the endpoint, the code, and the next step."""
    service.reply("GET", "/load", status=404)
    async with open_app(Meter, config={"url": service.url}) as app:
        with pytest.raises(AssertionError) as caught:
            await app.show("load")
    text = str(caught.value)
    assert text.startswith("the endpoint 'load' has no new data: not-found (upstream")
    assert "What to do: the service has nothing at this address. Declare it with service.reply(" in text


async def test_more_tries_outlast_what_passes(service):
    """A look that fails once is taken again."""
    service.reply("GET", "/load", FakeReply(status=503), FakeReply(json=7))
    async with open_app(Meter, config={"url": service.url}) as app:
        assert (await app.show("load", tries=2)).value == 7


async def test_expecting_a_failure_of_what_works_fails_with_what_to_do(service):
    """It shows the data that should not be there."""
    async with open_app(Meter, config={"url": service.url}) as app:
        with pytest.raises(AssertionError, match=r"'load' shows data although(?s:.*)\"value\":10(?s:.*)What to do:"):
            await app.failure("load")


async def test_test_connection_takes_changes(service):
    """As when somebody edits the form and presses the button."""
    async with open_app(Meter, config={"url": "http://127.0.0.1:9", "password": "p"}) as app:
        assert [None, "2.1"] == [
            envelope.data and envelope.data.version
            for envelope in (await app.test(timeout=0.2), await app.test(url=service.url))
        ]


async def test_a_configuration_that_is_not_valid_raises():
    """It is a mistake of the test, and says which field it is."""
    with pytest.raises(InvalidConfigError) as caught:
        async with open_app(Meter, config={"url": "nowhere", "key": 1}):
            pass
    assert {"url", "key"} == set(caught.value.fields)


async def test_a_recording_of_digest_answers_who_knows_the_password(service):
    """The fake service asks for a digest, and checks it with what the recording's configuration says."""
    config = {"user": "recorded-user-1", "password": "recorded-password-1"}
    recording = Recording(
        integration="guarded",
        config=config,
        exchanges=[
            RecordedExchange(
                during="test",
                request=RecordedRequest.of("GET", "/version", headers={"authorization": "Digest made-up"}),
                response=RecordedResponse.of(200, content=b'"3.0"'),
            )
        ],
    )
    service.replay(recording)
    async with open_app(Guarded, config={**recording.config, "url": service.url}) as app:
        answers = [await app.test(), await app.test(password="wrong"), await app.test(user="nobody")]
    assert answers[0].data.version == "3.0"
    assert [ErrorCode.AUTH_FAILED] * 2 == [answer.error.code for answer in answers[1:]]


@pytest.mark.parametrize("integration", [Meter, Meter()], ids=["class", "instance"])
async def test_a_connection_asks_with_what_the_integration_declares(service, integration):
    """It has the configuration, options and parameters that were given, and sends the credentials."""
    config = {"url": service.url, "user": "u", "password": "p"}
    connection = connect(integration, config=config, extra={"label": "x"}, parameters=Parameters(core=2))
    view = await Meter().fetch_data("load", connection)
    assert view == Gauge(label="x", value=12)
    assert service.requests[0].headers["authorization"].startswith("Basic ")


async def test_a_connection_keeps_its_login(service):
    """One login serves its calls, though each has a client of its own."""
    service.reply("POST", "/login", headers={"set-cookie": "sid=1"})
    connection = connect(Portal, config={"url": service.url, "password": "p"})
    for _ in range(2):
        await connection.get_json("version")
    assert ["POST /login", "GET /version", "GET /version"] == [
        f"{each.method} {each.path}" for each in service.requests
    ]


async def test_a_connection_needs_no_integration(service):
    """It sends no credentials then, and has the errors of any other."""
    connection = connect(config={"url": service.url})
    assert await connection.get_json("version") == "2.1"
    service.reply("GET", "/version", status=401)
    with pytest.raises(AuthFailedError):
        await connection.get_json("version")


def test_a_connection_is_checked_when_it_is_made():
    """What is not a configuration of the integration is a mistake of the test."""
    with pytest.raises(ValidationError):
        connect(Meter, config={})

    class Here(Meter):
        auth_config = Options

    with pytest.raises(TypeError, match="has no URL to call"):
        connect(Here, config={})


async def test_an_opener_knows_its_service(service):
    """An app gets its URL unless it has another one, or none at all; and its clock."""

    class Here(Meter):
        id = "here"
        auth_config = Options
        extra_config = None
        auth = None

        async def test_connection(self, connection):
            return ConnectionReport(version=connection.config.label)

    clock = FakeClock()
    opener = AppOpener(service, clock=clock)
    async with opener(Meter) as app, opener(Meter, config={"url": "http://127.0.0.1:9"}, clock=FakeClock()) as other:
        assert ("2.1", True) == ((await app.test()).data.version, app.clock is clock)
        assert ("unreachable", False) == ((await other.test()).error.code, other.clock is clock)
    async with opener(Here, config={"label": "x"}) as app:
        assert (await app.test()).data.version == "x"


def test_the_clock_moves_when_told():
    """It stands still otherwise, and does not go back."""
    clock = FakeClock(100.0)
    clock.advance(5)
    assert (105.0, 105.0, "FakeClock(105.0)") == (clock(), clock.now, repr(clock))
    with pytest.raises(ValueError, match="does not go back by 1 seconds"):
        clock.advance(-1)
