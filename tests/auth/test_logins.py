"""Logins: made once for everybody, made again when forgotten, and explained when refused."""

import itertools

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.auth import CookieLogin, LoginBody, TokenLogin
from dashboard_integrations.errors import (
    AuthFailedError,
    BadResponseError,
    IntegrationError,
    NotFoundError,
    RateLimitedError,
    UpstreamError,
    UpstreamTimeoutError,
)
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.testing import FakeReply

GET = HttpRequest(method="GET", path="x")
ANNA = {"user": "anna", "password": "pass"}
TOKEN = TokenLogin("login", body={"name": "user", "pw": "password"}, token="session.sid")
COOKIE = CookieLogin("/login", form={"name": "user", "pw": "password"}, cookie="SID")


class Account:
    """A service side of logins: every login ends the session before it."""

    def __init__(self, service, *, changes=True):
        self.names = (f"t{number}" for number in itertools.count(1)) if changes else itertools.repeat("t1")
        self.valid = None
        self.service = service
        service.reply("POST", "/login", self.log_in)
        service.reply("GET", "/x", self.answer)

    def log_in(self, request):
        self.valid = next(self.names)
        return FakeReply(
            json={"session": {"sid": self.valid}},
            headers={"Set-Cookie": ["lang=en", f"SID={self.valid}; HttpOnly"]},
        )

    def answer(self, request):
        allowed = request.headers.get("authorization") == f"Bearer {self.valid}" or (
            f"SID={self.valid}" in request.headers.get("cookie", "").split("; ")
        )
        return FakeReply(json={}, status=200 if self.valid and allowed else 401)

    @property
    def logins(self):
        return sum(request.path == "/login" for request in self.service.requests)


async def _together(count, function, *, held=None):
    """Return the outcomes of ``count`` calls at once, errors included; all wait before ``held`` is answered."""
    outcomes = []

    async def call():
        try:
            outcomes.append((await function()).status)
        except IntegrationError as error:
            outcomes.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(count):
            tasks.start_soon(call)
        if held is not None:
            await until(lambda: held.arrived)
            await anyio.wait_all_tasks_blocked()
            held.release()
    return outcomes


@pytest.mark.parametrize("auth", [TOKEN, COOKIE])
async def test_twenty_callers_make_one_login(app_with, service, auth):
    """Whoever comes while a login is under way waits for it."""
    account = Account(service)
    with Held(account.log_in) as held:
        service.reply("POST", "/login", held)
        async with app_with(auth, **ANNA) as transport:
            outcomes = await _together(20, lambda: transport.send(GET), held=held)
    assert ([200] * 20, 1) == (outcomes, account.logins)


@pytest.mark.parametrize("auth", [TOKEN, COOKIE])
async def test_a_forgotten_session_is_renewed_once_for_all(app_with, service, auth):
    """Twenty calls refused with the old session make one new login, and all succeed with it."""
    account = Account(service)
    with Held(account.log_in) as held:
        async with app_with(auth, **ANNA) as transport:
            await transport.send(GET)
            account.valid = None
            service.reply("POST", "/login", held)
            outcomes = await _together(20, lambda: transport.send(GET), held=held)
    assert ([200] * 20, 2) == (outcomes, account.logins)


async def test_a_service_that_gives_the_same_token_again_gets_one_login(app_with, service):
    """Age is counted in logins: an equal token is still the newer one."""
    account = Account(service, changes=False)
    with Held(account.log_in) as held:
        async with app_with(TOKEN, **ANNA) as transport:
            await transport.send(GET)
            account.valid = None
            service.reply("POST", "/login", held)
            await _together(8, lambda: transport.send(GET), held=held)
    assert account.logins == 2


async def test_a_refusal_after_renewal_is_final(app_with, service):
    """What a fresh login may not do comes back as it is, after one renewal."""
    account = Account(service)
    service.reply("GET", "/x", status=403)
    async with app_with(TOKEN, **ANNA) as transport:
        response = await transport.send(GET)
    assert (403, 2) == (response.status, account.logins)


async def test_a_failed_login_is_shared_by_those_who_waited(app_with, service):
    """A wrong password is tried once, not once for each widget: accounts get locked."""
    account = Account(service)
    with Held(FakeReply(status=401)) as held:
        service.reply("POST", "/login", held)
        async with app_with(TOKEN, **ANNA) as transport:
            outcomes = await _together(20, lambda: transport.send(GET), held=held)
    assert ({AuthFailedError}, 20, 1) == ({type(item) for item in outcomes}, len(set(outcomes)), account.logins)


async def test_after_a_failed_login_the_next_call_tries_again(app_with, service):
    """A failure is not remembered: how long to wait is decided elsewhere."""
    account = Account(service)
    service.reply("POST", "/login", FakeReply(status=503), account.log_in)
    async with app_with(TOKEN, **ANNA) as transport:
        with pytest.raises(UpstreamError):
            await transport.send(GET)
        assert (await transport.send(GET)).status == 200


@pytest.mark.parametrize("auth", [TOKEN, COOKIE])
async def test_a_cancelled_login_harms_nobody(app_with, service, auth):
    """When the caller that logs in gives up, the next one in the queue does it."""
    account = Account(service)
    caller = anyio.CancelScope()
    outcomes = []

    async def gives_up(transport):
        with caller:
            await transport.send(GET)

    async def others(transport):
        outcomes.extend(await _together(3, lambda: transport.send(GET)))

    with Held(FakeReply(status=500)) as held:
        service.reply("POST", "/login", held, account.log_in)
        async with app_with(auth, **ANNA) as transport, anyio.create_task_group() as tasks:
            tasks.start_soon(gives_up, transport)
            await until(lambda: held.arrived)
            tasks.start_soon(others, transport)
            await anyio.wait_all_tasks_blocked()
            caller.cancel()
    assert [200, 200, 200] == outcomes


async def test_a_login_counts_to_the_time_limit(app_with, service):
    """A login that hangs ends with the limit of the call that needs it."""
    service.hang()
    async with app_with(TOKEN, timeout=0.2, **ANNA) as transport:
        with pytest.raises(UpstreamTimeoutError):
            await transport.send(GET)


async def test_a_token_login_posts_json(app_with, service):
    """The body holds the config's values under the service's names."""
    Account(service)
    async with app_with(TOKEN, **ANNA) as transport:
        await transport.send(GET)
    request = service.requests[0]
    assert ("application/json", {"name": "anna", "pw": "pass"}) == (request.headers["content-type"], request.json())


async def test_unset_fields_are_left_out(app_with, service):
    """A login by password alone does not send a user."""
    Account(service)
    async with app_with(TOKEN, password="pass") as transport:
        await transport.send(GET)
    assert service.requests[0].json() == {"pw": "pass"}


@pytest.mark.parametrize("auth", [TOKEN, COOKIE])
async def test_without_credentials_there_is_no_login(app_with, service, auth):
    """A service without a password is called directly."""
    service.reply("GET", "/x", status=401)
    async with app_with(auth) as transport:
        await transport.send(GET)
    assert [request.path for request in service.requests] == ["/x"]


async def test_a_token_goes_where_the_service_wants_it(app_with, service):
    """Header, prefix and encoding are the author's to say."""
    service.reply("POST", "/login", json={"data": [{"token": 42}]})
    auth = TokenLogin(
        "login", body={"pw": "password"}, token="data.0.token", header="X-Token", prefix="", encoding=LoginBody.FORM
    )
    async with app_with(auth, password="pass") as transport:
        await transport.send(GET)
    login, call = service.requests
    assert ({"pw": "pass"}, "42") == (login.form(), call.headers["x-token"])


async def test_all_cookies_of_the_login_are_sent(app_with, service):
    """The login's cookies join those of the call."""
    Account(service)
    async with app_with(COOKIE, **ANNA) as transport:
        await transport.send(HttpRequest(method="GET", path="x", headers={"Cookie": "own=1"}))
    login, call = service.requests
    assert ({"name": "anna", "pw": "pass"}, "own=1; lang=en; SID=t1") == (login.form(), call.headers["cookie"])


async def test_a_redirect_that_sets_the_cookie_is_a_login(app_with, service):
    """Forms answer with a redirect; it is not followed, its cookie counts."""
    service.reply("POST", "/login", status=302, headers={"Location": "/home", "Set-Cookie": "SID=1"})
    service.reply("GET", "/x", json={})
    async with app_with(COOKIE, **ANNA) as transport:
        await transport.send(GET)
    assert [request.path for request in service.requests] == ["/login", "/x"]


REFUSALS = [
    (TOKEN, FakeReply(status=401), AuthFailedError, "http-401"),
    (TOKEN, FakeReply(status=403), AuthFailedError, "http-403"),
    (TOKEN, FakeReply(status=404), NotFoundError, "http-404"),
    (TOKEN, FakeReply(status=429, headers={"Retry-After": "7"}), RateLimitedError, "http-429"),
    (TOKEN, FakeReply(status=500), UpstreamError, "http-500"),
    (TOKEN, FakeReply(status=302, headers={"Location": "/"}), BadResponseError, "redirect"),
    (TOKEN, FakeReply(json={"session": {}}), AuthFailedError, "no-token"),
    (TOKEN, FakeReply(json=["session"]), AuthFailedError, "no-token"),
    (TOKEN, FakeReply(json={"session": {"sid": ""}}), AuthFailedError, "no-token"),
    (TOKEN, FakeReply(json={"session": {"sid": {"a": 1}}}), BadResponseError, "shape"),
    (TOKEN, FakeReply(json={"session": {"sid": "a\r\nb"}}), BadResponseError, "shape"),
    (TOKEN, FakeReply(text="<html>sign in</html>"), BadResponseError, "html"),
    (TOKEN, FakeReply(text="ok"), BadResponseError, "not-json"),
    (COOKIE, FakeReply(status=401), AuthFailedError, "http-401"),
    (COOKIE, FakeReply(status=429), RateLimitedError, "http-429"),
    (COOKIE, FakeReply(status=401, headers={"Set-Cookie": "SID=1"}), AuthFailedError, "http-401"),
    (COOKIE, FakeReply(status=500, headers={"Set-Cookie": "SID=1"}), UpstreamError, "http-500"),
    (COOKIE, FakeReply(status=302, headers={"Location": "/login"}), BadResponseError, "redirect"),
    (COOKIE, FakeReply(text="ok"), AuthFailedError, "no-cookie"),
    (COOKIE, FakeReply(text="ok", headers={"Set-Cookie": "other=1"}), AuthFailedError, "no-cookie"),
    (COOKIE, FakeReply(text="ok", headers={"Set-Cookie": "SID="}), AuthFailedError, "no-cookie"),
    (COOKIE, FakeReply(text="<!doctype html><p>x"), BadResponseError, "html"),
]


@pytest.mark.parametrize(
    ("auth", "reply", "expected"), [(auth, reply, [kind, reason]) for auth, reply, kind, reason in REFUSALS]
)
async def test_a_login_that_fails_says_why(app_with, service, auth, reply, expected):
    """Every way to fail has its type and reason, and the call itself is not made."""
    service.reply("POST", "/login", reply)
    async with app_with(auth, **ANNA) as transport:
        with pytest.raises(IntegrationError) as caught:
            await transport.send(GET)
    assert (expected, 1) == ([type(caught.value), caught.value.reason], len(service.requests))


@pytest.mark.parametrize("scheme", [TokenLogin, CookieLogin])
async def test_a_no_with_a_status_of_yes_is_a_refusal(app_with, service, scheme):
    """The author's ``refused`` has the first word."""
    service.reply("POST", "/login", text="Fails.", headers={"Set-Cookie": "SID=1"})
    names = {"name": "user", "pw": "password"}
    parts = {"body": names, "token": "token"} if scheme is TokenLogin else {"form": names}
    auth = scheme("login", refused=lambda response: response.text == "Fails.", **parts)
    async with app_with(auth, **ANNA) as transport:
        with pytest.raises(AuthFailedError) as caught:
            await transport.send(GET)
    assert caught.value.reason == "refused"


@pytest.mark.parametrize(
    "auth",
    [TokenLogin("login", body={"a": "nope"}, token="t"), CookieLogin("login", form={"a": "nope"})],
)
def test_a_field_that_does_not_exist_is_a_type_error(config_class, auth):
    """The author hears of it when the app is first used."""
    with pytest.raises(TypeError, match="'nope'"):
        auth.session(config_class(url="http://nas"))
