"""From a curl command to a request, a scheme, and the credentials to try."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.auth import ApiKeyHeader, ApiKeyQuery, BasicAuth, BearerToken, DigestAuth
from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.from_curl import from_curl

SECRET = "5f0c8b1e-Zq93hT"
BASIC = base64.b64encode(f"me:{SECRET}".encode()).decode()


def read(text: str, **options):
    return from_curl(text, environ=options.pop("environ", {}), **options)


@pytest.mark.parametrize(
    ("command", "scheme"),
    [
        (f"curl -u me:{SECRET} http://h:1/p", BasicAuth("username", "password")),
        (f"curl http://me:{SECRET}@h:1/p", BasicAuth("username", "password")),
        (f"curl -u me:{SECRET} --digest http://h:1/p", DigestAuth("username", "password")),
        (f"curl -H 'Authorization: Basic {BASIC}' http://h:1/p", BasicAuth("username", "password")),
        (f"curl -H 'authorization: bearer {SECRET}' http://h:1/p", BearerToken("token")),
        (f"curl --oauth2-bearer {SECRET} http://h:1/p", BearerToken("token")),
        (
            f"curl -H 'Authorization: Token {SECRET}' http://h:1/p",
            ApiKeyHeader("Authorization", "api_key", prefix="Token "),
        ),
        (f"curl -H 'Authorization: {SECRET}' http://h:1/p", ApiKeyHeader("Authorization", "api_key")),
        (f"curl -H 'X-Api-Key: {SECRET}' http://h:1/p", ApiKeyHeader("X-API-Key", "api_key")),
        (f"curl -H 'X-Auth-Token: {SECRET}' -b 'a=b' http://h:1/p", ApiKeyHeader("X-Auth-Token", "api_key")),
        (f"curl 'http://h:1/p?apikey={SECRET}'", ApiKeyQuery("apikey", "api_key")),
        (f"curl 'http://h:1/p?auth={SECRET}'", ApiKeyQuery("auth", "api_key")),
        (f"curl -G -d access_token={SECRET} http://h:1/p", ApiKeyQuery("access_token", "api_key")),
        (f"curl -b 'SID={SECRET}' http://h:1/p", ApiKeyHeader("Cookie", "session_cookie")),
        (f"curl -H 'Cookie: SID={SECRET}' http://h:1/p", ApiKeyHeader("Cookie", "session_cookie")),
        ("curl http://h:1/p", None),
    ],
)
def test_the_scheme_follows_from_the_command(command, scheme):
    """What it sends is in the configuration to try, and nowhere in what goes into files."""
    found = read(command)
    assert (scheme, "http://h:1", "p") == (found.auth.scheme, found.url, found.request.path)
    assert scheme is None or any(SECRET in value for value in found.config.values())
    assert SECRET not in f"{found.request!r}{found.request.constants}{found.auth!r}{found!r}"


def test_what_browsers_send_of_themselves_is_left_out():
    """A request is what the service needs."""
    found = read(
        "curl 'http://h/api' -H 'Accept: */*' -H 'Sec-Fetch-Mode: cors' -H 'Referer: http://h/' -H 'Origin: http://h'"
        " -H 'X-CSRF-Token: abc' -H 'X-Requested-With: XMLHttpRequest' --compressed"
    )
    assert {"x-requested-with": "XMLHttpRequest"} == found.request.headers


def test_a_json_body_is_posted():
    """It is JSON again, and curl's method for it is POST."""
    found = read("""curl http://h/jsonrpc -H 'Content-Type: application/json' -d '{"method": "status", "id": 1}'""")
    assert ("POST", {"method": "status", "id": 1}) == (found.request.method, found.request.json)
    assert {"method": "x"} == read("""curl --json '{"method": "x"}' http://h/""").request.json


def test_a_form_is_posted():
    """Pairs, as curl joins them."""
    assert {"a": "1", "b": "2"} == read("curl -d a=1 -d b=2 http://h/x").request.form


def test_data_of_a_get_are_its_query():
    """With -G, beside what the URL has."""
    found = read("curl -G http://h/x?a=1 -d b=2")
    assert ("GET", {"a": "1", "b": "2"}) == (found.request.method, found.request.params)


def test_the_service_may_live_below_a_path():
    """What is below it is the path of the request."""
    found = read("curl https://h/service/api/v1", base_url="https://h/service/")
    assert ("https://h/service", "api/v1") == (found.url, found.request.path)
    with pytest.raises(ScaffoldError, match="not below https://h/other"):
        read("curl https://h/service/api/v1", base_url="https://h/other")


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (f"curl http://h/api/{SECRET}x9/lights", "the path"),
        (f"curl 'http://h/p?apikey={SECRET}&session={SECRET}b'", "the query parameter session"),
        (f"curl -u a:b -H 'X-Other-Token: {SECRET}' http://h/p", "the header x-other-token"),
        (f"""curl --json '{{"params": ["token:{SECRET}"]}}' http://h/jsonrpc""", "the body's params"),
        ("""curl --json '{"apiKey": "short"}' http://h/jsonrpc""", "the body's apiKey"),
    ],
)
def test_a_secret_that_no_scheme_sends_is_refused(command, place):
    """It would be in a file otherwise; the message does not repeat it."""
    with pytest.raises(ScaffoldError, match=place) as failure:
        read(command)
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize(
    "text", ["aria2.getGlobalStat", "a-rather-long-name-of-2026", "2026-01-01T09:00:00Z", "library/metadata/12345678"]
)
def test_names_and_dates_are_no_secrets(text):
    """However long they are."""
    assert {"ask": text} == read(f'curl --json \'{{"ask": "{text}"}}\' http://h/rpc').request.json


def test_what_is_no_secret_can_be_said():
    """A long id in a path may be just that."""
    text = "3fa85f64a1b2c3d4e5f60718"
    assert f"api/{text}" == read(f"curl http://h/api/{text}", not_secret=[text]).request.path


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("curl ftp://h/x", "http:// or https://"),
        ("""curl --json '{"username": "a", "password": "b"}' http://h/login""", "signs in"),
        ("curl -d 'user=a&password=b' http://h/login", "signs in"),
        ("curl --json '{' http://h/x", "not JSON"),
        ("curl -d '<x/>' http://h/x", "neither JSON nor a form"),
        ("curl -H 'Authorization: Basic %%%' http://h/x", "no valid HTTP Basic"),
        ("curl -H 'Authorization: Digest username=\"a\"' http://h/x", "--digest"),
    ],
)
def test_what_cannot_be_taken_over_is_told(command, told):
    """With what to do instead."""
    with pytest.raises(ScaffoldError, match=told):
        read(command)


@given(
    st.text(
        st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="'\\$^ :\""),
        min_size=12,
        max_size=40,
    )
)
def test_no_credential_is_in_what_goes_into_files(secret):
    """Whatever it is made of."""
    for command in (f"curl -u 'me:{secret}' http://h/p", f"curl -H 'X-Api-Key: {secret}' http://h/p"):
        found = read(command)
        assert secret not in repr((found.request, found.auth, found.notes))
        assert found.auth.kind in {AuthKind.BASIC, AuthKind.API_KEY_HEADER}


def test_the_page_names_the_schemes_that_are_found():
    """Its table is about what is done."""
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "scaffold.md").read_text()
    assert [] == [
        name for name in ("BasicAuth", "DigestAuth", "BearerToken", "ApiKeyHeader", "ApiKeyQuery") if name not in page
    ]
