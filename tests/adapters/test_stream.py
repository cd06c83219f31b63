"""Streams over every adapter, and over a real server."""

import json
import secrets

import anyio
import httpx
import pytest
from asgi_client import streamed
from browser_site import running
from fastapi import FastAPI

from dashboard_integrations.adapters import _asgi_send
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService, _watching
from dashboard_integrations.testing import FakeService
from dashboard_integrations.views import Gauge

STREAM = "/api/integrations/stream?watch=meter-1:level&watch=nobody:level"


class Meter(HttpIntegration[ServiceConfig]):
    """A meter that counts."""

    id = "meter"
    name = "Meter"

    @endpoint(ttl=1)
    async def level(self, connection: Connection[ServiceConfig]) -> Gauge:
        """How full it is."""
        answer = await connection.get_json("/level")
        return Gauge(label="Level", value=answer["level"])


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Who is told nothing is given a beat after some hundredths of a second, and asked whether it is there."""
    monkeypatch.setattr(_watching, "_LONGEST_SILENCE", 0.2)
    monkeypatch.setattr(_asgi_send, "_SECONDS_BETWEEN_QUESTIONS", 0.05)


@pytest.fixture
def upstream():
    with FakeService() as fake:
        fake.reply("GET", "/level", json={"level": 42})
        yield fake


@pytest.fixture
async def service(upstream):
    registry = Registry()
    registry.register(Meter)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    config = {"url": upstream.url}
    await apps.create(name="Meter", integration=registry.get("meter"), config=config, app_id="meter-1")
    return IntegrationService(apps=apps, registry=registry, refresh_patience=60, blocking_threshold=None)


def asgi(service):
    return IntegrationApp(service, authorize=lambda request, action: True)


def fastapi(service):
    app = FastAPI()
    app.include_router(integration_router(service, authorize=lambda request, action: True))
    return app


async def event(lines, wanted):
    """Return the first event of which ``wanted`` is true, and its id."""
    name = None
    with anyio.fail_after(60):
        async for line in lines:
            field, _, value = line.partition(": ")
            if field == "id":
                name = value
            elif field == "data" and wanted(json.loads(value)):
                return name, json.loads(value)
    raise AssertionError("the stream has ended")


def is_level(value):
    def wanted(change):
        data = change["envelope"]["data"]
        return change["appId"] == "meter-1" and data is not None and data["payload"]["value"] == value

    return wanted


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_changes_are_sent_as_they_come(service, upstream, adapter):
    """And the failure of one app beside the data of another."""
    async with service:
        async with streamed(adapter(service), STREAM) as lines:
            await event(lines, is_level(42))
            upstream.reply("GET", "/level", json={"level": 43})
            await event(lines, is_level(43))
        async with streamed(adapter(service), STREAM) as lines:
            _, told = await event(lines, lambda change: change["appId"] == "nobody")
    assert "unknown-app" == told["envelope"]["error"]["code"]


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_nobody_is_asked_when_the_client_has_gone(service, upstream, adapter):
    """A page that was closed costs nothing: that it was is found out within some seconds."""
    async with service:
        async with streamed(adapter(service), STREAM) as lines:
            await event(lines, is_level(42))
            upstream.reply("GET", "/level", json={"level": 43})
            await event(lines, is_level(43))  # it was asked meanwhile whether it is there
        assert {} == service._run().watches._topics


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_streams_end_before_the_server_does(service, adapter):
    """When it says so."""
    async with service, streamed(adapter(service), STREAM) as lines:
        await event(lines, is_level(42))
        service.end_watches()
        with anyio.fail_after(60):
            assert [] == [line async for line in lines if line.startswith("event")]


async def test_a_stream_that_begins_while_the_service_is_left_ends(service):
    """It has no event, and is no failure of the program."""
    started, left, sent = anyio.Event(), anyio.Event(), []

    async def receive():
        if started.is_set():
            await anyio.sleep_forever()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)
        started.set()
        await left.wait()

    path, _, query = STREAM.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    async with anyio.create_task_group() as tasks:
        async with service:
            tasks.start_soon(asgi(service), scope, receive, send)
            await started.wait()
        left.set()
    assert {"type": "http.response.body", "body": b""} == sent[-1]
    assert not any(b"data:" in message.get("body", b"") for message in sent)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_client_comes_back_to_a_real_server(service, upstream, anyio_backend):
    """With the id of the last event it is told what it has missed, and not again what it knows."""
    async with httpx.AsyncClient(timeout=60) as client:
        with running(asgi(service)) as address:
            async with client.stream("GET", f"{address}{STREAM}") as response:
                assert "text/event-stream" == response.headers["content-type"]
                lines, name = response.aiter_lines(), None
                while name is None:  # until it was told how both are
                    name, _ = await event(lines, lambda change: True)
            upstream.reply("GET", "/level", json={"level": 44})
            async with client.stream("GET", f"{address}{STREAM}", headers={"last-event-id": name}) as response:
                _, told = await event(response.aiter_lines(), lambda change: True)
    assert is_level(44)(told)


async def test_a_comment_keeps_the_line_awake(service, upstream):
    """While there is nothing new."""
    async with service, streamed(asgi(service), STREAM) as lines:
        await event(lines, is_level(42))
        with anyio.fail_after(60):
            async for line in lines:
                if line == ": still here":
                    break
