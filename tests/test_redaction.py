"""Redaction: secrets are masked by value in every form they are written in, and nothing else is."""

import base64
import html
import json
import time
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, RootModel, Secret, SecretBytes, SecretStr

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import AuthFailedError, ErrorCode, ErrorSource, RateLimitedError
from dashboard_integrations.redaction import Redactor, secret_pattern, secret_values

SECRET = 'p@ss/wörd "quoted" & 7+\\n\n'
STRIPPED = SECRET.strip()


def basic(user, secret, *, charset="utf-8"):
    """Return what stands in an Authorization header."""
    return base64.b64encode(f"{user}:{secret}".encode(charset)).decode()


FORMS = {
    "plain": SECRET,
    "stripped": STRIPPED,
    "percent": quote(SECRET, safe=""),
    "percent, lower case": quote(SECRET, safe="").lower(),
    "percent, path": quote(SECRET),
    "percent, form": quote_plus(SECRET),
    "percent, twice": quote(quote(SECRET, safe=""), safe=""),
    "percent, in part": SECRET.replace("@", "%40"),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64url": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.b64encode(STRIPPED.encode()).decode().rstrip("="),
    "basic": basic("joe", SECRET),
    "basic, base64url": base64.urlsafe_b64encode(f"joe:{SECRET}".encode()).decode(),
    "basic, latin-1": basic("joe", SECRET, charset="latin-1"),
    "basic, of an unknown user": basic("somebody else", SECRET),
    "base64 within more": base64.b64encode(f"a longer text around {SECRET} of it".encode()).decode(),
    "json": json.dumps(SECRET)[1:-1],
    "json, unicode": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "json, escaped slash": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "repr": repr(SECRET)[1:-1],
    "repr of bytes": repr(SECRET.encode())[2:-1],
    "html": html.escape(SECRET),
    "html, by number": html.escape(SECRET).replace("&quot;", "&#34;").replace("ö", "&#246;"),
    "html, by name": html.escape(SECRET).replace("ö", "&ouml;"),
    "xml": html.escape(SECRET).encode("ascii", "xmlcharrefreplace").decode(),
    "json in json": json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
    "json in json in json": json.dumps(json.dumps(json.dumps(SECRET)[1:-1])[1:-1])[1:-1],
    "percent, latin-1": quote(SECRET, safe="", encoding="latin-1"),
    "ascii": ascii(SECRET)[1:-1],
    "utf-8 read as latin-1": SECRET.encode().decode("latin-1"),
    "base64, percent": quote(base64.b64encode(SECRET.encode()).decode(), safe=""),
    "basic, percent": quote(basic("joe", SECRET), safe=""),
    "basic, escaped slash": basic("joe", SECRET).replace("/", "\\/"),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_secret_is_masked_in_every_form(form):
    """Nothing of it is left, and nothing around it goes."""
    redactor = Redactor([SECRET], users=["joe"])
    assert "before <[hidden]> after" == redactor.text(f"before <{FORMS[form].strip()}> after")


@given(st.text(min_size=8, max_size=20), st.text(max_size=5), st.text(max_size=5))
def test_no_secret_stands_in_a_redacted_text(secret, before, after):
    """For any secret and any surroundings."""
    shown = Redactor([secret]).text(f"{before}{secret}{after} {quote(secret, safe='')}")
    assert not secret.strip() or secret.strip() not in shown.replace("[hidden]", "") or secret.strip() in before + after


WRITTEN = (
    str,
    quote,
    quote_plus,
    html.escape,
    repr,
    lambda text: quote(quote(text)),
    lambda text: json.dumps({"deep": json.dumps(text)}),
    lambda text: base64.b64encode(text.encode("utf-8", "surrogatepass")).decode(),
    lambda text: base64.b64encode(f"somebody:{text}".encode("utf-8", "surrogatepass")).decode(),
    lambda text: quote(base64.b64encode(f"?{text}!".encode("utf-8", "surrogatepass")).decode(), safe=""),
)


@given(st.text(max_size=12), st.sampled_from(WRITTEN), st.sampled_from(["", "text ", "a=b&c="]))
def test_what_looks_clean_at_a_glance_is_clean(secret, write, before):
    """The quick look before the search passes over nothing that the search would find."""
    try:
        text = before + write(secret)
    except UnicodeEncodeError:  # a lone surrogate in an URL
        return
    if secret.strip() and secret_pattern(secret, users=["somebody"]).search(text):
        assert text != Redactor([secret], users=["somebody"]).text(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=8, max_size=20), st.text(), st.text())
def test_a_secret_is_masked_within_any_base64(secret, before, after):
    """At every offset, whatever was encoded around it."""
    redactor = Redactor([secret])
    encoded = base64.urlsafe_b64encode(f"{before}{secret}{after}".encode("utf-8", "surrogatepass")).decode()
    assert not secret.strip() or encoded not in redactor.text(encoded)


def test_a_url_with_a_password_shows_only_the_rest():
    """The user and the host help to find the mistake."""
    shown = Redactor(["hunter2"]).text("GET http://joe:hunter2@nas.local:8080/api?key=hunter2")
    assert "GET http://joe:[hidden]@nas.local:8080/api?key=[hidden]" == shown


def test_a_password_in_a_url_is_hidden_also_when_nobody_knows_it():
    """It is nobody's business in any case."""
    assert "to https://joe:[hidden]@nas/x" == Redactor([]).text("to https://joe:whatever@nas/x")


@pytest.mark.parametrize("url", ["http://nas:8080/@home", "http://[::1]:80/a@b", "http://nas/a:b@c", "mail joe: a@b.c"])
def test_what_only_looks_like_a_password_stays(url):
    """A port is none, nor is what stands in a path."""
    assert url == Redactor([]).text(url)


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("a", "a bad answer: a", "[hidden] bad answer: [hidden]"),
        ("ok", "token ok, looks okay", "token [hidden], looks okay"),
        ("80", "http://nas:8080 with key 80", "http://nas:8080 with key [hidden]"),
        ("xyz", "wxyz xyz_ xyz-1", "wxyz xyz_ [hidden]-1"),
        ("admin", "administrators may sign in as admin", "administrators may sign in as [hidden]"),
        ("Pass", "Passwords and Pass", "Passwords and [hidden]"),
        ("abcd", "xabcdx", "x[hidden]x"),
        ("ab", "YWI= and YWI and YWIx", "[hidden] and [hidden] and YWIx"),
    ],
)
def test_a_short_or_common_secret_is_masked_as_a_whole_word(secret, text, expected):
    """Else it would blank half of every message."""
    assert expected == Redactor([secret]).text(text)


@pytest.mark.parametrize("secret", ["", " ", "\n\t"])
def test_a_blank_secret_masks_nothing(secret):
    """An optional field may be left empty."""
    assert "a text with\nblanks" == Redactor([secret]).text("a text with\nblanks")


def test_no_end_of_a_longer_secret_is_left_over():
    """One secret may be the beginning of another, or overlap it."""
    redactor = Redactor(["token", "token-and-more", "more-of-it"])
    assert "[hidden] [hidden]" == redactor.text("token-and-more token-and-more-of-it")


def test_secrets_side_by_side_are_masked_each():
    """They do not overlap."""
    assert "[hidden][hidden]" == Redactor(["first", "second"]).text("firstsecond")


@pytest.mark.parametrize("secret", ["hidden", "[hidden]", "hid"])
def test_redacting_twice_changes_nothing(secret):
    """Also when the secret is the word of the mask."""
    redactor = Redactor([secret, "another"])
    once = redactor.text("another hidden thing")
    assert once == redactor.text(once)


def test_a_text_without_secrets_stays_as_it_is():
    """Word for word."""
    text = "http://nas.local:9091 answered with status 500 (see https://example.org/a%20b)"
    assert text == Redactor(["hunter2", "tr0ub4dor&3"], users=["joe"]).text(text)


def test_an_error_is_told_without_secrets():
    """Message, reason and the texts of its fields; the names of fields stay."""
    error = AuthFailedError(
        "http://nas does not accept hunter2", reason="key-hunter2", fields={"hunter2": "hunter2 is too short"}
    )
    expected = ErrorBody(
        code=ErrorCode.AUTH_FAILED,
        message="http://nas does not accept [hidden]",
        source=ErrorSource.UPSTREAM,
        reason="key-[hidden]",
        fields={"hunter2": "[hidden] is too short"},
    )
    assert expected == Redactor(["hunter2"]).error(error)


def test_an_error_keeps_the_rest():
    """What has no text is untouched."""
    error = RateLimitedError("slow down", source=ErrorSource.HOST, retry_after=7.5)
    assert ErrorBody.of(error) == Redactor(["hunter2"]).error(error)


def test_a_redactor_shows_no_secret():
    """Not even how many there are."""
    assert "Redactor()" == repr(Redactor(["hunter2"]))


def test_redacting_a_large_text_takes_linear_time():
    """A megabyte of anything is a matter of a second, also of the digits of base64; else it would be one of hours."""
    redactor = Redactor(["correct-horse-battery-staple", "hunter2"], users=["joe"])
    started = time.process_time()
    for text in ("A" * 1_000_000, "://a:" * 200_000, "a word " * 140_000):
        redactor.text(text)
    assert time.process_time() - started < 100


class Login(BaseModel):
    user: str
    password: SecretStr | None = None


@dataclass
class Pair:
    left: SecretStr


class Tokens(RootModel[list[SecretStr]]):
    def __iter__(self):
        return iter(self.root)


class Everything(BaseModel):
    model_config = ConfigDict(extra="allow")

    url: str
    login: Login
    logins: list[Login]
    by_name: dict[str, SecretStr]
    pair: tuple[SecretStr, Pair]
    tokens: Tokens
    key: SecretBytes
    raw: SecretBytes
    pin: Secret[int]
    empty: SecretStr = SecretStr("")


def test_every_secret_of_a_model_is_found():
    """Nested models, lists, mappings, tuples, dataclasses, root models, extra fields; texts, bytes and others."""
    model = Everything(
        url="http://nas",
        login=Login(user="joe", password=SecretStr("one")),
        logins=[Login(user="jim", password=SecretStr("two")), Login(user="nobody")],
        by_name={"x": SecretStr("three")},
        pair=(SecretStr("four"), Pair(SecretStr("five"))),
        tokens=Tokens([SecretStr("six")]),
        key=SecretBytes(b"seven"),
        raw=SecretBytes(b"\xff\x00"),
        pin=Secret[int](8888),
        more=SecretStr("nine"),
    )
    expected = {"one", "two", "three", "four", "five", "six", "seven", "ÿ\x00", "8888", "nine"}
    assert expected == secret_values(model)


def test_no_model_has_no_secrets():
    """An integration may have no extra configuration."""
    assert frozenset() == secret_values(None)


def test_a_long_secret_stands_beside_no_user():
    """Nobody sends a private key as a password, and a pattern for each user would take seconds to make."""
    key = "\n".join(f"{number:064d}" for number in range(40))
    redactor = Redactor([key], users=[f"user-{number}" for number in range(50)])
    assert len(redactor._pattern.pattern) < 40_000
    assert redactor.text(json.dumps(key)) == '"[hidden]"'


def test_a_pattern_tells_how_a_secret_is_written():
    """Who replaces secrets by something else finds the forms that are masked."""
    text = "hunter2% hunter2%25 aHVudGVyMiU="
    found = [match["form"] for match in secret_pattern("hunter2%").finditer(text)]
    assert ["hunter2%", "hunter2%25", "aHVudGVyMiU="] == found


def test_a_pattern_of_nothing_finds_nothing():
    """A blank secret stands nowhere."""
    assert [] == list(secret_pattern(" ").finditer("a b"))
