"""The pool: one client, session and state for each app."""

import logging

import anyio
import pytest
from pydantic import SecretStr
from waiting import Held, until

from dashboard_integrations.auth import ApiKeyHeader, TokenLogin
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.testing import FakeReply

GET = HttpRequest(method="GET", path="x")


class KeyConfig(ServiceConfig):
    key: SecretStr = SecretStr("k")


def _app(pool, url, *, key="a", auth=None, **config):
    return pool.app(key=key, config=KeyConfig(url=url, **config), auth=auth, max_response_bytes=1_000)


async def test_one_key_is_one_app():
    """The same key and configuration give the same transport and state."""
    async with HttpPool() as pool:
        assert _app(pool, "http://nas") is _app(pool, "http://nas")


async def test_keys_share_nothing():
    """Two apps of one service have a state each."""
    async with HttpPool() as pool:
        assert _app(pool, "http://nas").state is not _app(pool, "http://nas", key="b").state


async def test_another_configuration_starts_anew():
    """A changed configuration never meets the old one's state."""
    async with HttpPool() as pool:
        before = _app(pool, "http://nas")
        before.state["session"] = "old"
        assert _app(pool, "http://nas", key="a", timeout=5.0).state == {}


async def test_discard_forgets_state():
    """After ``discard`` the next use begins with an empty state."""
    async with HttpPool() as pool:
        _app(pool, "http://nas").state["session"] = "old"
        await pool.discard("a")
        assert _app(pool, "http://nas").state == {}


async def test_discarding_the_unknown_is_fine():
    """A key that was never used can be discarded."""
    async with HttpPool() as pool:
        await pool.discard("nobody")


async def test_discard_closes_connections(service):
    """The next call after ``discard`` opens a connection of its own."""
    service.reply("GET", "/x", json={})
    async with HttpPool() as pool:
        for _ in range(2):
            await _app(pool, service.url).transport.send(GET)
            await pool.discard("a")
    assert service.connections == 2


async def test_discard_lets_a_running_call_end(service):
    """A call in flight is not broken by discarding its app."""
    statuses = []
    with Held(FakeReply(json={})) as held:
        service.reply("GET", "/x", held)
        async with HttpPool() as pool:
            app = _app(pool, service.url)

            async def call():
                statuses.append((await app.transport.send(GET)).status)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                await until(lambda: held.arrived)
                await pool.discard("a")
                held.release()
    assert statuses == [200]


async def test_the_app_idle_for_longest_is_forgotten():
    """Beyond the bound an app loses its place, and the others keep theirs."""
    async with HttpPool(max_apps=2) as pool:
        for key in ("a", "b"):
            _app(pool, "http://nas", key=key).state["key"] = key
        _app(pool, "http://nas", key="a")
        _app(pool, "http://nas", key="c")
        assert [_app(pool, "http://nas", key=key).state for key in ("a", "b")] == [{"key": "a"}, {}]


async def test_a_forgotten_app_still_answers_and_closes(service):
    """A transport that is held works on after its app was forgotten, with a connection for each call."""
    service.reply("GET", "/x", json={})
    async with HttpPool(max_apps=1) as pool:
        held = _app(pool, service.url, key="a")
        _app(pool, service.url, key="b")
        for _ in range(2):
            await held.transport.send(GET)
    assert service.connections == 2


async def test_a_pool_is_used_inside_its_block():
    """Outside of ``async with`` it says what to do."""
    with pytest.raises(RuntimeError, match="async with"):
        _app(HttpPool(), "http://nas")


async def test_a_transport_ends_with_its_pool():
    """A transport that outlives its pool does not open connections nobody closes."""
    async with HttpPool() as pool:
        app = _app(pool, "http://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="async with"):
        await app.transport.send(GET)


async def test_a_scheme_that_names_no_field_is_a_type_error():
    """An integration whose scheme and configuration do not fit hears of it at once."""
    async with HttpPool() as pool:
        with pytest.raises(TypeError, match=r"ApiKeyHeader reads the field 'token', which KeyConfig does not have"):
            _app(pool, "http://nas", auth=ApiKeyHeader("x-key", "token"))


async def test_the_login_is_kept_between_uses(service):
    """One login serves all uses of a key."""
    service.reply("POST", "/login", json={"token": "t"})
    service.reply("GET", "/x", json={})
    login = TokenLogin("login", body={"key": "key"}, token="token")
    async with HttpPool() as pool:
        for _ in range(3):
            await _app(pool, service.url, auth=login).transport.send(GET)
    assert [request.path for request in service.requests] == ["/login", "/x", "/x", "/x"]


async def test_a_malformed_authority_is_an_invalid_field(service):
    """What is no certificate is said at its field, also while the URL has no TLS."""
    async with HttpPool() as pool:
        app = _app(pool, service.url, ca_certificate="-----BEGIN NONSENSE-----")
        with pytest.raises(InvalidConfigError) as caught:
            await app.transport.send(GET)
    assert list(caught.value.fields) == ["ca_certificate"]


async def test_the_hosts_own_records_pass(caplog):
    """Filters touch our calls only, and leave with the last pool."""
    logger = logging.getLogger("httpcore.connection")
    caplog.set_level(logging.DEBUG, logger="httpcore.connection")
    before = list(logger.filters)
    async with HttpPool(), HttpPool():
        logger.debug("the host's own")
    assert (["the host's own"], before) == ([record.message for record in caplog.records], logger.filters)


async def test_the_environment_is_not_looked_at(service, monkeypatch):
    """A proxy meant for the rest of the machine never sees our requests."""
    service.reply("GET", "/x", json={})
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with HttpPool() as pool:
        assert (await _app(pool, service.url).transport.send(GET)).status == 200
