"""Schemes that send what the configuration says."""

import base64

import pytest

from dashboard_integrations.auth import ApiKeyHeader, ApiKeyQuery, BasicAuth, BearerToken, DigestAuth
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.exchange import HttpRequest

BASIC = BasicAuth("user", "password")


@pytest.fixture
def sent(app_with, service):
    """Return a function that makes a call and returns the request that arrived."""

    async def call(auth, request=None, **config):
        async with app_with(auth, **config) as transport:
            await transport.send(request or HttpRequest(method="GET", path="x"))
        return service.requests[0]

    return call


def _basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("auth", "config", "header", "expected"),
    [
        (ApiKeyHeader("X-Key", "key"), {"key": "k1"}, "x-key", "k1"),
        (ApiKeyHeader("Authorization", "key", prefix="token "), {"key": "k1"}, "authorization", "token k1"),
        (ApiKeyHeader("X-Key", "key"), {"key": " k1\n"}, "x-key", "k1"),
        (ApiKeyHeader("X-Key", "key"), {}, "x-key", None),
        (ApiKeyHeader("X-Key", "key"), {"key": ""}, "x-key", None),
        (BearerToken("key"), {"key": "k1"}, "authorization", "Bearer k1"),
        (BearerToken("key"), {}, "authorization", None),
        (BASIC, {"user": "anna", "password": "p:w"}, "authorization", _basic("anna:p:w")),
        (BASIC, {"user": "änna", "password": "пароль"}, "authorization", _basic("änna:пароль")),
        (BASIC, {"password": "only"}, "authorization", _basic(":only")),
        (BASIC, {"user": "only"}, "authorization", _basic("only:")),
        (BASIC, {}, "authorization", None),
        (DigestAuth("user", "password"), {}, "authorization", None),
    ],
)
async def test_credentials_go_into_a_header(sent, auth, config, header, expected):
    """Set credentials are sent, unset ones are not."""
    request = await sent(auth, **config)
    assert expected == request.headers.get(header)


async def test_a_key_joins_the_query(sent):
    """The key stands beside the parameters of the call."""
    call = HttpRequest(method="GET", path="x", params={"a": "1"})
    request = await sent(ApiKeyQuery("apikey", "key"), call, key="k&1")
    assert request.query == {"a": "1", "apikey": "k&1"}


async def test_an_unset_key_leaves_the_query_alone(sent):
    """Without a key there is no parameter."""
    request = await sent(ApiKeyQuery("apikey", "key"))
    assert request.query == {}


async def test_refused_credentials_are_not_tried_again(sent, service):
    """The same credentials would be refused again, and too many tries lock accounts."""
    service.reply("GET", "/x", status=401)
    await sent(BASIC, user="anna", password="wrong")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("auth", "config", "field"),
    [
        (ApiKeyHeader("X-Key", "key"), {"key": "a\r\nX-B: b"}, "key"),
        (BearerToken("key"), {"key": "a\nb"}, "key"),
        (BASIC, {"user": "a:b", "password": "p"}, "user"),
        (DigestAuth("user", "password"), {"user": "a\nb"}, "user"),
    ],
)
def test_what_cannot_be_sent_is_an_invalid_field(config_class, auth, config, field):
    """A credential that would break out of its header is said at its field, without its value."""
    with pytest.raises(InvalidConfigError) as caught:
        auth.session(config_class(url="http://nas", **config))
    assert ([field], False) == (list(caught.value.fields), config[field] in caught.value.message)


@pytest.mark.parametrize(
    "auth", [ApiKeyHeader("h", "nope"), ApiKeyQuery("q", "nope"), BearerToken("nope"), BasicAuth("user", "nope")]
)
def test_a_field_that_does_not_exist_is_a_type_error(config_class, auth):
    """The author hears which scheme, which field, and which fields there are."""
    with pytest.raises(TypeError, match=rf"{type(auth).__name__} reads the field 'nope', which LoginConfig .* user,"):
        auth.session(config_class(url="http://nas"))


def test_a_field_that_is_no_text_is_a_type_error(config_class):
    """A number is no credential."""
    with pytest.raises(TypeError, match=r"BearerToken needs text in LoginConfig.port, not int"):
        BearerToken("port").session(config_class(url="http://nas"))
