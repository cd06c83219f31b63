"""Canary secrets: put in at the front, they come out nowhere but in the requests to their own service."""

import base64
import json
import logging
import secrets
from contextlib import asynccontextmanager
from urllib.parse import quote, quote_plus

import httpx
import pytest
from pydantic import SecretStr

from dashboard_integrations import (
    ApiKeyQuery,
    AppService,
    BasicAuth,
    ConfigCipher,
    Connection,
    ConnectionReport,
    CookieLogin,
    HttpIntegration,
    IntegrationService,
    Registry,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.storage import Base, SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.testing import FakeReply, FakeService
from dashboard_integrations.views import AlertBanner, ListItem, ListView

PASSWORD = 'c4nary/pä55 "word"&+%'
USER = "canary-user"
COOKIE = "c4nary-session-cookie"

FORMS = {
    "plain": PASSWORD,
    "json": json.dumps(PASSWORD)[1:-1],
    "percent": quote(PASSWORD, safe=""),
    "form": quote_plus(PASSWORD),
    "base64": base64.b64encode(PASSWORD.encode()).decode(),
    "basic": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
    "cookie": COOKIE,
}


class Config(ServiceConfig):
    username: str
    password: SecretStr


class Leaky(HttpIntegration[Config]):
    """Shows whatever the service says, and fails with it as well."""

    id = "leaky"
    name = "Leaky"
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        text = await connection.get_text("/echo")
        return ConnectionReport(version=text, account=connection.config.username, details={"said": text})

    @endpoint(ttl=1)
    async def says(self, connection: Connection[Config]) -> ListView:
        """Show what the service says."""
        return ListView(items=[ListItem(title=(await connection.get_text("/echo"))[:500])])

    @endpoint(ttl=1)
    async def fails(self, connection: Connection[Config]) -> AlertBanner:
        """Fail with the secret in hand."""
        await connection.get_text("/echo")
        raise RuntimeError(f"{connection.config.password.get_secret_value()} in {connection.config!r}")

    @endpoint(ttl=1)
    async def crashes(self, connection: Connection[Config]) -> ListView:
        """Fail to read an answer, with the secret in the message."""
        raise KeyError(connection.config.password.get_secret_value())


class LeakyQuery(Leaky):
    """The same with the secret in the query."""

    id = "leaky-query"
    auth = ApiKeyQuery("key", "password")


class LeakyLogin(Leaky):
    """The same with a login."""

    id = "leaky-login"
    auth = CookieLogin("/login", form={"u": "username", "p": "password"})


@pytest.fixture(params=[Leaky, LeakyQuery, LeakyLogin], ids=lambda leaky: leaky.id)
def integration(request):
    return request.param()


@pytest.fixture
def upstream():
    echo = " | ".join(FORMS.values())

    def repeat(request):
        return FakeReply(text=f"{echo} | {request.headers.get('authorization')} | {request.query}")

    with FakeService() as upstream:
        upstream.reply("GET", "/echo", repeat)
        upstream.reply("POST", "/login", headers={"Set-Cookie": f"SID={COOKIE}; HttpOnly"}, text="Ok.")
        yield upstream


@asynccontextmanager
async def dashboard(integration, folder):
    engine = sqlite_engine(folder / "dashboard.db")
    Base.metadata.create_all(engine)
    registry = Registry()
    registry.register(integration)
    apps = AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher([secrets.token_bytes(32)]))
    service = IntegrationService(apps=apps, registry=registry)
    transport = httpx.ASGITransport(app=IntegrationApp(service, authorize=lambda request, action: True))
    try:
        async with service, httpx.AsyncClient(transport=transport, base_url="http://dashboard") as client:
            yield apps, client
    finally:
        engine.dispose()


async def everything_said(client, config):
    """Return the bodies and headers of every route, on success and on failure."""
    changed = {**config, "url": config["url"].replace("127.0.0.1", "localhost")}
    wrong = {"integrationType": "leaky", "config": {**config, "timeout": {"password": PASSWORD}, PASSWORD: 1}}
    kind = (await client.get("/api/integrations")).json()["data"][0]["id"]
    answers = [
        await client.get("/api/integrations"),
        await client.post("/api/integrations/test", json={"integrationType": kind, "config": config}),
        await client.post("/api/integrations/test", json={"appId": "1", "config": {}}),
        await client.post("/api/integrations/test", json={"appId": "1", "config": {"url": changed["url"]}}),
        await client.post("/api/integrations/test", json={**wrong, "integrationType": kind}),
        await client.get("/api/integrations/1/data/says"),
        await client.get("/api/integrations/1/data/fails"),
        await client.get("/api/integrations/1/data/crashes"),
        await client.post("/api/integrations/data", json={"requests": [{"appId": "1", "endpointId": "says"}]}),
        await client.get("/api/integrations/alerts"),
    ]
    return "\n".join(f"{answer.status_code} {answer.headers!r} {answer.text}" for answer in answers)


def forms_in(text):
    return [name for name, form in FORMS.items() if form in text]


async def test_canaries(integration, upstream, tmp_path, caplog):
    """No form of a secret is in an answer, a log line at debug level, or a byte on disk."""
    config = {"url": upstream.url, "username": USER, "password": PASSWORD}
    with caplog.at_level(logging.DEBUG):
        async with dashboard(integration, tmp_path) as (apps, client):
            record = await apps.create(name="Leaky", integration=integration, config=config, app_id="1")
            said = await everything_said(client, config)
            shown = repr((record, apps, await apps.describe(record, integration), await apps.open(record, integration)))
    sent = " ".join(f"{item.path} {item.query} {item.headers} {item.body!r}" for item in upstream.requests)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    secret_forms = {name: form for name, form in FORMS.items() if name != "cookie"}
    assert any(form in sent or PASSWORD in sent for form in secret_forms.values()), "the service got no credential"
    assert '"success":true' in said
    assert [name for name in forms_in(said) if name != "cookie"] == []
    assert forms_in(caplog.text + "".join(str(vars(line)) for line in caplog.records)) == []
    assert forms_in(shown) == []
    assert [name for name, form in FORMS.items() if form.encode() in on_disk] == []
