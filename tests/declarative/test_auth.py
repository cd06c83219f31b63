"""Each auth scheme, declared."""

import pytest
from definitions import definition_text, integration_of

from dashboard_integrations.auth import (
    ApiKeyHeader,
    ApiKeyQuery,
    AuthScheme,
    BasicAuth,
    BearerToken,
    ClientAuthentication,
    CookieLogin,
    DigestAuth,
    LoginBody,
    OAuth2ClientCredentials,
    TokenLogin,
)
from dashboard_integrations.declarative import parse_integration
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, assert_code, open_app

CONFIG = """
[config.user]
required = false
[config.word]
secret = true
required = false
[auth]
"""
TOKEN_LOGIN = """
scheme = "token-login"
path = "/login"
body = { name = "user", pass = "word" }
token = "a.b"
header = "X-Token"
prefix = ""
encoding = "form"
"""
OAUTH2 = """
scheme = "oauth2-client-credentials"
token_path = "/token"
client_id_field = "user"
client_secret_field = "word"
scope = "read"
authentication = "body"
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('scheme = "api-key-header"\nheader = "X-Key"\nfield = "word"', ApiKeyHeader("X-Key", "word")),
        (
            'scheme = "api-key-header"\nheader = "Authorization"\nfield = "word"\nprefix = "Token "',
            ApiKeyHeader("Authorization", "word", prefix="Token "),
        ),
        ('scheme = "api-key-query"\nparameter = "apikey"\nfield = "word"', ApiKeyQuery("apikey", "word")),
        ('scheme = "bearer-token"\nfield = "word"', BearerToken("word")),
        ('scheme = "basic"\nuser_field = "user"\npassword_field = "word"', BasicAuth("user", "word")),
        ('scheme = "digest"\nuser_field = "user"\npassword_field = "word"', DigestAuth("user", "word")),
        (
            TOKEN_LOGIN,
            TokenLogin(
                "/login",
                body={"name": "user", "pass": "word"},
                token="a.b",
                header="X-Token",
                prefix="",
                encoding=LoginBody.FORM,
            ),
        ),
        (
            'scheme = "cookie-login"\npath = "/login"\nform = { name = "user" }\ncookie = "SID"\nencoding = "json"',
            CookieLogin("/login", form={"name": "user"}, cookie="SID", encoding=LoginBody.JSON),
        ),
        (
            OAUTH2,
            OAuth2ClientCredentials("/token", "user", "word", scope="read", authentication=ClientAuthentication.BODY),
        ),
    ],
    ids=[
        *("api-key-header", "api-key-header-prefix", "api-key-query", "bearer-token", "basic", "digest"),
        *("token-login", "cookie-login", "oauth2-client-credentials"),
    ],
)
def test_a_declared_scheme_is_that_of_core(text: str, expected: AuthScheme) -> None:
    """With the arguments that have its names."""
    assert expected == integration_of(config=CONFIG + text).auth


LOGIN = """
scheme = "token-login"
path = "/login"
body = { name = "user", pass = "word" }
token = "token"
refused = "ok == `false`"
"""


def log_in(request: FakeRequest) -> FakeReply:
    if request.json()["pass"] != "open sesame":
        return FakeReply(json={"ok": False, "token": "not-one"})
    return FakeReply(json={"ok": True, "token": "t0ken"})


async def test_a_login_is_made_once_and_refused_by_its_words() -> None:
    """A service that says no with a 200 is understood."""
    integration = integration_of(config=CONFIG + LOGIN)
    with FakeService() as service:
        service.reply("POST", "/login", log_in)
        service.reply("GET", "/data", json={"value": 1})
        config = {"url": service.url, "user": "ali", "word": "open sesame"}
        async with open_app(integration, config=config) as app:
            await app.show("data")
            await app.show("data")
            refused = await app.test(word="open barley")
        logins = [request for request in service.requests if request.path == "/login"]

    assert ["Bearer t0ken"] * 2 == [r.headers["authorization"] for r in service.requests if r.path == "/data"]
    assert (2, "refused") == (len(logins), assert_code(refused, ErrorCode.AUTH_FAILED).reason)


async def test_an_answer_that_is_no_json_says_nothing_of_refusal() -> None:
    """What it is instead is told."""
    integration = parse_integration(definition_text(config=CONFIG + LOGIN))
    with FakeService() as service:
        service.reply("POST", "/login", text="hello")
        async with open_app(integration, config={"url": service.url, "user": "ali", "word": "sesame!"}) as app:
            error = await app.failure("data")

    assert "not-json" == assert_code(error, ErrorCode.BAD_RESPONSE).reason
